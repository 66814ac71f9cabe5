/* local_time.c: writes instants as date and time of the office's zone. */
#include "lib/base/local_time.h"

#include <string.h>
#include <time.h>

#include "lib/base/digits.h"

#define KEPT 8 /* spans that a zone remembers: summer and winter of the last years */
#define YEAR_MAX 9999
#define LENGTH 24 /* octets of date and time */

/* Between two instants of one interval of the zone its clock is the same. */
typedef struct {
	gint interval;
	gint64 from, until; /* seconds since 1970 UTC, both inclusive; from > until: not in use */
	gint32 offset;
} Span;

struct LocalZone {
	GTimeZone *zone;
	char *name;
	Span spans[KEPT];
};

GTimeZone *local_time_zone(const char *name)
{
	GTimeZone *zone = g_time_zone_new_identifier(name);

	return zone != NULL ? zone : g_time_zone_new_utc();
}

LocalZone *local_zone_new(const char *name)
{
	LocalZone *zone = g_new0(LocalZone, 1);

	zone->zone = local_time_zone(name);
	zone->name = g_strdup(name);
	for (gsize i = 0; i < KEPT; i++)
		zone->spans[i].from = 1;
	return zone;
}

void local_zone_free(LocalZone *zone)
{
	if (zone == NULL)
		return;
	g_time_zone_unref(zone->zone);
	g_free(zone->name);
	g_free(zone);
}

const char *local_zone_name(const LocalZone *zone)
{
	return zone->name;
}

/* What has to be added to UTC at an instant. */
static gint32 offset_at(LocalZone *zone, gint64 seconds)
{
	for (gsize i = 0; i < KEPT; i++)
		if (zone->spans[i].from <= seconds && seconds <= zone->spans[i].until)
			return zone->spans[i].offset;
	gint interval = g_time_zone_find_interval(zone->zone, G_TIME_TYPE_UNIVERSAL, seconds);
	Span *span = &zone->spans[interval % KEPT];
	if (span->interval != interval || span->from > span->until)
		*span = (Span){
		        interval, seconds, seconds, g_time_zone_get_offset(zone->zone, interval)};
	span->from = MIN(span->from, seconds);
	span->until = MAX(span->until, seconds);
	return span->offset;
}

static gboolean in_zone(LocalZone *zone, guint64 instant_us, struct tm *local)
{
	gint64 seconds = (gint64)(instant_us / G_USEC_PER_SEC);
	time_t shifted = (time_t)(seconds + offset_at(zone, seconds));

	return gmtime_r(&shifted, local) != NULL && local->tm_year + 1900 <= YEAR_MAX;
}

static void append_date(GString *out, const char *language, const struct tm *local)
{
	gboolean german = strcmp(language, "de") == 0;

	digits_append(out, (guint64)local->tm_mday, german ? 1 : 2);
	g_string_append_c(out, german ? '.' : '/');
	digits_append(out, (guint64)local->tm_mon + 1, german ? 1 : 2);
	g_string_append_c(out, german ? '.' : '/');
	digits_append(out, (guint64)local->tm_year + 1900, 4);
}

char *local_time_date(LocalZone *zone, const char *language, guint64 instant_us)
{
	GString *out = g_string_sized_new(LENGTH);
	struct tm local;

	if (in_zone(zone, instant_us, &local))
		append_date(out, language, &local);
	return g_string_free(out, FALSE);
}

char *local_time_date_time(LocalZone *zone, const char *language, guint64 instant_us)
{
	GString *out = g_string_sized_new(LENGTH);
	struct tm local;

	if (in_zone(zone, instant_us, &local)) {
		append_date(out, language, &local);
		g_string_append(out, ", ");
		digits_append(out, (guint64)local.tm_hour, 2);
		g_string_append_c(out, ':');
		digits_append(out, (guint64)local.tm_min, 2);
	}
	return g_string_free(out, FALSE);
}
