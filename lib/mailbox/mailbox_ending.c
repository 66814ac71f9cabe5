/* mailbox_ending.c: finds the days on which the mailboxes were deleted that end soon. */
#include "lib/mailbox/mailbox_ending.h"

/* One key is read for each day; DISTINCT would read all. */
static const char SQL_NEXT_DAY[] =
        "SELECT deleted_day FROM mailbox FORCE INDEX (mailbox_ending)"
        " WHERE " MAILBOX_ENDING " AND deleted_day > ? ORDER BY deleted_day LIMIT 1";

GArray *mailbox_ending_days(Db *db, GError **error)
{
	g_autoptr(GArray) days = g_array_new(FALSE, FALSE, sizeof(guint64));

	for (guint64 day = 0;;) {
		g_autoptr(DbRows) rows = db_query(db, error, SQL_NEXT_DAY, "u", day);
		if (rows == NULL)
			return NULL;
		if (!db_rows_next(rows))
			return g_steal_pointer(&days);
		day = db_rows_u64(rows, 0);
		g_array_append_val(days, day);
	}
}
