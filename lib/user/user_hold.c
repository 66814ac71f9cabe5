/* user_hold.c: writes the row of a user on whom something relies. */
#include "lib/user/user_hold.h"

#include "lib/user/user_secret.h"

static const char SQL_HOLD[] =
        "UPDATE user SET held = held + 1 WHERE id = ? AND active = 1 AND " USER_SECRET_IS;

gboolean user_hold(
        Db *db, guint64 user_id, const char *password_hash, gboolean *held, GError **error)
{
	const char *right = password_hash != NULL ? password_hash : "";
	gint64 rows = db_execute(db, error, SQL_HOLD, "uaa", user_id, right, right);

	*held = rows == 1;
	return rows >= 0;
}
