/* mailbox_cursor.c: writes and reads cursors: a letter for the order, a dot, a row's place in it.
 */
#include "lib/mailbox/mailbox_cursor.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/base/base64url.h"
#include "lib/base/fold.h"

char *mailbox_cursor(MailboxSort sort, const MailboxRow *row)
{
	if (sort == MAILBOX_SORT_NAME) {
		g_autoptr(GBytes) key = fold_name_sort(row->email_name, row->address);
		gsize size;
		const guchar *octets = g_bytes_get_data(key, &size);
		g_autofree char *text = base64url_encode(octets, size);
		return g_strconcat("n.", text, NULL);
	}
	if (sort == MAILBOX_SORT_STORAGE)
		return g_strdup_printf("s.%" G_GUINT64_FORMAT ".%s", row->bytes, row->address);
	return g_strconcat("a.", row->address, NULL);
}

static const char *plain_ascii(const char *text)
{
	return g_str_is_ascii(text) && strlen(text) <= ADDRESS_MAX ? text : "";
}

const char *mailbox_cursor_address(const char *after)
{
	return g_str_has_prefix(after, "a.") ? plain_ascii(after + 2) : "";
}

GBytes *mailbox_cursor_name(const char *after)
{
	if (!g_str_has_prefix(after, "n."))
		return NULL;
	gsize size = 0;
	guint8 *octets = base64url_decode(after + 2, &size);
	return g_bytes_new_take(octets, size);
}

static gboolean storage_cursor(const char *after, guint64 *bytes, const char **address)
{
	char *end;

	if (!g_str_has_prefix(after, "s.") || !g_ascii_isdigit(after[2]))
		return FALSE;
	*bytes = g_ascii_strtoull(after + 2, &end, 10);
	*address = *end == '.' ? plain_ascii(end + 1) : "";
	return *bytes <= G_MAXINT64;
}

MailboxPlace mailbox_cursor_place(
        MailboxSort sort, gboolean descending, const char *after, GBytes *name)
{
	static const guchar last[] = {0xff, 0xff};
	MailboxPlace place = {.by_name = sort == MAILBOX_SORT_NAME,
	        .descending = descending,
	        .name_sort = last,
	        .size = descending ? sizeof(last) : 0,
	        .bytes = descending ? G_MAXINT64 : 0,
	        .address = descending ? "~" : ""};

	if (name != NULL)
		place.name_sort = g_bytes_get_data(name, &place.size);
	guint64 bytes;
	const char *address;
	if (storage_cursor(after, &bytes, &address)) {
		place.bytes = bytes;
		place.address = address;
	}
	return place;
}
