/* local_time.h: instants as people of the office read them, on pages and in mails. */
#ifndef POSTSTELLE_LIB_BASE_LOCAL_TIME_H
#define POSTSTELLE_LIB_BASE_LOCAL_TIME_H

#include <glib.h>

/* The zone of that name (tz database); UTC if the system doesn't know it. Free:
 * g_time_zone_unref(). */
GTimeZone *local_time_zone(const char *name);

/* A zone that remembers what it was asked: finding out which clock holds at an instant is dear. */
typedef struct LocalZone LocalZone;

/* Of that name, likewise. Free: local_zone_free(). */
LocalZone *local_zone_new(const char *name);
void local_zone_free(LocalZone *zone);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LocalZone, local_zone_free)
/* The name that it was made by. Borrowed. */
const char *local_zone_name(const LocalZone *zone);

/* An instant (microseconds since 1970 UTC) in a zone: the date, or date and time to the minute; ""
 * after the year 9999. language: "de" or "en". Free: g_free(). */
char *local_time_date(LocalZone *zone, const char *language, guint64 instant_us);
char *local_time_date_time(LocalZone *zone, const char *language, guint64 instant_us);

#endif
