/* list_filter.c: reads a period, and writes the links to one of several that a name fits. */
#include "cgi-bin/list_filter.h"

#include <string.h>

#include "cgi-bin/field.h"
#include "cgi-bin/page.h"
#include "cgi-bin/text.h"
#include "lib/base/local_date.h"
#include "lib/base/local_time.h"

#define MAX_PARTS 8

/* Reads a day of the query; FALSE: none was given, or (an error is noted) it isn't one. */
static gboolean read_day(Request *req, const char *name, const char *typed, GDate *day)
{
	if (*typed == '\0')
		return FALSE;
	if (local_date_read(typed, day))
		return TRUE;
	field_error(req, name, "date");
	return FALSE;
}

ListPeriod list_filter_period(Request *req)
{
	g_autoptr(GTimeZone) zone = local_time_zone(req->session->timezone);
	ListPeriod period = {query_date(req, "from"), query_date(req, "to"), 0, 0};
	GDate from, to;
	gboolean has_from = read_day(req, "from", period.from, &from);
	gboolean has_to = read_day(req, "to", period.to, &to);

	if (has_from)
		period.from_us = local_date_start(zone, &from);
	if (has_to) {
		if (has_from && g_date_compare(&to, &from) < 0)
			field_error(req, "to", "before_from");
		g_date_add_days(&to, 1);
		period.below_us = local_date_start(zone, &to);
	}
	page_set(req, "label.from", text(req, "journal.period_from"));
	page_set(req, "label.to", text(req, "journal.period_to"));
	page_set(req, "f.from", period.from);
	page_set(req, "f.to", period.to);
	return period;
}

void list_filter_choice(Request *req, const char *path, const QueryPart *parts, gsize count,
        const char *name, const char *value, const char *text)
{
	QueryPart other[MAX_PARTS];
	HDF *list = page_node(req, "choices");
	guint at = 0;

	g_assert(count <= MAX_PARTS);
	for (gsize i = 0; i < count; i++) {
		other[i] = parts[i];
		if (strcmp(parts[i].name, name) == 0)
			other[i].value = value;
	}
	for (HDF *one = hdf_obj_child(list); one != NULL; one = hdf_obj_next(one))
		at++;
	HDF *item = page_item(list, at);
	g_autofree char *whole = pager_path(path, other, count);
	g_autofree char *href = g_strconcat(req->prefix, whole, NULL);
	page_item_set(item, "href", href);
	page_item_set(item, "text", text);
}
