/* machine_status.c: Zustand: what `poststelle doctor` recorded of each machine, in short, and how
 * long ago that was. */
#include "cgi-bin/format.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/office/health.h"

static const char *const state_classes[HEALTH_STATES] = {"good", "off", "caution", "bad"};

/* In the largest unit of which two have passed. Free: g_free(). */
static char *age_text(Request *req, guint64 seconds)
{
	static const struct {
		guint64 seconds;
		const char *key;
	} units[] = {
	        {86400, "health.age_days"}, {3600, "health.age_hours"}, {60, "health.age_minutes"}};

	for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
		if (seconds < 2 * units[i].seconds)
			continue;
		g_autofree char *count =
		        g_strdup_printf("%" G_GUINT64_FORMAT, seconds / units[i].seconds);
		return text_with(req, units[i].key, count, NULL);
	}
	return g_strdup(text(req, "health.age_now"));
}

/* A check of a version that this program doesn't know has its key for a name. */
static const char *check_name(Request *req, const HealthCheck *check)
{
	g_autofree char *key = g_strconcat("health.check.", check->name, NULL);
	const char *name = text_or_null(req, key);

	return name != NULL ? name : check->name;
}

static void set_in(HDF *item, const char *place, const char *name, const char *value)
{
	g_autofree char *whole = g_strconcat(place, ".", name, NULL);

	page_item_set(item, whole, value);
}

/* place: "wrong.3" */
static void fill_check(Request *req, HDF *item, const char *place, const HealthCheck *check)
{
	g_autofree char *key = g_strconcat("health.state.", health_state_words[check->state], NULL);

	set_in(item, place, "name", check_name(req, check));
	set_in(item, place, "state", text(req, key));
	set_in(item, place, "class", state_classes[check->state]);
	set_in(item, place, "found", check->found);
	set_in(item, place, "advice", check->advice);
}

static void fill_summary(Request *req, HDF *item, const guint count[HEALTH_STATES])
{
	g_autofree char *faults = g_strdup_printf("%u", count[HEALTH_FAULT]);
	g_autofree char *warnings = g_strdup_printf("%u", count[HEALTH_WARNING]);
	g_autofree char *well = g_strdup_printf("%u", count[HEALTH_OK]);
	g_autofree char *counts = text_with(req, "health.counts", faults, warnings, well, NULL);
	g_autofree char *passed = text_with(req, "health.well_count", well, NULL);

	page_item_set(item, "counts", counts);
	page_item_set(item, "well", passed);
}

static void fill_machine(Request *req, HDF *item, guint number, const HealthRun *run)
{
	g_autofree char *id = g_strdup_printf("machine-%u", number);
	g_autofree char *at = format_date_time(req, run->recorded_at);
	g_autofree char *age = age_text(req, run->age_s);
	g_autofree char *when = text_with(req, "health.when", at, age, NULL);
	g_autofree char *key = g_strconcat("health.worst.", health_state_words[run->worst], NULL);
	guint count[HEALTH_STATES] = {0}, wrong = 0;

	page_item_set(item, "id", id);
	page_item_set(item, "machine", run->machine);
	page_item_set(item, "when", when);
	page_item_set(item, "worst", text(req, key));
	page_item_set(item, "class", state_classes[run->worst]);
	if (run->age_s > HEALTH_OLD_S)
		page_item_set(item, "old", "1");
	for (guint i = 0; i < run->checks->len; i++) {
		const HealthCheck *check = run->checks->pdata[i];
		g_autofree char *place = check->state == HEALTH_OK
		                                 ? g_strdup_printf("ok.%u", count[HEALTH_OK])
		                                 : g_strdup_printf("wrong.%u", wrong++);
		count[check->state]++;
		fill_check(req, item, place, check);
	}
	fill_summary(req, item, count);
}

gboolean machine_status_show(Request *req, GError **error)
{
	g_autoptr(GPtrArray) runs = health_load(req->db, error);

	if (runs == NULL)
		return FALSE;
	page_begin(req, AREA_SETTINGS, text(req, "health.title"));
	page_crumb(req, text(req, "health.title"), NULL);
	HDF *list = page_node(req, "runs");
	for (guint i = 0; i < runs->len; i++)
		fill_machine(req, page_item(list, i), i, runs->pdata[i]);
	return page_send(req, 200, "machine_status.cst", error);
}
