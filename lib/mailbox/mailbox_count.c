/* mailbox_count.c: keeps how many mailboxes each list without a word holds. */
#include "lib/mailbox/mailbox_count.h"

#include <string.h>

#define COUNTED "laivnd" /* states */

/* Connections that write at once mostly have different parts. */
#define OWN_PART "CONNECTION_ID() % 16"
static const char SQL_ADD[] = "UPDATE mailbox_count SET mailboxes = mailboxes + ?"
                              " WHERE domain_id = ? AND state = ? AND part = " OWN_PART;
static const char SQL_CREATE[] =
        "INSERT IGNORE INTO mailbox_count (domain_id, state, part, mailboxes)"
        " VALUES (?, ?, " OWN_PART ", 0)";
/* One statement sees one state of both tables. */
static const char SQL_WRONG[] =
        "SELECT d.id, s.state, CAST((SELECT COUNT(*) FROM mailbox_find f WHERE f.domain_id = d.id"
        " AND f.state = s.state AND f.prefix = '') - COALESCE((SELECT SUM(c.mailboxes)"
        " FROM mailbox_count c WHERE c.domain_id = d.id AND c.state = s.state), 0) AS SIGNED) AS off"
        " FROM (SELECT 0 AS id UNION ALL SELECT id FROM domain) d JOIN (SELECT 'l' AS state"
        " UNION ALL SELECT 'a' UNION ALL SELECT 'i' UNION ALL SELECT 'v' UNION ALL SELECT 'n'"
        " UNION ALL SELECT 'd') s HAVING off <> 0";
enum { C_DOMAIN, C_STATE, C_OFF };

MailboxCountChange *mailbox_count_change(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void mailbox_count_note(MailboxCountChange *change, const char *row, gint by)
{
	gsize length = strlen(row);

	/* "f<state><domain> " and no prefix */
	if (row[0] != 'f' || row[length - 1] != ' ' || strchr(COUNTED, row[1]) == NULL)
		return;
	g_hash_table_replace(change, g_strdup(row),
	        GINT_TO_POINTER(GPOINTER_TO_INT(g_hash_table_lookup(change, row)) + by));
}

static gboolean add_number(Db *db, guint64 domain_id, const char *state, gint64 by, GError **error)
{
	gint64 changed = db_execute(db, error, SQL_ADD, "iua", by, domain_id, state);

	if (changed != 0)
		return changed > 0;
	return db_execute(db, error, SQL_CREATE, "ua", domain_id, state) >= 0 &&
	       db_execute(db, error, SQL_ADD, "iua", by, domain_id, state) >= 0;
}

static gint compare_lists(gconstpointer a, gconstpointer b)
{
	return strcmp(a, b);
}

gboolean mailbox_count_write(Db *db, MailboxCountChange *change, GError **error)
{
	/* All in the same order, so that nobody waits in a circle. */
	g_autoptr(GList) lists = g_list_sort(g_hash_table_get_keys(change), compare_lists);

	for (const GList *list = lists; list != NULL; list = list->next) {
		const char *row = list->data;
		gint by = GPOINTER_TO_INT(g_hash_table_lookup(change, row));
		const char state[] = {row[1], '\0'};
		if (by != 0 &&
		        !add_number(db, g_ascii_strtoull(row + 2, NULL, 10), state, by, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- reading ---- */

gboolean mailbox_count_is_kept(const MailboxKeys *keys)
{
	return *keys->prefix == '\0' &&
	       strchr(COUNTED, g_array_index(keys->arms, MailboxArm, 0).state) != NULL;
}

char *mailbox_count_sql(const MailboxKeys *keys)
{
	GString *sql = g_string_new(NULL);

	for (guint i = 0; i < keys->arms->len; i++)
		g_string_append_printf(sql,
		        "%sCOALESCE((SELECT SUM(mailboxes) FROM mailbox_count WHERE domain_id = ?"
		        " AND state = '%c'), 0)",
		        i > 0 ? " + " : "", g_array_index(keys->arms, MailboxArm, i).state);
	return g_string_free(sql, FALSE);
}

void mailbox_count_values(DbValues *values, const MailboxKeys *keys)
{
	for (guint i = 0; i < keys->arms->len; i++)
		db_values_add_u64(values, g_array_index(keys->arms, MailboxArm, i).domain_id);
}

/* ---- checking ---- */

gboolean mailbox_count_wrong(Db *db, GPtrArray *wrong, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_WRONG, "");

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows))
		g_ptr_array_add(wrong,
		        g_strdup_printf("(number of list %s of domain %" G_GUINT64_FORMAT ")",
		                db_rows_text(rows, C_STATE), db_rows_u64(rows, C_DOMAIN)));
	return TRUE;
}

/* What is added holds whatever others add meanwhile. */
gboolean mailbox_count_settle(Db *db, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_WRONG, "");

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows))
		if (!add_number(db, db_rows_u64(rows, C_DOMAIN), db_rows_text(rows, C_STATE),
		            db_rows_i64(rows, C_OFF), error))
			return FALSE;
	return TRUE;
}
