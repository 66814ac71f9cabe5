/* user_end.c: ends what a user has open who is deactivated. */
#include "lib/user/user_end.h"

#include "lib/office/notice.h"
#include "lib/user/password_link.h"
#include "lib/user/session.h"

/* Links of access data to the user, or to the user's contact address in whatever letter case. None
 * lives for two days. */
static const char SQL_VOID_ACCESS[] =
        "UPDATE access_link l JOIN user u ON u.id = ?"
        "   SET l.void_at = " DB_NOW ", l.void_reason = 'inactive'"
        " WHERE l.made_at > " DB_NOW " - 172800000000 AND l.void_at = 0"
        "   AND (l.user_id = u.id OR LOWER(l.recipient) = LOWER(u.contact_email))";
/* The open sessions that were made with own passwords (as task_add_kick() has it), and these. */
static const char SQL_KICK[] =
        "INSERT INTO task (kind, mailbox_id, address, created_at, due_at)"
        " SELECT DISTINCT 'kick', m.id, m.address, " DB_NOW ", " DB_NOW " + t.later"
        "   FROM own_password o JOIN mailbox m ON m.id = o.mailbox_id"
        "   JOIN (SELECT 0 AS later UNION ALL SELECT 2000000) t"
        "  WHERE o.user_id = ? AND o.ended_at = 0";
static const char SQL_END_OWN[] =
        "UPDATE own_password SET ended_at = " DB_NOW " WHERE user_id = ? AND ended_at = 0";

gboolean user_end(Db *db, const Actor *actor, guint64 user_id, GError **error)
{
	return session_end_all(db, user_id, NULL, error) &&
	       password_link_void(db, user_id, error) &&
	       db_execute(db, error, SQL_VOID_ACCESS, "u", user_id) >= 0 &&
	       db_execute(db, error, SQL_KICK, "u", user_id) >= 0 &&
	       db_execute(db, error, SQL_END_OWN, "u", user_id) >= 0 &&
	       notice_add_user(db, NOTICE_USER_OFF, actor, user_id, error);
}
