/* local_time.h: instants as people of the office read them, on pages and in mails. */
#ifndef POSTSTELLE_LIB_BASE_LOCAL_TIME_H
#define POSTSTELLE_LIB_BASE_LOCAL_TIME_H

#include <glib.h>

/* The zone of that name (tz database); UTC if the system doesn't know it. Free:
 * g_time_zone_unref(). */
GTimeZone *local_time_zone(const char *name);

/* An instant (microseconds since 1970 UTC) in a zone: the date, or date and time to the minute.
 * language: "de" or "en". Free: g_free(). */
char *local_time_date(GTimeZone *zone, const char *language, guint64 instant_us);
char *local_time_date_time(GTimeZone *zone, const char *language, guint64 instant_us);

#endif
