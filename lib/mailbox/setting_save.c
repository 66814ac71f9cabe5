/* setting_save.c: moves the last days of forwards to another time zone. */
#include "lib/mailbox/setting_save.h"

#include "lib/mailbox/address_change.h"
#include "lib/mailbox/mailbox_clock.h"
#include "lib/mailbox/way.h"
#include "lib/office/absence_period.h"

static const char SQL_DATED[] =
        "SELECT mailbox_id, ends_on, ends_at FROM forward WHERE ends_on IS NOT NULL ORDER BY mailbox_id";
enum { F_MAILBOX, F_ENDS_ON, F_ENDS_AT };
static const char SQL_MOVE[] = "UPDATE forward SET ends_at = ? WHERE mailbox_id = ?";

static gboolean move_all(Db *db, const char *timezone, GArray *moved, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_DATED, "");

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		guint64 mailbox_id = db_rows_u64(rows, F_MAILBOX);
		guint64 ends_at = absence_period_end(timezone, db_rows_text(rows, F_ENDS_ON));
		if (ends_at == db_rows_u64(rows, F_ENDS_AT))
			continue;
		g_array_append_val(moved, mailbox_id);
		if (db_execute(db, error, SQL_MOVE, "uu", ends_at, mailbox_id) < 0)
			return FALSE;
	}
	return TRUE;
}

/* Nobody saves a forward meanwhile, here or at another node: way_begin(). When all have their
 * instants, what they lead to is computed. */
static gboolean move_forwards(Db *db, const char *timezone, GError **error)
{
	g_autoptr(GArray) moved = g_array_new(FALSE, FALSE, sizeof(guint64));
	guint64 at;

	if (!way_begin(db, error) || !move_all(db, timezone, moved, error))
		return FALSE;
	const guint64 *ids = (const guint64 *)(const void *)moved->data;
	if (!mailbox_clock_lock(db, ids, moved->len, &at, error))
		return FALSE;
	for (guint i = 0; i < moved->len; i++) {
		WaySource source = {.mailbox_id = ids[i]};
		if (!way_follow(db, &source, "timezone", error))
			return FALSE;
	}
	return mailbox_clock_set(db, ids, moved->len, at, error);
}

gboolean setting_save(Db *db, const Actor *actor, const Setting *wanted, GError **error)
{
	if (!setting_update(db, actor, wanted, move_forwards, error))
		return FALSE;
	address_change_over(db, 0);
	return TRUE;
}
