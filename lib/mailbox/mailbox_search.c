/* mailbox_search.c: finds mailboxes by several words.
 *
 * The rarest pair of three-letter beginnings gives candidates (mailbox_pair), which mailbox_find
 * confirms; words too short for a pair are merged (mailbox_merge.h).
 */
#include "lib/mailbox/mailbox_search.h"

#include <string.h>

#include "lib/mailbox/mailbox_filtered.h"
#include "lib/mailbox/mailbox_find.h"
#include "lib/mailbox/mailbox_merge.h"

#define PAIR_CANDIDATES 500 /* a step */
#define PAIR_STEPS 2

static const char SQL_PAIR_COUNT[] =
        "SELECT COUNT(*) FROM (SELECT 1 FROM mailbox_pair"
        " WHERE deleted = ? AND pair = ? AND address > CONVERT(? USING ascii) LIMIT 501) p";
static const char SQL_PAIR_COUNT_DOWN[] =
        "SELECT COUNT(*) FROM (SELECT 1 FROM mailbox_pair"
        " WHERE deleted = ? AND pair = ? AND address < CONVERT(? USING ascii) LIMIT 501) p";
static const char SQL_PAIR_END[] =
        "SELECT address FROM mailbox_pair"
        " WHERE deleted = ? AND pair = ? AND address > CONVERT(? USING ascii)"
        " ORDER BY address LIMIT 499, 1";
static const char SQL_PAIR_END_DOWN[] =
        "SELECT address FROM mailbox_pair"
        " WHERE deleted = ? AND pair = ? AND address < CONVERT(? USING ascii)"
        " ORDER BY address DESC LIMIT 499, 1";

G_STATIC_ASSERT(PAIR_CANDIDATES == 500);

static guint64 is_deleted(const MailboxSearch *search)
{
	return search->state == 'd';
}

/* The pair with the fewest candidates; FALSE in *any if no two words are long enough. */
static gboolean rarest_pair(Db *db, const MailboxSearch *search, const char *key, guint words,
        char pair[7], gboolean *any, GError **error)
{
	guint64 fewest = G_MAXUINT64;

	*any = FALSE;
	for (guint i = 0; i < words; i++) {
		for (guint j = i + 1; j < words && fewest > 0; j++) {
			char candidate[7];
			if (!mailbox_find_pair(
			            search->words->pdata[i], search->words->pdata[j], candidate))
				continue;
			g_autoptr(DbRows) rows = db_query(db, error,
			        search->descending ? SQL_PAIR_COUNT_DOWN : SQL_PAIR_COUNT, "uba",
			        is_deleted(search), candidate, (gsize)6, key);
			if (rows == NULL)
				return FALSE;
			guint64 count = db_rows_next(rows) ? db_rows_u64(rows, 0) : 0;
			if (count < fewest) {
				fewest = count;
				memcpy(pair, candidate, sizeof(candidate));
				*any = TRUE;
			}
		}
	}
	return TRUE;
}

/* The candidates that are in one state by all words. (A list of states would keep the key of
 * mailbox_find from being used in full.) */
static void append_pair_arm(
        GString *sql, const MailboxSearch *search, char state, guint words, guint limit)
{
	g_string_append(sql, "(SELECT f0.mailbox_id, c.address FROM mailbox_pair c");
	for (guint i = 0; i < words; i++)
		g_string_append_printf(sql,
		        " STRAIGHT_JOIN mailbox_find f%u ON f%u.domain_id = ? AND f%u.state = '%c'"
		        " AND f%u.prefix = ? AND f%u.address = c.address",
		        i, i, i, state, i, i);
	g_string_append_printf(sql,
	        " WHERE c.deleted = ? AND c.pair = ?"
	        " AND c.address %s CONVERT(? USING ascii) AND c.address %s CONVERT(? USING ascii)" MAILBOX_RANGE_SEEN(
	                "f0.mailbox_id") " ORDER BY c.address%s LIMIT %u)",
	        search->descending ? "<" : ">",
	        search->descending ? ">=" : "<=", mailbox_range_order(search), limit);
}

static const char *pair_sql(const MailboxSearch *search, guint words, guint limit)
{
	GString *sql = g_string_new("(");

	for (guint i = 0; i < search->arms->len; i++) {
		if (i > 0)
			g_string_append(sql, " UNION ALL ");
		append_pair_arm(sql, search, g_array_index(search->arms, MailboxArm, i).state,
		        words, limit);
	}
	g_string_append_printf(sql,
	        " ORDER BY address%s LIMIT %u) k STRAIGHT_JOIN mailbox m ON m.id = k.mailbox_id",
	        mailbox_range_order(search), limit);
	g_autofree char *order = g_strconcat("k.address", mailbox_range_order(search), NULL);
	char *whole = mailbox_row_select(sql->str, order, search->light);
	g_string_free(sql, TRUE);
	return mailbox_range_sql(whole);
}

/* The candidates behind key up to and with end that have all words. */
static gboolean pair_step(Db *db, const MailboxSearch *search, const char *pair, guint words,
        const char *key, const char *end, guint limit, GPtrArray *found, char **last,
        GError **error)
{
	g_autoptr(DbValues) values = db_values_new();
	g_autoptr(GPtrArray) prefixes = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < words; i++)
		g_ptr_array_add(prefixes, mailbox_range_prefix(search->words->pdata[i]));
	for (guint arm = 0; arm < search->arms->len; arm++) {
		for (guint i = 0; i < words; i++) {
			db_values_add_u64(
			        values, g_array_index(search->arms, MailboxArm, arm).domain_id);
			db_values_add_text(values, prefixes->pdata[i]);
		}
		db_values_add_u64(values, is_deleted(search));
		db_values_add_text(values, pair);
		db_values_add_text(values, key);
		db_values_add_text(values, end);
	}
	g_autoptr(DbRows) rows = db_query_values(db, error, pair_sql(search, words, limit), values);
	if (rows == NULL)
		return FALSE;
	g_autoptr(GPtrArray) read = mailbox_rows_read(rows);
	if (read->len == limit)
		*last = mailbox_range_last(read); /* there may be more before end */
	return mailbox_range_take(db, search, limit, found, read, error);
}

static gboolean search_pair(Db *db, const MailboxSearch *search, const char *pair, guint words,
        const char *first, guint limit, GPtrArray *found, char **searched_to, GError **error)
{
	g_autofree char *key = g_strdup(first);

	for (guint steps = 0; found->len < limit; steps++) {
		g_autofree char *end = NULL;
		g_autofree char *last = NULL;

		if (steps == PAIR_STEPS) {
			*searched_to = g_steal_pointer(&key);
			return TRUE;
		}
		g_autoptr(DbRows) rows =
		        db_query(db, error, search->descending ? SQL_PAIR_END_DOWN : SQL_PAIR_END,
		                "uba", is_deleted(search), pair, (gsize)6, key);
		if (rows == NULL)
			return FALSE;
		if (db_rows_next(rows))
			end = g_strdup(db_rows_text(rows, 0));
		if (!pair_step(db, search, pair, words, key,
		            end != NULL ? end : (search->descending ? "" : "~"), limit, found,
		            &last, error))
			return FALSE;
		if (last == NULL && end == NULL)
			return TRUE;
		g_free(key);
		key = g_strdup(last != NULL ? last : end);
	}
	return TRUE;
}

static gint compare_lengths(gconstpointer a, gconstpointer b)
{
	gsize one = strlen(*(const char *const *)a), other = strlen(*(const char *const *)b);

	return one < other ? 1 : one > other ? -1 : 0;
}

gboolean mailbox_search(Db *db, const MailboxSearch *search, const char *after, guint limit,
        GPtrArray *found, char **searched_to, GError **error)
{
	const char *first = mailbox_range_first(search, after);
	guint words = MIN(search->words->len, MAILBOX_RANGE_WORDS);
	gboolean any = FALSE;
	char pair[7];

	*searched_to = NULL;
	/* The longest words say most. */
	g_ptr_array_sort(search->words, compare_lengths);
	if (search->arms->len == 0)
		return TRUE;
	if (search->user_id != 0 || mailbox_range_is_mark(search->state))
		return mailbox_filtered(db, search, after, limit, found, searched_to, error);
	if (search->words->len < 2)
		return mailbox_range_search(db, search, after, limit, found, searched_to, error);
	if (!rarest_pair(db, search, first, words, pair, &any, error))
		return FALSE;
	return any ? search_pair(db, search, pair, words, first, limit, found, searched_to, error)
	           : mailbox_merge(
	                     db, search, words, first, after, limit, found, searched_to, error);
}
