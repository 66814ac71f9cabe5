/* from.c: see from.h. */
#include "milter/from.h"

#include <string.h>

#include <gmime/gmime.h>

#include "lib/address.h"
#include "lib/header_join.h"
#include "lib/header_word.h"

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

/* written is GMime's: a domain of A-labels has become one with umlauts. */
static void set_address(FromMailbox *mailbox, const char *written)
{
	const char *at = strrchr(written, '@');
	g_autofree char *domain = at != NULL ? address_domain(at + 1, "From", NULL, NULL) : NULL;

	if (domain == NULL) {
		mailbox->address = g_strdup(written);
		return;
	}
	g_autofree char *local = g_strndup(written, (gsize)(at - written));
	g_autofree char *lower = g_ascii_strdown(local, -1);
	g_autofree char *whole = g_strconcat(lower, "@", domain, NULL);
	mailbox->address =
	        g_str_is_ascii(at) ? g_strdup(written) : g_strconcat(local, "@", domain, NULL);
	if (g_str_is_ascii(whole))
		mailbox->key = address_without_extension(whole);
}

static void add(From *from, InternetAddressList *list, guint *groups)
{
	int count = internet_address_list_length(list);

	for (int i = 0; i < count; i++) {
		InternetAddress *address = internet_address_list_get_address(list, i);

		if (INTERNET_ADDRESS_IS_GROUP(address)) {
			(*groups)++;
			add(from,
			        internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)),
			        groups);
			continue;
		}
		const char *name = internet_address_get_name(address);
		FromMailbox *mailbox = g_new0(FromMailbox, 1);
		mailbox->name = g_utf8_make_valid(name != NULL ? name : "", -1);
		set_address(mailbox,
		        internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address)));
		g_ptr_array_add(from->mailboxes, mailbox);
	}
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
	From *from = g_new0(From, 1);
	guint groups = 0;

	from->mailboxes = g_ptr_array_new_with_free_func(mailbox_free);
	if (strlen(value) > FROM_MAX)
		return from;
	g_autofree char *joined = header_join(value);
	InternetAddressList *list = internet_address_list_parse(NULL, joined);
	if (list == NULL)
		return from;
	add(from, list, &groups);
	g_object_unref(list);
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
