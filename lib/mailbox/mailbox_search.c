/* mailbox_search.c: finds mailboxes by several words, of a user, or by a mark.
 *
 * Of words alone the rarest pair of three-letter beginnings gives candidates (mailbox_pair), which
 * mailbox_find confirms; everything else, and words too short for a pair, is merged
 * (mailbox_merge.h).
 */
#include "lib/mailbox/mailbox_search.h"

#include <string.h>

#include "lib/mailbox/mailbox_arm.h"
#include "lib/mailbox/mailbox_find.h"
#include "lib/mailbox/mailbox_merge.h"
#include "lib/mailbox/mailbox_range.h"

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
	return search->deleted;
}

/* The beginning of a word, as the tables hold it. */
static const char *prefix_of(const MailboxSearch *search, guint word)
{
	return ((const MailboxKeys *)search->lists->pdata[word])->prefix;
}

/* The ranges that each word has. */
static const GArray *arms_of(const MailboxSearch *search)
{
	return ((const MailboxKeys *)search->lists->pdata[0])->arms;
}

/* The pair with the fewest candidates; FALSE in *any if no two words are long enough. */
static gboolean rarest_pair(Db *db, const MailboxSearch *search, const char *key, char pair[7],
        gboolean *any, GError **error)
{
	guint words = search->lists->len;
	guint64 fewest = G_MAXUINT64;

	*any = FALSE;
	for (guint i = 0; i < words; i++) {
		for (guint j = i + 1; j < words && fewest > 0; j++) {
			char candidate[7];
			if (!mailbox_find_pair(
			            prefix_of(search, i), prefix_of(search, j), candidate))
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
static void append_pair_arm(GString *sql, const MailboxSearch *search, char state, guint limit)
{
	g_string_append(sql, "(SELECT c.address, f0.mailbox_id FROM mailbox_pair c");
	for (guint i = 0; i < search->lists->len; i++)
		g_string_append_printf(sql,
		        " STRAIGHT_JOIN mailbox_find f%u ON f%u.domain_id = ? AND f%u.state = '%c'"
		        " AND f%u.prefix = ? AND f%u.address = c.address",
		        i, i, i, state, i, i);
	g_string_append_printf(sql,
	        " WHERE c.deleted = ? AND c.pair = ?"
	        " AND c.address %s CONVERT(? USING ascii) AND c.address %s CONVERT(? USING ascii)" MAILBOX_ARM_SEEN(
	                "f0.mailbox_id") " ORDER BY c.address%s LIMIT %u)",
	        search->descending ? "<" : ">",
	        search->descending ? ">=" : "<=", mailbox_range_order(search), limit);
}

/* Of all states; what a page shows of them, or address and number alone. */
static const char *pair_sql(const MailboxSearch *search, gboolean light, guint limit)
{
	const GArray *arms = arms_of(search);
	g_autofree char *order = g_strconcat("address", mailbox_range_order(search), NULL);
	GString *keys = g_string_new(NULL);

	for (guint i = 0; i < arms->len; i++) {
		if (i > 0)
			g_string_append(keys, " UNION ALL ");
		append_pair_arm(keys, search, g_array_index(arms, MailboxArm, i).state, limit);
	}
	g_string_append_printf(keys, " ORDER BY %s LIMIT %u", order, limit);
	if (light)
		return mailbox_range_sql(g_string_free(keys, FALSE));
	char *whole = g_strdup_printf(
	        "SELECT " MAILBOX_ROW_COLUMNS
	        " FROM (%s) k STRAIGHT_JOIN mailbox m ON m.id = k.mailbox_id" MAILBOX_ROW_USAGE
	        " ORDER BY k.%s",
	        keys->str, order);
	g_string_free(keys, TRUE);
	return mailbox_range_sql(whole);
}

/* The candidates behind key up to and with end that have all words. */
static gboolean pair_step(Db *db, const MailboxSearch *search, const char *pair, const char *key,
        const char *end, guint limit, GPtrArray *found, char **last, GError **error)
{
	const GArray *arms = arms_of(search);
	gboolean light = search->light && !search->look;
	g_autoptr(DbValues) values = db_values_new();

	for (guint arm = 0; arm < arms->len; arm++) {
		for (guint i = 0; i < search->lists->len; i++) {
			db_values_add_u64(values, g_array_index(arms, MailboxArm, arm).domain_id);
			db_values_add_text(values, prefix_of(search, i));
		}
		db_values_add_u64(values, is_deleted(search));
		db_values_add_text(values, pair);
		db_values_add_text(values, key);
		db_values_add_text(values, end);
	}
	g_autoptr(DbRows) rows = db_query_values(db, error, pair_sql(search, light, limit), values);
	if (rows == NULL)
		return FALSE;
	g_autoptr(GPtrArray) read = light ? mailbox_rows_read_light(rows) : mailbox_rows_read(rows);
	if (read->len == limit)
		*last = mailbox_range_last(read); /* there may be more before end */
	return mailbox_range_take(db, search, limit, found, read, error);
}

static gboolean search_pair(Db *db, const MailboxSearch *search, const char *pair,
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
		if (!pair_step(db, search, pair, key,
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

gboolean mailbox_search(Db *db, const MailboxSearch *search, const char *after, guint limit,
        GPtrArray *found, char **searched_to, GError **error)
{
	const char *first = mailbox_range_first(search, after);
	gboolean any = FALSE;
	char pair[7];

	*searched_to = NULL;
	if (search->lists->len == 0)
		return TRUE;
	if (search->lists->len == 1)
		return mailbox_range_search(db, search, after, limit, found, searched_to, error);
	if (search->pairs && !rarest_pair(db, search, first, pair, &any, error))
		return FALSE;
	return any ? search_pair(db, search, pair, first, limit, found, searched_to, error)
	           : mailbox_merge(db, search, first, after, limit, found, searched_to, error);
}
