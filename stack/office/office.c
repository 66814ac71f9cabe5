/* office.c: the clock of the office, put back and on, and numbers that look random. */
#include "stack/office/office.h"

/* A double holds microseconds of our time exactly. */
static const char SQL_CLOCK[] = "SET SESSION timestamp = ? / 1000000e0";

gboolean office_at(Office *office, guint64 at, GError **error)
{
	office->at = at;
	return db_execute(office->db, error, SQL_CLOCK, "u", at) >= 0;
}

gboolean office_pass(Office *office, guint seconds, GError **error)
{
	return office_at(office, office->at + (guint64)seconds * G_USEC_PER_SEC, error);
}

guint64 office_day(const Office *office, guint days, guint hour, guint minute)
{
	g_autoptr(GDateTime) start =
	        g_date_time_new_from_unix_utc((gint64)(office->now / G_USEC_PER_SEC));
	g_autoptr(GDateTime) local = g_date_time_to_timezone(start, office->zone);
	g_autoptr(GDateTime) day = g_date_time_add_days(local, -(gint)days);
	g_autoptr(GDateTime) at =
	        g_date_time_new(office->zone, g_date_time_get_year(day), g_date_time_get_month(day),
	                g_date_time_get_day_of_month(day), (gint)hour, (gint)minute, 0);

	return (guint64)g_date_time_to_unix(at) * G_USEC_PER_SEC;
}

guint office_pick(Office *office, guint limit)
{
	office->random = office->random * 6364136223846793005u + 1442695040888963407u;
	return (guint)(office->random >> 33) % limit;
}
