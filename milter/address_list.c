/* address_list.c: takes an address header apart, in time that grows with its length. */
#include "milter/address_list.h"

#include <string.h>

#include <gmime/gmime.h>

#include "lib/base/address.h"
#include "lib/mail/header_join.h"

#define PIECE 2048 /* octets */

static void list_address_free(gpointer data)
{
	ListAddress *one = data;

	g_free(one->name);
	g_free(one->address);
	g_free(one);
}

GPtrArray *address_list_new(void)
{
	return g_ptr_array_new_with_free_func(list_address_free);
}

/* GMime makes umlauts of a domain of A-labels; written back it has to be ASCII. */
static char *with_a_labels(const char *address)
{
	const char *at = strrchr(address, '@');

	if (at == NULL || g_str_is_ascii(at))
		return g_strdup(address);
	g_autofree char *domain = address_domain(at + 1, "domain", NULL, NULL);
	return domain == NULL ? g_strdup(address)
	                      : g_strdup_printf("%.*s@%s", (int)(at - address), address, domain);
}

static void add_one(GPtrArray *list, const char *name, const char *address)
{
	ListAddress *one = g_new0(ListAddress, 1);

	one->name = g_utf8_make_valid(name != NULL ? name : "", -1);
	one->address = with_a_labels(address);
	g_ptr_array_add(list, one);
}

static void add_parsed(GPtrArray *list, InternetAddressList *parsed)
{
	int count = internet_address_list_length(parsed);

	for (int i = 0; i < count; i++) {
		InternetAddress *address = internet_address_list_get_address(parsed, i);

		if (INTERNET_ADDRESS_IS_GROUP(address)) {
			add_parsed(list, internet_address_group_get_members(
			                         INTERNET_ADDRESS_GROUP(address)));
			continue;
		}
		add_one(list, internet_address_get_name(address),
		        internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address)));
	}
}

/* Nothing if GMime is lost on the whole. */
static void add_strictly(GPtrArray *list, const char *value)
{
	g_autofree char *joined = header_join(value);
	InternetAddressList *parsed = internet_address_list_parse(NULL, joined);

	if (parsed == NULL)
		return;
	add_parsed(list, parsed);
	g_object_unref(parsed);
}

/* Behind the quoted string or comment that begins here, or at the end if it isn't closed. */
static const char *skip_quoted(const char *c)
{
	const char close = *c == '(' ? ')' : '"';
	guint depth = 0;

	for (const char open = *c++; *c != '\0'; c++) {
		if (*c == '\\' && c[1] != '\0')
			c++;
		else if (*c == open && open == '(')
			depth++;
		else if (*c == close && depth-- == 0)
			return c + 1;
	}
	return c;
}

/* The end of what is parsed at once: a comma, between addresses if there is one soon. GMime tries
 * anew from each comma on what it can't read, which takes time by the square of the length. */
static const char *piece_end(const char *value)
{
	const char *c = value;
	gboolean quoted = FALSE;
	guint depth = 0;

	for (; *c != '\0'; c++) {
		if (*c == '\\' && c[1] != '\0')
			c++;
		else if (*c == '"' && depth == 0)
			quoted = !quoted;
		else if (*c == '(' && !quoted)
			depth++;
		else if (*c == ')' && !quoted && depth > 0)
			depth--;
		else if (*c == ',' && c - value >= (quoted || depth > 0 ? 8 * PIECE : PIECE))
			break;
	}
	return c;
}

void address_list_add_all(GPtrArray *list, const char *value)
{
	static const char separators[] = " \t\r\n,;:<>()\"";
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	guint first = list->len;

	for (const char *c = value; *c != '\0';) {
		const char *end = piece_end(c);
		g_autofree char *piece = g_strndup(c, (gsize)(end - c));
		add_strictly(list, piece);
		c = end;
	}
	for (guint i = first; i < list->len; i++)
		g_hash_table_add(
		        seen, g_ascii_strdown(((ListAddress *)list->pdata[i])->address, -1));
	for (const char *c = value; *c != '\0';) {
		gsize length = strcspn(c, separators);
		const char *at = memchr(c, '@', length);
		if (at != NULL && at != c && at != c + length - 1) {
			g_autofree char *token = g_strndup(c, length);
			g_autofree char *address = with_a_labels(token);
			if (g_hash_table_add(seen, g_ascii_strdown(address, -1)))
				add_one(list, "", address);
		}
		c += length;
		if (*c == '(' || *c == '"')
			c = skip_quoted(c);
		else if (*c != '\0')
			c++;
	}
}
