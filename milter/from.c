/* from.c: see from.h. */
#include "milter/from.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/mail/header_word.h"
#include "milter/address_list.h"

/* Octets of a name and its address on one line: with "From: " and signs at most 76, as RFC 2047
 * asks of lines with encoded words. */
#define LINE_MAX_OCTETS 67

static void mailbox_free(gpointer data)
{
	FromMailbox *mailbox = data;

	g_free(mailbox->name);
	g_free(mailbox->address);
	g_free(mailbox->key);
	g_free(mailbox);
}

void from_free(From *from)
{
	if (from == NULL)
		return;
	g_ptr_array_unref(from->mailboxes);
	g_free(from);
}

/* The address as the database would have it; NULL if it can't be there. Free: g_free(). */
static char *key_of(const char *address)
{
	const char *at = strrchr(address, '@');
	g_autofree char *domain = at != NULL ? address_domain(at + 1, "domain", NULL, NULL) : NULL;

	if (domain == NULL)
		return NULL;
	g_autofree char *local = g_ascii_strdown(address, at - address);
	g_autofree char *whole = g_strconcat(local, "@", domain, NULL);
	return g_str_is_ascii(whole) ? address_without_extension(whole) : NULL;
}

static guint count_of(const char *text, char wanted)
{
	guint count = 0;

	for (; *text != '\0'; text++)
		count += *text == wanted;
	return count;
}

From *from_parse(const char *value)
{
	g_autoptr(GPtrArray) list = address_list_new();
	From *from = g_new0(From, 1);
	guint groups = 0;

	from->mailboxes = g_ptr_array_new_with_free_func(mailbox_free);
	if (strlen(value) > FROM_MAX)
		return from;
	address_list_add(list, value, &groups);
	for (guint i = 0; i < list->len; i++) {
		const ListAddress *one = list->pdata[i];
		FromMailbox *mailbox = g_new0(FromMailbox, 1);
		mailbox->name = g_strdup(one->name);
		mailbox->address = g_strdup(one->address);
		mailbox->key = key_of(one->address);
		g_ptr_array_add(from->mailboxes, mailbox);
	}
	from->plain = from->mailboxes->len == 1 && groups == 0 && count_of(value, '@') == 1 &&
	              strpbrk(value, "(;") == NULL;
	return from;
}

char *from_write(const From *from)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < from->mailboxes->len; i++) {
		const FromMailbox *mailbox = from->mailboxes->pdata[i];
		g_autofree char *phrase = header_word_phrase(mailbox->name);
		gboolean fold = strlen(phrase) + strlen(mailbox->address) > LINE_MAX_OCTETS;

		g_string_append_printf(out, "%s%s%s<%s>", i > 0 ? ",\n " : "", phrase,
		        *phrase == '\0' ? ""
		        : fold          ? "\n "
		                        : " ",
		        mailbox->address);
	}
	return g_string_free(out, FALSE);
}
