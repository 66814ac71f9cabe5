/* import_back.c: removes the rows of mailboxes that an import has written and nobody has seen. */
#include "lib/mailbox/import_back.h"

#include "lib/mailbox/mailbox_find_many.h"

static const char SQL_LAST[] = "SELECT m.id, m.domain_id, m.address, m.email_name, m.active, m.vip"
                               " FROM mailbox_hidden l JOIN mailbox m ON m.id = l.mailbox_id"
                               " WHERE l.run_id = ? ORDER BY l.line DESC LIMIT ?";
enum { L_MAILBOX, L_DOMAIN, L_ADDRESS, L_NAME, L_ACTIVE, L_VIP };
/* In this order: each needs those behind it. */
static const char *const SQL_REMOVE[] = {
        "DELETE FROM address WHERE mailbox_id = ?",
        "DELETE FROM import_user WHERE run_id = ? AND mailbox_id = ?",
        "DELETE FROM import_new_user WHERE run_id = ? AND mailbox_id = ?",
        "DELETE FROM hidden_usage WHERE username = ?",
        "DELETE FROM hidden_clock WHERE mailbox_id = ?",
        "DELETE FROM hidden_mailbox WHERE id = ?",
        "DELETE FROM mailbox_hidden WHERE mailbox_id = ?",
};
enum { R_ADDRESS, R_USER, R_NEW_USER, R_USAGE, R_CLOCK, R_MAILBOX, R_HIDDEN };
static const char SQL_DONE[] = "UPDATE import_run SET done = done - ? WHERE run_id = ?";
static const char SQL_UNDONE[] = "UPDATE import_run SET back = 2 WHERE run_id = ?";
static const char SQL_END[] = "UPDATE bulk_run SET ended_at = " DB_NOW " WHERE id = ?";

static MailboxFindKey key_of(DbRows *row)
{
	return (MailboxFindKey){
	        .id = db_rows_u64(row, L_MAILBOX),
	        .domain_id = db_rows_u64(row, L_DOMAIN),
	        .address = db_rows_text(row, L_ADDRESS),
	        .email_name = db_rows_text(row, L_NAME),
	        .active = db_rows_u64(row, L_ACTIVE) != 0,
	        .vip = db_rows_u64(row, L_VIP) != 0,
	};
}

static gboolean remove_mailbox(Db *db, guint64 run_id, const MailboxFindKey *key, GError **error)
{
	return db_execute(db, error, SQL_REMOVE[R_ADDRESS], "u", key->id) >= 0 &&
	       db_execute(db, error, SQL_REMOVE[R_USER], "uu", run_id, key->id) >= 0 &&
	       db_execute(db, error, SQL_REMOVE[R_NEW_USER], "uu", run_id, key->id) >= 0 &&
	       db_execute(db, error, SQL_REMOVE[R_USAGE], "a", key->address) >= 0 &&
	       db_execute(db, error, SQL_REMOVE[R_CLOCK], "u", key->id) >= 0 &&
	       db_execute(db, error, SQL_REMOVE[R_MAILBOX], "u", key->id) == 1 &&
	       db_execute(db, error, SQL_REMOVE[R_HIDDEN], "u", key->id) == 1;
}

gboolean import_back_step(Db *db, const ImportRun *run, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LAST, "uu", run->id, (guint64)run->step);
	g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(MailboxFindKey));
	g_autoptr(GPtrArray) further = g_ptr_array_new_with_free_func(g_free);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		MailboxFindKey key = key_of(rows);
		char *addresses = mailbox_find_further(db, key.id, error);
		if (addresses == NULL)
			return FALSE;
		g_ptr_array_add(further, addresses);
		key.further = addresses;
		g_array_append_val(keys, key);
	}
	if (keys->len == 0)
		return db_execute(db, error, SQL_UNDONE, "u", run->id) >= 0 &&
		       db_execute(db, error, SQL_END, "u", run->id) >= 0;
	if (!mailbox_find_remove(db, (const MailboxFindKey *)keys->data, keys->len, error))
		return FALSE;
	for (guint i = 0; i < keys->len; i++)
		if (!remove_mailbox(db, run->id, &g_array_index(keys, MailboxFindKey, i), error))
			return FALSE;
	return db_execute(db, error, SQL_DONE, "uu", (guint64)keys->len, run->id) == 1;
}
