/* local_date.h: days as people write them (YYYY-MM-DD), and when they begin in a time zone.
 */
#ifndef POSTSTELLE_LIB_BASE_LOCAL_DATE_H
#define POSTSTELLE_LIB_BASE_LOCAL_DATE_H

#include <glib.h>

/* Reads exactly YYYY-MM-DD, a day that exists, of the years 1970 to 9998. FALSE: it isn't one. */
gboolean local_date_read(const char *text, GDate *date);

/* The first instant of the day in the zone, in microseconds since 1970 UTC (0 if that is before
 * 1970). Right on the days when clocks are changed, at midnight too. */
guint64 local_date_start(GTimeZone *zone, const GDate *date);

#endif
