/* local_date.c: reads days and finds their first instant, also where clocks are changed. */
#include "lib/base/local_date.h"

#include <string.h>

#define ZONE_MAX_S (26 * 3600) /* no zone is further from UTC, and a change of clocks beside it */

gboolean local_date_read(const char *text, GDate *date)
{
	guint number[3] = {0, 0, 0};
	static const char form[] = "0000-11-22";

	if (strlen(text) != strlen(form))
		return FALSE;
	for (gsize i = 0; form[i] != '\0'; i++) {
		if (form[i] == '-' ? text[i] != '-' : !g_ascii_isdigit(text[i]))
			return FALSE;
		if (form[i] != '-')
			number[form[i] - '0'] =
			        number[form[i] - '0'] * 10 + (guint)g_ascii_digit_value(text[i]);
	}
	if (number[0] < 1970 || number[0] > 9998 ||
	        !g_date_valid_dmy((GDateDay)number[2], (GDateMonth)number[1], (GDateYear)number[0]))
		return FALSE;
	g_date_clear(date, 1);
	g_date_set_dmy(date, (GDateDay)number[2], (GDateMonth)number[1], (GDateYear)number[0]);
	return TRUE;
}

/* The day of an instant (seconds) in the zone, as a number that grows by one a day. */
static guint32 day_of(GTimeZone *zone, gint64 instant)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(instant);
	g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_dmy(&date, (GDateDay)g_date_time_get_day_of_month(local),
	        (GDateMonth)g_date_time_get_month(local), (GDateYear)g_date_time_get_year(local));
	return g_date_get_julian(&date);
}

guint64 local_date_start(GTimeZone *zone, const GDate *date)
{
	g_autoptr(GDateTime) utc = g_date_time_new_utc(
	        g_date_get_year(date), (int)g_date_get_month(date), g_date_get_day(date), 0, 0, 0);
	guint32 wanted = g_date_get_julian(date);
	gint64 before = g_date_time_to_unix(utc) - ZONE_MAX_S; /* an earlier day */
	gint64 from = before + 2 * ZONE_MAX_S;                 /* that day or a later one */

	/* Where midnight is twice, or isn't, or the whole day isn't, there is a first instant
	 * still. */
	while (from - before > 1) {
		gint64 middle = before + (from - before) / 2;
		if (day_of(zone, middle) < wanted)
			before = middle;
		else
			from = middle;
	}
	return from > 0 ? (guint64)from * G_USEC_PER_SEC : 0;
}
