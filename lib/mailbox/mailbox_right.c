/* mailbox_right.c: asks whether a user is assigned to a mailbox now. */
#include "lib/mailbox/mailbox_right.h"

static const char SQL_ASSIGNED[] =
        "SELECT 1"
        "  FROM assignment a"
        "  JOIN mailbox m ON m.id = a.mailbox_id"
        " WHERE a.mailbox_id = ? AND a.removed_at = 0 AND a.user_id = ? AND m.deleted = 0";

int mailbox_right_assigned(Db *db, guint64 user_id, guint64 mailbox_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_ASSIGNED, "uu", mailbox_id, user_id);

	if (rows == NULL)
		return -1;
	return db_rows_next(rows) ? 1 : 0;
}
