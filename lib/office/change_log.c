/* change_log.c: adds changes, and says who made the last one. */
#include "lib/office/change_log.h"

#include "lib/base/error.h"

static const char SQL_ADD[] =
        "INSERT INTO change_log (at, user_id, actor, mailbox_id, subject, action, field, old_value, new_value)"
        " VALUES (" DB_NOW ", NULLIF(?, 0), ?, NULLIF(?, 0), ?, ?, ?, ?, ?)";

static const char SQL_FORGET_NOTE[] =
        "UPDATE change_log SET old_value = NULL, new_value = NULL WHERE mailbox_id = ?"
        " AND action = 'absence.changed' AND field IN ('subject', 'body', 'internal_body')";

/* The name, with the log-in. */
#define SELECT_LAST "SELECT COALESCE(CONCAT(u.name, ' (', c.actor, ')'), c.actor), c.at FROM "
static const char SQL_LAST[] =
        SELECT_LAST "change_log c FORCE INDEX (change_log_mailbox)"
                    " LEFT JOIN user u ON u.id = c.user_id"
                    " WHERE c.mailbox_id = ? AND c.action IN ('mailbox.created',"
                    " 'mailbox.changed', 'mailbox.deleted', 'mailbox.restored',"
                    " 'mailbox.renamed',"
                    " 'password.generated') ORDER BY c.at DESC, c.id DESC LIMIT 1";
static const char SQL_LAST_ACTION[] = SELECT_LAST
        "change_log c FORCE INDEX (change_log_mailbox)"
        " LEFT JOIN user u ON u.id = c.user_id"
        " WHERE c.mailbox_id = ? AND c.action = ? ORDER BY c.at DESC, c.id DESC LIMIT 1";
static const char SQL_LAST_OF[] =
        SELECT_LAST "(SELECT id, user_id, actor, at, subject, action FROM change_log"
                    " ORDER BY id DESC LIMIT 1000) c LEFT JOIN user u ON u.id = c.user_id"
                    " WHERE c.subject = ? AND c.action = ? ORDER BY c.id DESC LIMIT 1";
enum { LAST_ACTOR, LAST_AT };

gboolean change_log_add(Db *db, const Actor *actor, guint64 mailbox_id, const char *subject,
        const char *action, const char *field, const char *old_value, const char *new_value,
        GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (db_execute(db, &failure, SQL_ADD, "ususaass", actor->user_id, actor->login, mailbox_id,
	            subject, action, field, old_value, new_value) == 1)
		return TRUE;
	if (g_error_matches(failure, PS_ERROR, PS_ERROR_INTERNAL))
		failure->code = PS_ERROR_UNLOGGED;
	g_propagate_prefixed_error(error, g_steal_pointer(&failure), "change log: ");
	return FALSE;
}

gboolean change_log_forget_note(Db *db, guint64 mailbox_id, GError **error)
{
	return db_execute(db, error, SQL_FORGET_NOTE, "u", mailbox_id) >= 0;
}

static gboolean take_last(DbRows *rows, char **who, guint64 *at)
{
	*who = NULL;
	*at = 0;
	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows)) {
		*who = g_strdup(db_rows_text(rows, LAST_ACTOR));
		*at = db_rows_u64(rows, LAST_AT);
	}
	return TRUE;
}

gboolean change_log_last(
        Db *db, guint64 mailbox_id, const char *action, char **who, guint64 *at, GError **error)
{
	g_autoptr(DbRows) rows =
	        action != NULL ? db_query(db, error, SQL_LAST_ACTION, "ua", mailbox_id, action)
	                       : db_query(db, error, SQL_LAST, "u", mailbox_id);

	return take_last(rows, who, at);
}

gboolean change_log_last_of(
        Db *db, const char *subject, const char *action, char **who, guint64 *at, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LAST_OF, "sa", subject, action);

	return take_last(rows, who, at);
}
