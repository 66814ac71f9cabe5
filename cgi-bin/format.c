/* format.c: writes times in the office's zone, and sizes, in the language of a request. */
#include "cgi-bin/format.h"

#include <string.h>

#include "lib/base/local_time.h"

static GTimeZone *office_zone(Request *req)
{
	App *app = req->app;
	const char *name = req->session != NULL ? req->session->timezone : "Europe/Berlin";

	if (app->zone == NULL || strcmp(app->zone_name, name) != 0) {
		g_clear_pointer(&app->zone, g_time_zone_unref);
		g_free(app->zone_name);
		app->zone_name = g_strdup(name);
		app->zone = local_time_zone(name);
	}
	return app->zone;
}

char *format_date(Request *req, guint64 instant_us)
{
	return local_time_date(office_zone(req), req->language, instant_us);
}

char *format_date_time(Request *req, guint64 instant_us)
{
	return local_time_date_time(office_zone(req), req->language, instant_us);
}

char *format_bytes(Request *req, guint64 bytes)
{
	static const char *const units[] = {"KB", "MB", "GB", "TB"};
	double value = (double)bytes / 1024;
	gsize unit = 0;

	while (value >= 1024 && unit + 1 < G_N_ELEMENTS(units)) {
		value /= 1024;
		unit++;
	}
	gboolean whole = unit < 2 || value >= 100 || value == (double)(guint64)value;
	char digits[32];
	g_ascii_formatd(digits, sizeof(digits), whole ? "%.0f" : "%.1f", value);
	if (strcmp(req->language, "de") == 0)
		g_strdelimit(digits, ".", ',');
	return g_strdup_printf("%s\u00a0%s", digits, units[unit]);
}

char *format_count(Request *req, guint count)
{
	return count < 1000 ? g_strdup_printf("%u", count)
	                    : g_strdup_printf("%u%s%03u", count / 1000,
	                              strcmp(req->language, "de") == 0 ? "." : ",", count % 1000);
}

char *format_percent(guint64 bytes, guint64 limit_mb)
{
	double percent = (double)bytes * 100 / ((double)limit_mb * 1024 * 1024);

	return g_strdup_printf("%u", percent > 0 ? (guint)CLAMP(percent, 1, 100) : 0);
}
