/* local_time.c: writes instants as date and time of the office's zone. */
#include "lib/base/local_time.h"

#include <string.h>

GTimeZone *local_time_zone(const char *name)
{
	GTimeZone *zone = g_time_zone_new_identifier(name);

	return zone != NULL ? zone : g_time_zone_new_utc();
}

static GDateTime *in_zone(GTimeZone *zone, guint64 instant_us)
{
	g_autoptr(GDateTime) utc =
	        g_date_time_new_from_unix_utc((gint64)(instant_us / G_USEC_PER_SEC));

	return utc != NULL ? g_date_time_to_timezone(utc, zone) : NULL;
}

char *local_time_date(GTimeZone *zone, const char *language, guint64 instant_us)
{
	g_autoptr(GDateTime) time = in_zone(zone, instant_us);

	if (time == NULL)
		return g_strdup("");
	return g_strdup_printf(strcmp(language, "de") == 0 ? "%d.%d.%04d" : "%02d/%02d/%04d",
	        g_date_time_get_day_of_month(time), g_date_time_get_month(time),
	        g_date_time_get_year(time));
}

char *local_time_date_time(GTimeZone *zone, const char *language, guint64 instant_us)
{
	g_autoptr(GDateTime) time = in_zone(zone, instant_us);
	g_autofree char *date = local_time_date(zone, language, instant_us);

	if (time == NULL)
		return g_strdup("");
	return g_strdup_printf(
	        "%s, %02d:%02d", date, g_date_time_get_hour(time), g_date_time_get_minute(time));
}
