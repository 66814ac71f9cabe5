/* mailbox_range.c: reads and counts the ranges of a list, in the order of addresses.
 *
 * What the lists of a search can't say is looked at in the rows.
 */
#include "lib/mailbox/mailbox_range.h"

#include <string.h>

#include "lib/base/fold.h"
#include "lib/mailbox/mailbox_arm.h"
#include "lib/mailbox/mailbox_find.h"

#define RANGE_FETCHES 8

gboolean mailbox_range_is_whole(const MailboxSearch *search)
{
	return search->lists->len == 1 && !search->look;
}

/* ---- what the lists can't say ---- */

static gboolean has_words(
        Db *db, const MailboxRow *row, const GPtrArray *searched, gboolean *has, GError **error)
{
	g_autofree char *further = mailbox_find_further(db, row->id, error);

	if (further == NULL)
		return FALSE;
	g_autoptr(GPtrArray) words = mailbox_find_words(row->address, row->email_name, further);
	*has = fold_words_match(words, searched);
	return TRUE;
}

gboolean mailbox_range_take(Db *db, const MailboxSearch *search, guint limit, GPtrArray *found,
        GPtrArray *rows, GError **error)
{
	for (guint i = 0; i < rows->len && found->len < limit; i++) {
		gboolean has = TRUE;
		if (search->look && !has_words(db, rows->pdata[i], search->words, &has, error))
			return FALSE;
		if (!has)
			continue;
		g_ptr_array_add(found, rows->pdata[i]);
		rows->pdata[i] = NULL;
	}
	return TRUE;
}

char *mailbox_range_last(const GPtrArray *rows)
{
	return g_strdup(((const MailboxRow *)rows->pdata[rows->len - 1])->address);
}

/* ---- parts of statements ---- */

const char *mailbox_range_first(const MailboxSearch *search, const char *after)
{
	return *after == '\0' && search->descending ? "~" : after;
}

const char *mailbox_range_order(const MailboxSearch *search)
{
	return search->descending ? " DESC" : "";
}

/* db.c finds prepared statements by the address of their text. */
const char *mailbox_range_sql(char *sql)
{
	const char *interned = g_intern_string(sql);

	g_free(sql);
	return interned;
}

static const char *compare_word(const MailboxSearch *search, gboolean with)
{
	return search->descending ? with ? "<=" : "<" : with ? ">=" : ">";
}

/* What selects "address" and "mailbox_id" of at most limit mailboxes of each range of a list that
 * compare as told with an address. Free: g_string_free(). */
static GString *keys_text(const MailboxSearch *search, const MailboxKeys *keys, gboolean numbered,
        const char *compare, guint limit)
{
	GString *text = g_string_new(NULL);
	const char *order = mailbox_range_order(search);

	for (guint i = 0; i < keys->arms->len; i++) {
		MailboxArmText arm = mailbox_arm_text(
		        &g_array_index(keys->arms, MailboxArm, i), keys->prefix, TRUE);
		gboolean plain = !numbered && arm.unnumbered != NULL;
		g_string_append_printf(text,
		        "%s(SELECT %s FROM %s%s WHERE %s AND %s %s CONVERT(? USING ascii)"
		        " ORDER BY %s%s LIMIT %u)",
		        i > 0 ? " UNION ALL " : "", plain ? arm.unnumbered : arm.columns,
		        arm.tables, plain ? "" : arm.joined, arm.range, arm.address, compare,
		        arm.address, order, limit);
		mailbox_arm_clear(&arm);
	}
	return text;
}

/* The same in the search's order. Free: g_free(). */
static char *ordered_text(const MailboxSearch *search, const MailboxKeys *keys, gboolean numbered,
        const char *compare, guint limit)
{
	GString *text = keys_text(search, keys, numbered, compare, limit);

	if (keys->arms->len > 1)
		g_string_append_printf(
		        text, " ORDER BY address%s LIMIT %u", mailbox_range_order(search), limit);
	return g_string_free(text, FALSE);
}

char *mailbox_range_text(const MailboxSearch *search, const MailboxKeys *keys, guint limit)
{
	return g_string_free(
	        keys_text(search, keys, TRUE, compare_word(search, FALSE), limit), FALSE);
}

void mailbox_range_values(DbValues *values, const MailboxKeys *keys, const char *address)
{
	for (guint i = 0; i < keys->arms->len; i++) {
		mailbox_arm_values(values, &g_array_index(keys->arms, MailboxArm, i), keys->prefix);
		db_values_add_text(values, address);
	}
}

/* Runs a statement whose only parameters are theirs. */
static DbRows *keys_query(
        Db *db, const MailboxKeys *keys, const char *sql, const char *address, GError **error)
{
	g_autoptr(DbValues) values = db_values_new();

	mailbox_range_values(values, keys, address);
	return db_query_values(db, error, sql, values);
}

/* ---- */

GPtrArray *mailbox_range_keys(Db *db, const MailboxSearch *search, const MailboxKeys *keys,
        gboolean numbered, const char *address, gboolean with, guint limit, GError **error)
{
	const char *compare = compare_word(search, with);
	const char *sql = mailbox_range_sql(ordered_text(search, keys, numbered, compare, limit));
	g_autoptr(DbRows) rows = keys_query(db, keys, sql, address, error);

	return rows != NULL ? mailbox_rows_read_light(rows) : NULL;
}

gboolean mailbox_range_may_probe(const MailboxKeys *keys)
{
	return keys->arms->len <= MAILBOX_RANGE_PROBED &&
	       mailbox_arm_is_find(&g_array_index(keys->arms, MailboxArm, 0), keys->prefix);
}

/* What has f.address in the ranges: a join is half of what EXISTS costs, and a list of states would
 * keep the key from being used in full. */
static void append_probed(GString *joins, const MailboxKeys *keys, guint number)
{
	for (guint i = 0; i < keys->arms->len; i++)
		g_string_append_printf(joins,
		        " LEFT JOIN mailbox_find p%u_%u ON p%u_%u.domain_id = ? AND p%u_%u.state = '%c'"
		        " AND p%u_%u.prefix = ? AND p%u_%u.address = f.address",
		        number, i, number, i, number, i,
		        g_array_index(keys->arms, MailboxArm, i).state, number, i, number, i);
}

/* The mailbox's number if it is in one of them, else 0. */
static void append_number(GString *columns, const MailboxKeys *keys, guint number)
{
	g_string_append(columns, ", COALESCE(");
	for (guint i = 0; i < keys->arms->len; i++)
		g_string_append_printf(columns, "p%u_%u.mailbox_id, ", number, i);
	g_string_append(columns, "0)");
}

enum { PROBED_ADDRESS, PROBED_FIRST };

/* Takes the hits among the rows, which have a number from each of the others. */
static GPtrArray *read_probed(DbRows *rows, guint others, guint limit, char **last)
{
	GPtrArray *hits = g_ptr_array_new_with_free_func(mailbox_row_free);
	guint count = 0;

	*last = NULL;
	while (db_rows_next(rows)) {
		const char *address = db_rows_text(rows, PROBED_ADDRESS);
		if (++count == limit)
			*last = g_strdup(address);
		gboolean hit = TRUE;
		for (guint i = 0; i < others; i++)
			hit = hit && db_rows_u64(rows, PROBED_FIRST + i) != 0;
		if (!hit)
			continue;
		MailboxRow *row = g_new0(MailboxRow, 1);
		row->id = db_rows_u64(rows, PROBED_FIRST);
		row->address = g_strdup(address);
		g_ptr_array_add(hits, row);
	}
	return hits;
}

GPtrArray *mailbox_range_probe(Db *db, const MailboxSearch *search, const MailboxKeys *keys,
        const GPtrArray *others, const char *address, gboolean with, guint limit, char **last,
        GError **error)
{
	g_autoptr(DbValues) values = db_values_new();
	g_autofree char *range =
	        ordered_text(search, keys, FALSE, compare_word(search, with), limit);
	g_autoptr(GString) joins = g_string_new(NULL);
	GString *sql = g_string_new("SELECT f.address");

	mailbox_range_values(values, keys, address);
	for (guint i = 0; i < others->len; i++) {
		const MailboxKeys *other = others->pdata[i];
		append_number(sql, other, i);
		append_probed(joins, other, i);
		for (guint j = 0; j < other->arms->len; j++)
			mailbox_arm_values(
			        values, &g_array_index(other->arms, MailboxArm, j), other->prefix);
	}
	g_string_append_printf(sql, " FROM (%s) f%s ORDER BY f.address%s", range, joins->str,
	        mailbox_range_order(search));
	g_autoptr(DbRows) rows =
	        db_query_values(db, error, mailbox_range_sql(g_string_free(sql, FALSE)), values);
	return rows != NULL ? read_probed(rows, others->len, limit, last) : NULL;
}

/* The same with all that a page shows of them: of one range in its own order. */
static const char *rows_sql(
        const MailboxSearch *search, const MailboxKeys *keys, gboolean guarded, guint limit)
{
	const char *compare = search->descending ? "<" : ">";
	const char *order = mailbox_range_order(search);

	if (keys->arms->len > 1) {
		g_autofree char *range = ordered_text(search, keys, TRUE, compare, limit);
		return mailbox_range_sql(g_strdup_printf(
		        "SELECT " MAILBOX_ROW_COLUMNS
		        " FROM (%s) k STRAIGHT_JOIN mailbox m ON m.id = k.mailbox_id" MAILBOX_ROW_USAGE
		        " ORDER BY k.address%s",
		        range, order));
	}
	MailboxArmText arm =
	        mailbox_arm_text(&g_array_index(keys->arms, MailboxArm, 0), keys->prefix, guarded);
	char *sql = g_strdup_printf("SELECT " MAILBOX_ROW_COLUMNS
	                            " FROM %s%s%s WHERE %s AND %s %s CONVERT(? USING ascii)"
	                            " ORDER BY %s%s LIMIT %u",
	        arm.tables, arm.joined, arm.whole, arm.range, arm.address, compare, arm.address,
	        order, limit);
	mailbox_arm_clear(&arm);
	return mailbox_range_sql(sql);
}

/* Mostly none is to be hidden: whether one is, shows. */
static GPtrArray *range_rows(Db *db, const MailboxSearch *search, const MailboxKeys *keys,
        const char *address, guint limit, GError **error)
{
	for (gboolean guarded = FALSE;; guarded = TRUE) {
		gboolean hidden = FALSE;
		g_autoptr(DbRows) rows = keys_query(
		        db, keys, rows_sql(search, keys, guarded, limit), address, error);
		if (rows == NULL)
			return NULL;
		g_autoptr(GPtrArray) read = mailbox_rows_read(rows);
		for (guint i = 0; i < read->len; i++)
			hidden = hidden || ((const MailboxRow *)read->pdata[i])->hidden;
		if (!hidden || guarded)
			return g_steal_pointer(&read);
	}
}

gboolean mailbox_range_search(Db *db, const MailboxSearch *search, const char *after, guint limit,
        GPtrArray *found, char **searched_to, GError **error)
{
	const MailboxKeys *keys = search->lists->pdata[0];
	g_autofree char *key = g_strdup(mailbox_range_first(search, after));

	for (guint fetches = 0; found->len < limit; fetches++) {
		if (fetches == RANGE_FETCHES) {
			*searched_to = g_steal_pointer(&key);
			return TRUE;
		}
		g_autoptr(GPtrArray) read =
		        search->light && !search->look
		                ? mailbox_range_keys(
		                          db, search, keys, TRUE, key, FALSE, limit, error)
		                : range_rows(db, search, keys, key, limit, error);
		if (read == NULL)
			return FALSE;
		gboolean more = read->len == limit;
		if (more) {
			g_free(key);
			key = mailbox_range_last(read);
		}
		if (!mailbox_range_take(db, search, limit, found, read, error))
			return FALSE;
		if (!more)
			return TRUE;
	}
	return TRUE;
}

/* No order: it counts the keys of each range. */
static const char *count_sql(const MailboxKeys *keys, guint max)
{
	GString *sql = g_string_new("SELECT ");

	for (guint i = 0; i < keys->arms->len; i++) {
		MailboxArmText arm = mailbox_arm_text(
		        &g_array_index(keys->arms, MailboxArm, i), keys->prefix, TRUE);
		g_string_append_printf(sql,
		        "%s(SELECT COUNT(*) FROM (SELECT 1 FROM %s WHERE %s LIMIT %u) c%u)",
		        i > 0 ? " + " : "", arm.tables, arm.range, max, i);
		mailbox_arm_clear(&arm);
	}
	return mailbox_range_sql(g_string_free(sql, FALSE));
}

gboolean mailbox_range_count(
        Db *db, const MailboxKeys *keys, guint max, guint64 *count, GError **error)
{
	g_autoptr(DbValues) values = db_values_new();

	for (guint i = 0; i < keys->arms->len; i++)
		mailbox_arm_values(values, &g_array_index(keys->arms, MailboxArm, i), keys->prefix);
	g_autoptr(DbRows) rows = db_query_values(db, error, count_sql(keys, max), values);
	if (rows == NULL)
		return FALSE;
	*count = db_rows_next(rows) ? MIN(db_rows_u64(rows, 0), max) : 0;
	return TRUE;
}
