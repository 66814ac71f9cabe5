/* absence_period.c: turns the days of absence notes into instants, all of them when the office's
 * time zone changes. */
#include "lib/office/absence_period.h"

#include "lib/base/error.h"
#include "lib/base/local_date.h"

/* Until this transaction ends the zone stays, so that a change of it finds what is saved here. */
static const char SQL_ZONE[] = "SELECT timezone FROM setting WHERE id = 1 LOCK IN SHARE MODE";
static const char SQL_PERIODS[] =
        "SELECT mailbox_id, COALESCE(starts_on, ''), COALESCE(ends_on, '') FROM absence"
        " WHERE starts_on IS NOT NULL OR ends_on IS NOT NULL";
static const char SQL_PERIOD[] =
        "UPDATE absence SET starts_at = ?, ends_at = ? WHERE mailbox_id = ?";

gboolean absence_period_check(const char *starts_on, const char *ends_on, GError **error)
{
	GDate first, last;
	gboolean has_first = *starts_on != '\0', has_last = *ends_on != '\0';

	if (has_first && !local_date_read(starts_on, &first)) {
		ps_invalid(error, "starts_on", "date", "there is no such day");
		return FALSE;
	}
	if (has_last && !local_date_read(ends_on, &last)) {
		ps_invalid(error, "ends_on", "date", "there is no such day");
		return FALSE;
	}
	if (has_first && has_last && g_date_compare(&last, &first) < 0) {
		ps_invalid(error, "ends_on", "before_start", "the period ends before it begins");
		return FALSE;
	}
	return TRUE;
}

/* The instants of a period that was checked. */
static void period(GTimeZone *zone, const char *starts_on, const char *ends_on, guint64 *starts_at,
        guint64 *ends_at)
{
	GDate date;

	*starts_at = local_date_read(starts_on, &date) ? local_date_start(zone, &date) : 0;
	*ends_at = 0;
	if (local_date_read(ends_on, &date)) {
		g_date_add_days(&date, 1);
		*ends_at = local_date_start(zone, &date);
	}
}

static GTimeZone *office_zone(Db *db, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_ZONE, "");

	if (rows == NULL)
		return NULL;
	return local_date_zone(db_rows_next(rows) ? db_rows_text(rows, 0) : "UTC");
}

gboolean absence_period_instants(Db *db, const char *starts_on, const char *ends_on,
        guint64 *starts_at, guint64 *ends_at, GError **error)
{
	g_autoptr(GTimeZone) zone = office_zone(db, error);

	if (zone == NULL)
		return FALSE;
	period(zone, starts_on, ends_on, starts_at, ends_at);
	return TRUE;
}

gboolean absence_period_recompute(Db *db, GError **error)
{
	g_autoptr(GTimeZone) zone = office_zone(db, error);
	g_autoptr(DbRows) rows = zone != NULL ? db_query(db, error, SQL_PERIODS, "") : NULL;

	g_assert(db_in_transaction(db));
	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		guint64 starts_at, ends_at;
		period(zone, db_rows_text(rows, 1), db_rows_text(rows, 2), &starts_at, &ends_at);
		if (db_execute(db, error, SQL_PERIOD, "uuu", starts_at, ends_at,
		            db_rows_u64(rows, 0)) < 0)
			return FALSE;
	}
	return TRUE;
}
