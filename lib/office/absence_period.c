/* absence_period.c: turns the days of absence notes into instants, all of them when the office's
 * time zone changes. */
#include "lib/office/absence_period.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/base/local_date.h"
#include "lib/base/local_time.h"

/* Whoever computes instants writes one of these rows first, so that notes seldom wait for each
 * other; whoever changes the zone writes all. A share lock would do on one server, but other nodes
 * of a cluster don't hear of it. */
#define GUARDS 8
static const char SQL_GUARD[] = "UPDATE guard SET value = value + 1 WHERE name = CONCAT('zone', ?)";
static const char SQL_GUARD_ALL[] = "UPDATE guard SET value = value + 1 WHERE name LIKE 'zone%'";
static const char SQL_ZONE[] = "SELECT timezone FROM setting WHERE id = 1";
static const char SQL_NOTES[] =
        "SELECT mailbox_id, COALESCE(starts_on, ''), COALESCE(ends_on, ''), starts_at, ends_at"
        "  FROM absence WHERE mailbox_id > ?"
        "   AND (starts_on IS NOT NULL OR ends_on IS NOT NULL)"
        " ORDER BY mailbox_id LIMIT 100";
enum { NOTE_MAILBOX, NOTE_STARTS_ON, NOTE_ENDS_ON, NOTE_STARTS_AT, NOTE_ENDS_AT };
/* Not if other days were saved meanwhile, with instants that are right. */
static const char SQL_MOVE[] = "UPDATE absence SET starts_at = ?, ends_at = ? WHERE mailbox_id = ?"
                               "   AND starts_on <=> NULLIF(?, '') AND ends_on <=> NULLIF(?, '')";

gboolean absence_period_check(const char *starts_on, const char *ends_on, GError **error)
{
	GDate first, last;
	gboolean has_first = *starts_on != '\0', has_last = *ends_on != '\0';

	gboolean first_ok = !has_first || local_date_read(starts_on, &first);
	gboolean last_ok = !has_last || local_date_read(ends_on, &last);

	if (!first_ok)
		ps_invalid(error, "starts_on", "date", "there is no such day");
	if (!last_ok)
		ps_invalid(error, "ends_on", "date", "there is no such day");
	if (!first_ok || !last_ok)
		return FALSE;
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

guint64 absence_period_end(const char *zone, const char *ends_on)
{
	g_autoptr(GTimeZone) there = local_time_zone(zone);
	guint64 starts_at, ends_at;

	period(there, "", ends_on, &starts_at, &ends_at);
	return ends_at;
}

static gboolean has_guards(gint64 rows, gint64 wanted, GError **error)
{
	if (rows >= 0 && rows != wanted)
		g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL,
		        "the guard rows of the time zone are missing: run poststelle migrate");
	return rows == wanted;
}

/* The name of the office's zone, which stays until the transaction ends. Free: g_free(). */
static char *hold_zone(Db *db, guint64 number, GError **error)
{
	gint64 guarded = db_execute(db, error, SQL_GUARD, "u", number % GUARDS);

	if (!has_guards(guarded, 1, error))
		return NULL;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_ZONE, "");
	if (rows == NULL)
		return NULL;
	return g_strdup(db_rows_next(rows) ? db_rows_text(rows, 0) : "UTC");
}

gboolean absence_period_instants(Db *db, guint64 mailbox_id, const char *starts_on,
        const char *ends_on, guint64 *starts_at, guint64 *ends_at, GError **error)
{
	g_autofree char *name = hold_zone(db, mailbox_id, error);

	if (name == NULL)
		return FALSE;
	g_autoptr(GTimeZone) zone = local_time_zone(name);
	period(zone, starts_on, ends_on, starts_at, ends_at);
	return TRUE;
}

gboolean absence_period_before_zone(Db *db, GError **error)
{
	return has_guards(db_execute(db, error, SQL_GUARD_ALL, ""), GUARDS, error);
}

/* ---- another zone ---- */

typedef struct {
	/* so far: notes up to this number have the instants of that zone */
	char *zone;
	guint64 after;
	/* what the present run of a step adds */
	char *step_zone;
	guint64 step_after;
	gboolean done;
} Pass;

static gboolean move_one(Db *db, GTimeZone *zone, DbRows *rows, GError **error)
{
	const char *starts_on = db_rows_text(rows, NOTE_STARTS_ON),
	           *ends_on = db_rows_text(rows, NOTE_ENDS_ON);
	guint64 starts_at, ends_at;

	period(zone, starts_on, ends_on, &starts_at, &ends_at);
	return (starts_at == db_rows_u64(rows, NOTE_STARTS_AT) &&
	               ends_at == db_rows_u64(rows, NOTE_ENDS_AT)) ||
	       db_execute(db, error, SQL_MOVE, "uuuss", starts_at, ends_at,
	               db_rows_u64(rows, NOTE_MAILBOX), starts_on, ends_on) >= 0;
}

/* Some notes, behind those that are done; from the first one on if the zone is another again. */
static gboolean move_some(Db *db, gpointer data, GError **error)
{
	Pass *pass = data;

	g_free(pass->step_zone);
	pass->step_zone = hold_zone(db, pass->after, error);
	if (pass->step_zone == NULL)
		return FALSE;
	g_autoptr(GTimeZone) zone = local_time_zone(pass->step_zone);
	pass->step_after = g_strcmp0(pass->step_zone, pass->zone) == 0 ? pass->after : 0;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_NOTES, "u", pass->step_after);
	if (rows == NULL)
		return FALSE;
	pass->done = TRUE;
	while (db_rows_next(rows)) {
		pass->done = FALSE;
		pass->step_after = db_rows_u64(rows, NOTE_MAILBOX);
		if (!move_one(db, zone, rows, error))
			return FALSE;
	}
	return TRUE;
}

gboolean absence_period_recompute(Db *db, GError **error)
{
	Pass pass = {.after = 0};
	gboolean ok = TRUE;

	/* The last step finds nothing left, and the zone as it was for all before. */
	while (ok && !pass.done) {
		ok = db_transaction(db, move_some, &pass, error);
		g_free(pass.zone);
		pass.zone = g_steal_pointer(&pass.step_zone);
		pass.after = pass.step_after;
	}
	g_free(pass.zone);
	return ok;
}
