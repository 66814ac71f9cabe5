/* user_end.c: ends what a user has open who is deactivated. */
#include "lib/user/user_end.h"

#include "lib/office/notice.h"
#include "lib/office/task.h"
#include "lib/user/password_link.h"
#include "lib/user/session.h"

/* Links of access data to the user, or to the user's contact address in whatever letter case. None
 * lives for two days. */
static const char SQL_VOID_ACCESS[] =
        "UPDATE access_link l JOIN user u ON u.id = ?"
        "   SET l.void_at = " DB_NOW ", l.void_reason = 'inactive'"
        " WHERE l.made_at > " DB_NOW " - 172800000000 AND l.void_at = 0"
        "   AND (l.user_id = u.id OR LOWER(l.recipient) = LOWER(u.contact_email))";
static const char SQL_OWN[] =
        "SELECT DISTINCT m.id, m.address FROM own_password o JOIN mailbox m ON m.id = o.mailbox_id"
        " WHERE o.user_id = ? AND o.ended_at = 0";
enum { OWN_MAILBOX, OWN_ADDRESS };
static const char SQL_END_OWN[] =
        "UPDATE own_password SET ended_at = " DB_NOW " WHERE user_id = ? AND ended_at = 0";

/* Own passwords, and the open sessions that were made with them. */
static gboolean end_own(Db *db, guint64 user_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_OWN, "u", user_id);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows))
		if (!task_kick(db, db_rows_u64(rows, OWN_MAILBOX), db_rows_text(rows, OWN_ADDRESS),
		            error))
			return FALSE;
	return db_execute(db, error, SQL_END_OWN, "u", user_id) >= 0;
}

gboolean user_end(Db *db, const Actor *actor, guint64 user_id, GError **error)
{
	return session_end_all(db, user_id, NULL, error) &&
	       password_link_void(db, user_id, error) &&
	       db_execute(db, error, SQL_VOID_ACCESS, "u", user_id) >= 0 &&
	       end_own(db, user_id, error) &&
	       notice_add_user(db, NOTICE_USER_OFF, actor, user_id, error);
}
