/* absence_period.h: the period of an absence note: the days that were typed, and the instants that
 * these are in the office's time zone.
 *
 * Days are YYYY-MM-DD, both inclusive, "" = open; instants are microseconds since 1970 UTC,
 * half-open, 0 = open.
 */
#ifndef POSTSTELLE_LIB_OFFICE_ABSENCE_PERIOD_H
#define POSTSTELLE_LIB_OFFICE_ABSENCE_PERIOD_H

#include "lib/db/db.h"

/* PS_ERROR_INVALID on starts_on (date) or ends_on (date, before_start). */
gboolean absence_period_check(const char *starts_on, const char *ends_on, GError **error);

/* Within a transaction: the instants of a period that was checked, of that mailbox's note. The
 * office's zone stays until the transaction ends, so that a change of it finds what is saved. */
gboolean absence_period_instants(Db *db, guint64 mailbox_id, const char *starts_on,
        const char *ends_on, guint64 *starts_at, guint64 *ends_at, GError **error);

/* The instant that is the end of a last day in a zone. */
guint64 absence_period_end(const char *zone, const char *ends_on);

/* Within the transaction that changes the office's zone, before it does. */
gboolean absence_period_before_zone(Db *db, GError **error);

/*
 * After a change of the office's time zone was committed: computes the instants of all notes again,
 * some at a time, each time in a transaction of its own that holds up nobody. It may be stopped at
 * any point and begun again; where nothing is to be done it only reads.
 */
gboolean absence_period_recompute(Db *db, GError **error);

#endif
