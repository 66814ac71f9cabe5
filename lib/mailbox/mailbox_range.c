/* mailbox_range.c: statements over ranges of mailbox_find, for no word or one, and their parts.
 *
 * What the tables can't say (words beyond 16 octets, more than MAILBOX_RANGE_WORDS words) is looked
 * at in the rows.
 */
#include "lib/mailbox/mailbox_range.h"

#include <string.h>

#include "lib/base/fold.h"
#include "lib/mailbox/mailbox_find.h"

#define RANGE_FETCHES 8

/* ---- parts of statements ---- */

static gboolean has_words(const MailboxRow *row, const GPtrArray *searched)
{
	g_autoptr(GPtrArray) words = mailbox_find_words(row->address, row->email_name, "");

	return fold_words_match(words, searched);
}

/* Can't the statements say all? */
static gboolean needs_look(const MailboxSearch *search)
{
	for (guint i = 0; i < search->words->len; i++)
		if (i >= MAILBOX_RANGE_WORDS || strlen(search->words->pdata[i]) > FOLD_PREFIX_MAX)
			return TRUE;
	return FALSE;
}

/* Takes in the rows that have all words, as long as there is room. */
void mailbox_range_take(const MailboxSearch *search, guint limit, GPtrArray *found, GPtrArray *rows)
{
	gboolean look = needs_look(search);

	for (guint i = 0; i < rows->len && found->len < limit; i++) {
		if (look && !has_words(rows->pdata[i], search->words))
			continue;
		g_ptr_array_add(found, rows->pdata[i]);
		rows->pdata[i] = NULL;
	}
}

char *mailbox_range_last(const GPtrArray *rows)
{
	return g_strdup(((const MailboxRow *)rows->pdata[rows->len - 1])->address);
}

/* What a statement's key is compared with: behind the cursor in the search's direction. */
const char *mailbox_range_first(const MailboxSearch *search, const char *after)
{
	return *after == '\0' && search->descending ? "~" : after;
}

const char *mailbox_range_order(const MailboxSearch *search)
{
	return search->descending ? " DESC" : "";
}

/* One range of mailbox_find in one state. Parameters: domain, prefix, key. */
static char *arm(const MailboxSearch *search, char state, const char *compare, guint limit)
{
	return g_strdup_printf(
	        "(SELECT address, mailbox_id FROM mailbox_find"
	        " WHERE domain_id = ? AND state = '%c' AND prefix = ?"
	        " AND address %s CONVERT(? USING ascii) ORDER BY address%s LIMIT %u)",
	        state, compare, mailbox_range_order(search), limit);
}

/* The same in the search's state, which may be two. */
char *mailbox_range_arms(const MailboxSearch *search, const char *compare, guint limit)
{
	if (!mailbox_range_is_live(search))
		return arm(search, search->state, compare, limit);
	g_autofree char *active = arm(search, 'a', compare, limit);
	g_autofree char *inactive = arm(search, 'i', compare, limit);
	return g_strdup_printf("%s UNION ALL %s ORDER BY address%s LIMIT %u", active, inactive,
	        mailbox_range_order(search), limit);
}

/* db.c finds prepared statements by the address of their text. */
const char *mailbox_range_sql(char *sql)
{
	const char *interned = g_intern_string(sql);

	g_free(sql);
	return interned;
}

/* The beginning of a word that the tables hold. Free: g_free(). */
char *mailbox_range_prefix(const char *word)
{
	return g_strndup(word, fold_prefix_length(word, FOLD_PREFIX_MAX));
}

/* The parameters of mailbox_range_arms(). prefix and key are borrowed. */
static void add_arms(
        DbValues *values, const MailboxSearch *search, const char *prefix, const char *key)
{
	for (guint i = 0; i < (mailbox_range_is_live(search) ? 2 : 1); i++) {
		db_values_add_u64(values, search->domain_id);
		db_values_add_octets(values, prefix, strlen(prefix));
		db_values_add_text(values, key);
	}
}

DbRows *mailbox_range_query(Db *db, const MailboxSearch *search, const char *sql, const char *word,
        const char *key, GError **error)
{
	g_autofree char *prefix = mailbox_range_prefix(word);
	g_autoptr(DbValues) values = db_values_new();

	add_arms(values, search, prefix, key);
	return db_query_values(db, error, sql, values);
}

/* ---- in the order of addresses ---- */

gboolean mailbox_range_search(Db *db, const MailboxSearch *search, const char *after, guint limit,
        GPtrArray *found, char **searched_to, GError **error)
{
	const char *word = search->words->len > 0 ? search->words->pdata[0] : "";
	g_autofree char *range = mailbox_range_arms(search, search->descending ? "<" : ">", limit);
	const char *sql = mailbox_range_sql(g_strdup_printf(
	        "SELECT " MAILBOX_ROW_COLUMNS
	        " FROM (%s) f STRAIGHT_JOIN mailbox m ON m.id = f.mailbox_id" MAILBOX_ROW_USAGE
	                MAILBOX_ROW_PEOPLE " ORDER BY f.address%s",
	        range, mailbox_range_order(search)));
	g_autofree char *key = g_strdup(mailbox_range_first(search, after));

	for (guint fetches = 0; found->len < limit; fetches++) {
		if (fetches == RANGE_FETCHES) {
			*searched_to = g_steal_pointer(&key);
			return TRUE;
		}
		g_autoptr(DbRows) rows = mailbox_range_query(db, search, sql, word, key, error);
		if (rows == NULL)
			return FALSE;
		g_autoptr(GPtrArray) read = mailbox_rows_read(rows);
		if (read->len < limit) {
			mailbox_range_take(search, limit, found, read);
			return TRUE;
		}
		g_free(key);
		key = mailbox_range_last(read);
		mailbox_range_take(search, limit, found, read);
	}
	return TRUE;
}

/* ---- in the order of names or storage ---- */

/* The keys of all hits, as many as may be sorted and one more. Free: g_free(). */
static char *hits(const MailboxSearch *search)
{
	return mailbox_range_arms(search, ">", MAILBOX_RANGE_SORTED + 1);
}

static const char *count_sql(const MailboxSearch *search)
{
	g_autofree char *range = hits(search);

	return mailbox_range_sql(g_strdup_printf("SELECT COUNT(*) FROM (%s) f", range));
}

static const char *sorted_sql(const MailboxSearch *search, const MailboxPlace *place, guint limit)
{
	g_autofree char *range = hits(search);
	const char *behind = place->descending ? "<" : ">";
	const char *down = place->descending ? " DESC" : "";

	if (place->by_name)
		return mailbox_range_sql(g_strdup_printf(
		        "SELECT " MAILBOX_ROW_COLUMNS
		        " FROM (SELECT h.id FROM (%s) f STRAIGHT_JOIN mailbox h ON h.id = f.mailbox_id"
		        " WHERE h.name_sort %s ? ORDER BY h.name_sort%s LIMIT %u) k"
		        " STRAIGHT_JOIN mailbox m ON m.id = k.id" MAILBOX_ROW_USAGE
		                MAILBOX_ROW_PEOPLE " ORDER BY m.name_sort%s",
		        range, behind, down, limit, down));
	return mailbox_range_sql(g_strdup_printf(
	        "SELECT " MAILBOX_ROW_COLUMNS
	        " FROM (SELECT f.mailbox_id, f.address, v.bytes FROM (%s) f"
	        " STRAIGHT_JOIN mailbox_usage v ON v.username = f.address"
	        " WHERE (v.bytes = ? AND f.address %s CONVERT(? USING ascii)) OR v.bytes %s ?"
	        " ORDER BY v.bytes%s, f.address%s LIMIT %u) k"
	        " STRAIGHT_JOIN mailbox m ON m.id = k.mailbox_id" MAILBOX_ROW_USAGE
	                MAILBOX_ROW_PEOPLE " ORDER BY k.bytes%s, k.address%s",
	        range, behind, behind, down, down, limit, down, down));
}

gboolean mailbox_range_covers(const MailboxSearch *search)
{
	return search->words->len < 2 && !needs_look(search);
}

gboolean mailbox_range_sorted(Db *db, const MailboxSearch *search, const MailboxPlace *place,
        guint limit, GPtrArray *found, gboolean *done, GError **error)
{
	const char *word = search->words->len > 0 ? search->words->pdata[0] : "";
	g_autoptr(DbValues) values = db_values_new();

	*done = FALSE;
	g_autoptr(DbRows) count =
	        mailbox_range_query(db, search, count_sql(search), word, "", error);
	if (count == NULL)
		return FALSE;
	if (!db_rows_next(count) || db_rows_u64(count, 0) > MAILBOX_RANGE_SORTED)
		return TRUE;
	add_arms(values, search, word, "");
	if (place->by_name) {
		db_values_add_octets(values, place->name_sort, place->size);
	} else {
		db_values_add_u64(values, place->bytes);
		db_values_add_text(values, place->address);
		db_values_add_u64(values, place->bytes);
	}
	g_autoptr(DbRows) rows =
	        db_query_values(db, error, sorted_sql(search, place, limit), values);
	if (rows == NULL)
		return FALSE;
	g_autoptr(GPtrArray) read = mailbox_rows_read(rows);
	mailbox_range_take(search, limit, found, read);
	*done = TRUE;
	return TRUE;
}
