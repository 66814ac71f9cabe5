/* mailbox_filtered.c: goes through the smallest set of mailboxes that one part of a search gives by
 * a key, and holds each of them to the other parts.
 *
 * A set of at most CANDIDATES is one statement. If all are larger, one of them is gone through in a
 * bounded number of steps.
 */
#include "lib/mailbox/mailbox_filtered.h"

#include <string.h>

#define CANDIDATES 1000 /* a step */
#define STEPS 4

/* In this order they are tried. */
typedef enum { BY_USER, BY_MARK, BY_RANGE, NO_SET } Set;

typedef struct {
	const MailboxSearch *search;
	Set set;
	GString *sql;
	DbValues *values;    /* borrows the texts of search, key and the prefixes */
	GPtrArray *prefixes; /* of the words, as the tables hold them */
} Statement;

static Statement statement_begin(const MailboxSearch *search, Set set)
{
	Statement statement = {search, set, g_string_new(NULL), db_values_new(),
	        g_ptr_array_new_with_free_func(g_free)};

	for (guint i = 0; i < MIN(search->words->len, MAILBOX_RANGE_WORDS); i++)
		g_ptr_array_add(statement.prefixes, mailbox_range_prefix(search->words->pdata[i]));
	return statement;
}

/* Runs it; nothing is left of it but the rows. */
static DbRows *statement_run(Db *db, Statement *statement, GError **error)
{
	const char *sql = mailbox_range_sql(g_string_free(statement->sql, FALSE));
	DbRows *rows = db_query_values(db, error, sql, statement->values);

	db_values_free(statement->values);
	g_ptr_array_unref(statement->prefixes);
	return rows;
}

static gboolean has_set(const MailboxSearch *search, Set set)
{
	return set == BY_USER   ? search->user_id != 0
	       : set == BY_MARK ? mailbox_range_is_mark(search->state)
	                        : TRUE;
}

/* ---- sets ---- */

static void add_mark(Statement *statement)
{
	const MailboxSearch *search = statement->search;
	const char *column = search->state == 'u' ? "unassigned" : "known";
	gboolean domain = search->domain_id != 0;

	if (search->state == 'f')
		g_string_append_printf(statement->sql,
		        "SELECT v.username AS address, d.mailbox_id FROM mailbox_usage v FORCE INDEX"
		        " (mailbox_usage_full%s) STRAIGHT_JOIN address d ON d.address = v.username"
		        " AND d.is_alias = 0 WHERE v.nearly_full = 1%s AND v.username",
		        domain ? "_domain" : "",
		        domain ? " AND v.domain = (SELECT name FROM domain WHERE id = ?)" : "");
	else
		g_string_append_printf(statement->sql,
		        "SELECT address, id AS mailbox_id FROM mailbox FORCE INDEX (mailbox_%s%s)"
		        " WHERE deleted = 0 AND %s = 1%s AND address",
		        column, domain ? "_domain" : "", column,
		        domain ? " AND domain_id = ?" : "");
	if (domain)
		db_values_add_u64(statement->values, search->domain_id);
}

/* At most limit of the set behind the key: address and mailbox_id. */
static void add_set(Statement *statement, const char *key, guint limit)
{
	const MailboxSearch *search = statement->search;
	const char *compare = search->descending ? "<" : ">";
	const char *prefix = statement->prefixes->len > 0 ? statement->prefixes->pdata[0] : "";

	if (statement->set == BY_RANGE) {
		g_autofree char *arms = mailbox_range_arms(search, compare, limit);
		g_string_append(statement->sql, arms);
		mailbox_range_add(statement->values, search, prefix, key);
		return;
	}
	if (statement->set == BY_USER) {
		g_string_append(statement->sql,
		        "SELECT b.address, b.id AS mailbox_id FROM assignment s FORCE INDEX"
		        " (assignment_user) STRAIGHT_JOIN mailbox b ON b.id = s.mailbox_id"
		        " WHERE s.user_id = ? AND s.removed_at = 0 AND b.address");
		db_values_add_u64(statement->values, search->user_id);
	} else {
		add_mark(statement);
	}
	g_string_append_printf(statement->sql,
	        " %s CONVERT(? USING ascii) ORDER BY address%s LIMIT %u", compare,
	        mailbox_range_order(search), limit);
	db_values_add_text(statement->values, key);
}

/* The first set that isn't larger than CANDIDATES (*whole), or else the last that isn't all. */
static gboolean choose_set(Db *db, const MailboxSearch *search, const char *key, Set *chosen,
        gboolean *whole, GError **error)
{
	*chosen = BY_RANGE;
	for (Set set = BY_USER; set < NO_SET; set++) {
		if (!has_set(search, set) || (set == BY_RANGE && search->words->len == 0))
			continue;
		Statement count = statement_begin(search, set);
		g_string_append(count.sql, "SELECT COUNT(*) FROM (");
		add_set(&count, key, CANDIDATES + 1);
		g_string_append(count.sql, ") c");
		g_autoptr(DbRows) rows = statement_run(db, &count, error);
		if (rows == NULL)
			return FALSE;
		*whole = db_rows_next(rows) && db_rows_u64(rows, 0) <= CANDIDATES;
		if (*whole || set == BY_MARK)
			*chosen = set;
		if (*whole)
			return TRUE;
	}
	return TRUE;
}

/* ---- the other parts, of mailbox w ---- */

#define DOMAIN_ACTIVE "EXISTS (SELECT 1 FROM domain y WHERE y.id = w.domain_id AND y.active = 1)"

/* Each word at the address, in whichever of the two states that a live mailbox has. */
static void join_words(Statement *statement)
{
	for (guint i = 0; i < statement->prefixes->len; i++) {
		g_string_append_printf(statement->sql,
		        " STRAIGHT_JOIN mailbox_find f%u ON f%u.domain_id = 0"
		        " AND f%u.state = CONVERT(IF(w.deleted, 'd', IF(w.active, 'a', 'i')) USING ascii)"
		        " AND f%u.prefix = ? AND f%u.address = w.address",
		        i, i, i, i, i);
		db_values_add_text(statement->values, statement->prefixes->pdata[i]);
	}
}

static const char *state_condition(char state)
{
	switch (state) {
	case 'a':
		return " AND w.active = 1 AND " DOMAIN_ACTIVE;
	case 'i':
		return " AND NOT (w.active = 1 AND " DOMAIN_ACTIVE ")";
	case 'v':
		return " AND w.vip = 1";
	case 'n':
		return " AND EXISTS (SELECT 1 FROM absence y WHERE y.mailbox_id = w.id AND y.active = 1)";
	case 'u':
		return " AND w.unassigned = 1";
	case 'k':
		return " AND w.known = 1";
	case 'f':
		return " AND EXISTS (SELECT 1 FROM mailbox_usage y"
		       " WHERE y.username = w.address AND y.nearly_full = 1)";
	default:
		return "";
	}
}

static void add_conditions(Statement *statement)
{
	const MailboxSearch *search = statement->search;

	g_string_append_printf(statement->sql, " WHERE w.deleted = %d%s", search->state == 'd',
	        state_condition(search->state));
	if (search->domain_id != 0) {
		g_string_append(statement->sql, " AND w.domain_id = ?");
		db_values_add_u64(statement->values, search->domain_id);
	}
	if (search->user_id != 0 && statement->set != BY_USER) {
		g_string_append(statement->sql,
		        " AND EXISTS (SELECT 1 FROM assignment y"
		        " WHERE y.mailbox_id = w.id AND y.user_id = ? AND y.removed_at = 0)");
		db_values_add_u64(statement->values, search->user_id);
	}
}

/* ---- */

/* Up to limit mailboxes among the set's next ones behind the key. */
static GPtrArray *step_rows(
        Db *db, const MailboxSearch *search, Set set, const char *key, guint limit, GError **error)
{
	Statement step = statement_begin(search, set);
	const char *order = mailbox_range_order(search);
	g_autofree char *by = g_strconcat("k.address", order, NULL);

	g_string_append(step.sql, "(SELECT c.address, c.mailbox_id FROM (");
	add_set(&step, key, CANDIDATES);
	g_string_append(step.sql, ") c STRAIGHT_JOIN mailbox w ON w.id = c.mailbox_id");
	join_words(&step);
	add_conditions(&step);
	g_string_append_printf(step.sql,
	        " ORDER BY c.address%s LIMIT %u) k STRAIGHT_JOIN mailbox m ON m.id = k.mailbox_id",
	        order, limit);
	char *whole = mailbox_row_select(step.sql->str, by, search->light);
	g_string_assign(step.sql, whole);
	g_free(whole);
	g_autoptr(DbRows) rows = statement_run(db, &step, error);
	return rows != NULL ? mailbox_rows_read(rows) : NULL;
}

/* The address at which that step ends; NULL in *end if it is the last. */
static gboolean step_end(
        Db *db, const MailboxSearch *search, Set set, const char *key, char **end, GError **error)
{
	Statement last = statement_begin(search, set);

	g_string_append(last.sql, "SELECT address FROM (");
	add_set(&last, key, CANDIDATES);
	g_string_append_printf(last.sql, ") c ORDER BY address%s LIMIT %d, 1",
	        mailbox_range_order(search), CANDIDATES - 1);
	g_autoptr(DbRows) rows = statement_run(db, &last, error);
	if (rows == NULL)
		return FALSE;
	*end = db_rows_next(rows) ? g_strdup(db_rows_text(rows, 0)) : NULL;
	return TRUE;
}

gboolean mailbox_filtered(Db *db, const MailboxSearch *search, const char *after, guint limit,
        GPtrArray *found, char **searched_to, GError **error)
{
	g_autofree char *key = g_strdup(mailbox_range_first(search, after));
	gboolean whole = FALSE;
	Set set;

	if (!choose_set(db, search, key, &set, &whole, error))
		return FALSE;
	for (guint steps = 0; found->len < limit; steps++) {
		g_autofree char *end = NULL;
		if (steps == STEPS) {
			*searched_to = g_steal_pointer(&key);
			return TRUE;
		}
		g_autoptr(GPtrArray) read =
		        step_rows(db, search, set, key, limit - found->len, error);
		if (read == NULL)
			return FALSE;
		if (read->len == limit - found->len)
			end = mailbox_range_last(read); /* there may be more in this step */
		else if (!whole && !step_end(db, search, set, key, &end, error))
			return FALSE;
		if (!mailbox_range_take(db, search, limit, found, read, error))
			return FALSE;
		if (end == NULL)
			return TRUE;
		g_free(key);
		key = g_steal_pointer(&end);
	}
	return TRUE;
}
