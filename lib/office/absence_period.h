/*
 * absence_period.h: the period of an absence note: the days that were typed, and the instants that
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

/* The instants of a period that was checked. Until the transaction ends the office's zone stays, so
 * that a change of it finds what is saved. */
gboolean absence_period_instants(Db *db, const char *starts_on, const char *ends_on,
        guint64 *starts_at, guint64 *ends_at, GError **error);

/* After a change of the office's time zone, within its transaction and after the settings' row was
 * written: computes the instants of all periods again. */
gboolean absence_period_recompute(Db *db, GError **error);

#endif
