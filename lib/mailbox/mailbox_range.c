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

static const char SQL_DOMAINS[] = "SELECT id, active FROM domain ORDER BY id";
enum { DOMAIN_ID, DOMAIN_ACTIVE };
static const char SQL_DOMAIN[] = "SELECT active FROM domain WHERE id = ?";

/* ---- parts of statements ---- */

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

/* Can't the statements say all? */
static gboolean needs_look(const MailboxSearch *search)
{
	for (guint i = 0; i < search->words->len; i++)
		if (i >= MAILBOX_RANGE_WORDS || strlen(search->words->pdata[i]) > FOLD_PREFIX_MAX)
			return TRUE;
	return FALSE;
}

gboolean mailbox_range_take(Db *db, const MailboxSearch *search, guint limit, GPtrArray *found,
        GPtrArray *rows, GError **error)
{
	gboolean look = needs_look(search);

	for (guint i = 0; i < rows->len && found->len < limit; i++) {
		gboolean has = TRUE;
		if (look && !has_words(db, rows->pdata[i], search->words, &has, error))
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
	return g_strdup_printf("(SELECT address, mailbox_id FROM mailbox_find"
	                       " WHERE domain_id = ? AND state = '%c' AND prefix = ?"
	                       " AND address %s CONVERT(? USING ascii)" MAILBOX_RANGE_SEEN(
	                               "mailbox_id") " ORDER BY address%s LIMIT %u)",
	        state, compare, mailbox_range_order(search), limit);
}

char *mailbox_range_arms(const MailboxSearch *search, const char *compare, guint limit)
{
	GString *arms = g_string_new(NULL);

	for (guint i = 0; i < search->arms->len; i++) {
		const MailboxArm *one = &g_array_index(search->arms, MailboxArm, i);
		g_autofree char *text = arm(search, one->state, compare, limit);
		g_string_append_printf(arms, "%s%s", i > 0 ? " UNION ALL " : "", text);
	}
	if (search->arms->len > 1)
		g_string_append_printf(
		        arms, " ORDER BY address%s LIMIT %u", mailbox_range_order(search), limit);
	return g_string_free(arms, FALSE);
}

/* ---- which ranges ---- */

static void add_arm(GArray *arms, guint64 domain_id, char state)
{
	const MailboxArm arm = {domain_id, state};

	g_array_append_val(arms, arm);
}

/* Of all domains: those of inactive ones count as inactive. */
static gboolean add_states(Db *db, char state, GArray *arms, GError **error)
{
	gboolean any = FALSE;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_DOMAINS, "");

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		gboolean active = db_rows_u64(rows, DOMAIN_ACTIVE) != 0;
		any = any || !active;
		if (active == (state == 'a'))
			add_arm(arms, db_rows_u64(rows, DOMAIN_ID), 'a');
	}
	if (!any)
		g_array_set_size(arms, 0);
	if (!any || state == 'i')
		add_arm(arms, 0, state);
	return TRUE;
}

/* Of one domain. */
static gboolean add_domain_states(
        Db *db, guint64 domain_id, char state, GArray *arms, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_DOMAIN, "u", domain_id);

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows) || db_rows_u64(rows, 0) != 0) {
		add_arm(arms, domain_id, state);
	} else if (state == 'i') {
		add_arm(arms, domain_id, 'a');
		add_arm(arms, domain_id, 'i');
	}
	return TRUE;
}

GArray *mailbox_range_plan(Db *db, guint64 domain_id, char state, GError **error)
{
	g_autoptr(GArray) arms = g_array_new(FALSE, FALSE, sizeof(MailboxArm));

	if (state == 'a' || state == 'i') {
		if (!(domain_id == 0 ? add_states(db, state, arms, error)
		                     : add_domain_states(db, domain_id, state, arms, error)))
			return NULL;
	} else if (state == 0 || mailbox_range_is_mark(state)) {
		add_arm(arms, domain_id, 'a');
		add_arm(arms, domain_id, 'i');
	} else {
		add_arm(arms, domain_id, state);
	}
	return g_steal_pointer(&arms);
}

gboolean mailbox_range_is_mark(char state)
{
	return state == 'u' || state == 'k' || state == 'f';
}

/* ---- */

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

void mailbox_range_add(
        DbValues *values, const MailboxSearch *search, const char *prefix, const char *key)
{
	for (guint i = 0; i < search->arms->len; i++) {
		db_values_add_u64(values, g_array_index(search->arms, MailboxArm, i).domain_id);
		db_values_add_octets(values, prefix, strlen(prefix));
		db_values_add_text(values, key);
	}
}

DbRows *mailbox_range_query(Db *db, const MailboxSearch *search, const char *sql, const char *word,
        const char *key, GError **error)
{
	g_autofree char *prefix = mailbox_range_prefix(word);
	g_autoptr(DbValues) values = db_values_new();

	mailbox_range_add(values, search, prefix, key);
	return db_query_values(db, error, sql, values);
}

/* ---- in the order of addresses ---- */

gboolean mailbox_range_search(Db *db, const MailboxSearch *search, const char *after, guint limit,
        GPtrArray *found, char **searched_to, GError **error)
{
	const char *word = search->words->len > 0 ? search->words->pdata[0] : "";
	g_autofree char *range = mailbox_range_arms(search, search->descending ? "<" : ">", limit);
	g_autofree char *from =
	        g_strdup_printf("(%s) f STRAIGHT_JOIN mailbox m ON m.id = f.mailbox_id", range);
	g_autofree char *order = g_strconcat("f.address", mailbox_range_order(search), NULL);
	const char *sql = mailbox_range_sql(mailbox_row_select(from, order, search->light));
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

/* ---- in the order of names or storage ---- */

/* No order: it counts the keys of each range. Parameters: domain and prefix of each. */
static const char *count_sql(const MailboxSearch *search, guint max)
{
	GString *sql = g_string_new("SELECT ");

	for (guint i = 0; i < search->arms->len; i++)
		g_string_append_printf(sql,
		        "%s(SELECT COUNT(*) FROM (SELECT 1 FROM mailbox_find"
		        " WHERE domain_id = ? AND state = '%c' AND prefix = ? LIMIT %u) c%u)",
		        i > 0 ? " + " : "", g_array_index(search->arms, MailboxArm, i).state, max,
		        i);
	return mailbox_range_sql(g_string_free(sql, FALSE));
}

gboolean mailbox_range_count(
        Db *db, const MailboxSearch *search, guint max, guint64 *count, GError **error)
{
	const char *word = search->words->len > 0 ? search->words->pdata[0] : "";
	g_autoptr(DbValues) values = db_values_new();

	*count = 0;
	if (search->arms->len == 0)
		return TRUE;
	for (guint i = 0; i < search->arms->len; i++) {
		db_values_add_u64(values, g_array_index(search->arms, MailboxArm, i).domain_id);
		db_values_add_octets(values, word, strlen(word));
	}
	g_autoptr(DbRows) rows = db_query_values(db, error, count_sql(search, max), values);
	if (rows == NULL)
		return FALSE;
	*count = db_rows_next(rows) ? MIN(db_rows_u64(rows, 0), max) : 0;
	return TRUE;
}

static const char *sorted_sql(const MailboxSearch *search, const MailboxPlace *place, guint limit)
{
	g_autofree char *range = mailbox_range_arms(search, ">", MAILBOX_RANGE_SORTED + 1);
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
	return search->words->len < 2 && !needs_look(search) && search->user_id == 0 &&
	       !mailbox_range_is_mark(search->state);
}

gboolean mailbox_range_sorted(Db *db, const MailboxSearch *search, const MailboxPlace *place,
        guint limit, GPtrArray *found, gboolean *done, GError **error)
{
	const char *word = search->words->len > 0 ? search->words->pdata[0] : "";
	g_autoptr(DbValues) values = db_values_new();

	guint64 count = 0;

	if (!mailbox_range_count(db, search, MAILBOX_RANGE_SORTED + 1, &count, error))
		return FALSE;
	*done = count <= MAILBOX_RANGE_SORTED;
	if (count == 0 || !*done)
		return TRUE;
	mailbox_range_add(values, search, word, "");
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
	return mailbox_range_take(db, search, limit, found, read, error);
}
