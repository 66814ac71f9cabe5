/* journal_address.c: normalises addresses of mails, finds their mailboxes, numbers them. */
#include "lib/journal/journal_address.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/base/address_readable.h"
#include "lib/base/error.h"
#include "lib/base/fold.h"
#include "lib/db/db_bulk.h"

#define WRITTEN_MAX 65536 /* octets; Postfix passes no longer header line on */

/* Each question with a short list and with a long one: address or domain, number. */
typedef struct {
	const char *few, *many;
} Question;
#define QUESTION(head, tail)                                                                       \
	{                                                                                          \
		head DB_LIST_PLACES tail, head DB_LIST_LONG_PLACES tail                            \
	}
enum { C_TEXT, C_NUMBER };
/* Four times a mailbox's number, or a list's and OF_LIST; LEADS_ON if it has ways to others. */
static const Question SQL_RESOLVE =
        QUESTION("SELECT address, COALESCE(mailbox_id * 4, list_id * 4 + 1)"
                 " + IF(EXISTS (SELECT 1 FROM way w WHERE w.list_id = COALESCE(address.list_id, 0)"
                 "   AND w.mailbox_id = COALESCE(address.mailbox_id, 0)), 2, 0)"
                 "  FROM address WHERE address IN ",
                " AND NOT EXISTS (SELECT 1 FROM mailbox_hidden h"
                " WHERE h.mailbox_id = address.mailbox_id)");
enum { OF_LIST = 1, LEADS_ON = 2, RESOLVED_STEP = 4 };
static const Question SQL_DOMAINS = QUESTION("SELECT name, id FROM domain WHERE name IN ", "");
static const Question SQL_NUMBERS = QUESTION(
        "SELECT address, id FROM journal_address WHERE address IN ", " LOCK IN SHARE MODE");
/* Another mail may give the same number at the same time: then this one waits and adds nothing. */
static const char *const SQL_NEW[DB_BULK] =
        DB_BULK_INSERT("INSERT IGNORE INTO journal_address (address) VALUES ", "(?)");

/* What is between < and >, without a source route. */
static char *without_brackets(const char *written)
{
	g_autofree char *text = g_strstrip(fold_valid(written, WRITTEN_MAX));
	gsize length = strlen(text);

	if (length >= 2 && text[0] == '<' && text[length - 1] == '>') {
		text[length - 1] = ' ';
		text[0] = ' ';
		g_strstrip(text);
	}
	const char *colon = text[0] == '@' ? strchr(text, ':') : NULL;
	return g_strchug(g_strdup(colon != NULL ? colon + 1 : text));
}

/* Both mail servers look at what a quoted local part means: "max+a b" is max with an extension. */
static char *without_quotes(const char *local)
{
	gsize length = strlen(local);

	if (length < 2 || local[0] != '"' || local[length - 1] != '"')
		return g_strdup(local);
	GString *plain = g_string_new(NULL);
	for (gsize i = 1; i < length - 1; i++) {
		if (local[i] == '\\' && i + 1 < length - 1)
			i++;
		g_string_append_c(plain, local[i]);
	}
	return g_string_free(plain, FALSE);
}

/* As it is stored. The column's collation ignores blanks at the end. */
static char *cut(char *text)
{
	if (g_utf8_strlen(text, -1) > JOURNAL_ADDRESS_MAX)
		*g_utf8_offset_to_pointer(text, JOURNAL_ADDRESS_MAX) = '\0';
	return g_strchomp(text);
}

char *journal_address_normal(const char *written)
{
	g_autofree char *text = without_brackets(written);
	char *at = strrchr(text, '@');

	if (at == NULL)
		return g_utf8_strdown(text, -1);
	*at = '\0';
	g_autofree char *local = without_quotes(g_strstrip(text));
	g_autofree char *local_lower = g_utf8_strdown(local, -1);
	g_autofree char *domain = address_domain(g_strstrip(at + 1), "domain", NULL, NULL);
	g_autofree char *domain_lower =
	        domain == NULL ? g_utf8_strdown(at + 1, -1) : g_steal_pointer(&domain);
	return g_strconcat(local_lower, "@", domain_lower, NULL);
}

char *journal_address_searched(const char *address)
{
	g_autofree char *readable = address_readable(address);

	return strcmp(readable, address) == 0 ? g_steal_pointer(&readable)
	                                      : g_strconcat(address, " ", readable, NULL);
}

static void resolved_free(gpointer data)
{
	JournalResolved *one = data;

	g_free(one->normal);
	g_clear_pointer(&one->through, g_array_unref);
	g_free(one);
}

/* Addresses of the office are ASCII: a text beyond it would keep the key from being used. */
static gboolean may_be_own(const char *address)
{
	return strchr(address, '@') != NULL && strlen(address) <= ADDRESS_MAX &&
	       g_str_is_ascii(address);
}

/* Fills found (address or domain -> number). */
static gboolean look_up(
        Db *db, const Question *question, const GPtrArray *texts, GHashTable *found, GError **error)
{
	guint length = texts->len > DB_LIST ? DB_LIST_LONG : DB_LIST;
	const char *sql = texts->len > DB_LIST ? question->many : question->few;

	for (guint first = 0; first < texts->len; first += length) {
		g_autoptr(DbValues) values = db_values_new();
		/* Text number i, or the last one again. */
		for (guint i = 0; i < length; i++)
			db_values_add_text(values, texts->pdata[MIN(first + i, texts->len - 1)]);
		g_autoptr(DbRows) rows = db_query_values(db, error, sql, values);
		if (rows == NULL)
			return FALSE;
		while (db_rows_next(rows)) {
			guint64 number = db_rows_u64(rows, C_NUMBER);
			g_hash_table_insert(found, g_strdup(db_rows_text(rows, C_TEXT)),
			        g_memdup2(&number, sizeof(number)));
		}
	}
	return TRUE;
}

static GHashTable *numbers_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

/* Leaves those of a long list that are in domains of the office: most may be from outside. */
static gboolean keep_own_domains(Db *db, GPtrArray *addresses, GError **error)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) own = numbers_new();
	g_autoptr(GPtrArray) domains = g_ptr_array_new();
	guint kept = 0;

	if (addresses->len <= DB_LIST)
		return TRUE;
	for (guint i = 0; i < addresses->len; i++) {
		char *domain = strrchr(addresses->pdata[i], '@') + 1;
		if (g_hash_table_add(seen, domain))
			g_ptr_array_add(domains, domain);
	}
	if (!look_up(db, &SQL_DOMAINS, domains, own, error))
		return FALSE;
	for (guint i = 0; i < addresses->len; i++)
		if (g_hash_table_contains(own, strrchr(addresses->pdata[i], '@') + 1))
			addresses->pdata[kept++] = addresses->pdata[i];
	g_ptr_array_set_size(addresses, (gint)kept);
	return TRUE;
}

GHashTable *journal_address_resolve(Db *db, const GPtrArray *normal, GError **error)
{
	g_autoptr(GHashTable) table =
	        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, resolved_free);
	g_autoptr(GHashTable) own = numbers_new();
	g_autoptr(GPtrArray) asked = g_ptr_array_new();
	GHashTableIter iter;
	gpointer value;

	for (guint i = 0; i < normal->len; i++) {
		const char *address = normal->pdata[i];
		if (g_hash_table_contains(table, address))
			continue;
		JournalResolved *one = g_new0(JournalResolved, 1);
		one->normal = address_without_extension(address);
		g_hash_table_insert(table, g_strdup(address), one);
		if (may_be_own(one->normal))
			g_ptr_array_add(asked, one->normal);
	}
	if (!keep_own_domains(db, asked, error) || !look_up(db, &SQL_RESOLVE, asked, own, error))
		return NULL;
	g_hash_table_iter_init(&iter, table);
	gpointer key;
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		JournalResolved *one = value;
		const guint64 *owner = g_hash_table_lookup(own, one->normal);
		if (owner != NULL) {
			*((*owner & OF_LIST) == 0 ? &one->mailbox_id : &one->list_id) =
			        *owner / RESOLVED_STEP;
			one->leads_on = (*owner & LEADS_ON) != 0;
			one->is_known = TRUE;
		} else {
			g_free(one->normal);
			one->normal = cut(g_strdup(key));
		}
	}
	return g_steal_pointer(&table);
}

guint64 journal_address_mailbox(const JournalResolved *one)
{
	return one->mailbox_id != 0 ? one->mailbox_id : one->caught_by;
}

static gint compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_text(DbValues *values, guint i, gpointer data)
{
	const GPtrArray *texts = data;

	db_values_add_text(values, texts->pdata[i]);
}

/* The texts that have no number yet, sorted. Free: g_ptr_array_unref(). */
static GPtrArray *unnumbered(const GPtrArray *resolved, GHashTable *numbers)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *texts = g_ptr_array_new();

	for (guint i = 0; i < resolved->len; i++) {
		JournalResolved *one = resolved->pdata[i];
		if (!g_hash_table_contains(numbers, one->normal) &&
		        g_hash_table_add(seen, one->normal))
			g_ptr_array_add(texts, one->normal);
	}
	g_ptr_array_sort(texts, compare_texts);
	return texts;
}

gboolean journal_address_number(Db *db, GPtrArray *resolved, GError **error)
{
	g_autoptr(GHashTable) numbers = numbers_new();
	g_autoptr(GPtrArray) asked = unnumbered(resolved, numbers);

	if (!look_up(db, &SQL_NUMBERS, asked, numbers, error))
		return FALSE;
	g_autoptr(GPtrArray) fresh = unnumbered(resolved, numbers);
	if (!db_bulk_insert(db, SQL_NEW, fresh->len, add_text, fresh, error) ||
	        !look_up(db, &SQL_NUMBERS, fresh, numbers, error))
		return FALSE;
	for (guint i = 0; i < resolved->len; i++) {
		JournalResolved *one = resolved->pdata[i];
		const guint64 *number = g_hash_table_lookup(numbers, one->normal);
		if (number == NULL) {
			g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "an address has no number");
			return FALSE;
		}
		one->address_id = *number;
	}
	return TRUE;
}
