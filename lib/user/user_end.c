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

gboolean user_end(Db *db, const Actor *actor, guint64 user_id, GError **error)
{
	return session_end_all(db, user_id, NULL, error) &&
	       password_link_void(db, user_id, error) &&
	       db_execute(db, error, SQL_VOID_ACCESS, "u", user_id) >= 0 &&
	       notice_add_user(db, NOTICE_USER_OFF, actor, user_id, error);
}
