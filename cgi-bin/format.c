/* format.c: writes times in the office's zone, and sizes, in the language of a request. */
#include "cgi-bin/format.h"

#include <string.h>

#include "lib/base/digits.h"
#include "lib/base/local_date.h"
#include "lib/base/local_time.h"

static LocalZone *office_zone(Request *req)
{
	App *app = req->app;
	const char *name = req->session != NULL ? req->session->timezone : "Europe/Berlin";

	if (app->zone == NULL || strcmp(local_zone_name(app->zone), name) != 0) {
		local_zone_free(app->zone);
		app->zone = local_zone_new(name);
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

char *format_day(Request *req, const char *day)
{
	GDate date;

	if (!local_date_read(day, &date))
		return g_strdup(day);
	g_autoptr(GTimeZone) zone = local_time_zone(req->session->timezone);
	return format_date(req, local_date_start(zone, &date));
}

/* Half a size goes to the even number. */
static guint64 rounded(guint64 bytes, guint64 size)
{
	guint64 whole = bytes / size, rest = bytes % size;

	return whole + (rest > size / 2 || (rest == size / 2 && whole % 2 == 1));
}

char *format_bytes(Request *req, guint64 bytes)
{
	static const char *const units[] = {"\u00a0KB", "\u00a0MB", "\u00a0GB", "\u00a0TB"};
	guint64 size = 1024;
	gsize unit = 0;

	while (bytes / 1024 >= size && unit + 1 < G_N_ELEMENTS(units)) {
		size *= 1024;
		unit++;
	}
	gboolean whole = unit < 2 || bytes >= 100 * size || bytes % size == 0;
	guint64 shown = rounded(whole ? bytes : bytes * 10, size);
	GString *out = g_string_sized_new(24);
	digits_append(out, whole ? shown : shown / 10, 1);
	if (!whole) {
		g_string_append_c(out, strcmp(req->language, "de") == 0 ? ',' : '.');
		digits_append(out, shown % 10, 1);
	}
	g_string_append(out, units[unit]);
	return g_string_free(out, FALSE);
}

char *format_count(Request *req, guint count)
{
	const char *mark = strcmp(req->language, "de") == 0 ? "." : ",";

	if (count < 1000)
		return g_strdup_printf("%u", count);
	g_autofree char *thousands = format_count(req, count / 1000);
	return g_strdup_printf("%s%s%03u", thousands, mark, count % 1000);
}

char *format_percent(guint64 bytes, guint64 limit_mb)
{
	double percent = (double)bytes * 100 / ((double)limit_mb * 1024 * 1024);

	char room[DIGITS_ROOM];

	return g_strdup(digits(room, percent > 0 ? (guint64)CLAMP(percent, 1, 100) : 0));
}
