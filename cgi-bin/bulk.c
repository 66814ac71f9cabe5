/* bulk.c: many mailboxes at once: what is to be done with which, what will change (to be
 * confirmed), and the page that shows how far it is. */
#include "lib/mailbox/bulk_step.h"

#include <string.h>

#include "cgi-bin/domain_options.h"
#include "cgi-bin/error_page.h"
#include "cgi-bin/field.h"
#include "cgi-bin/format.h"
#include "cgi-bin/import_page.h"
#include "cgi-bin/mailbox_query.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pager.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "cgi-bin/user_choices.h"
#include "lib/base/error.h"
#include "lib/base/step_pace.h"
#include "lib/base/token.h"
#include "lib/mailbox/mailbox.h"
#include "lib/mailbox/mailbox_hits.h"

static const char *const titles[] = {"bulk.activate", "bulk.deactivate", "bulk.assign",
        "bulk.remove", "bulk.quota", "bulk.absence_off", "bulk.delete"};
static const char *const wills[] = {"bulk.will_activate", "bulk.will_deactivate",
        "bulk.will_assign", "bulk.will_remove", "bulk.will_quota", "bulk.will_absence_off",
        "bulk.will_delete"};
static const struct {
	const char *name, *text;
} reasons[] = {
        {"deleted", "bulk.reason_deleted"},
        {"same", "bulk.reason_same"},
        {"changed", "bulk.reason_changed"},
        {"gone", "bulk.reason_gone"},
        {"inactive", "bulk.reason_inactive"},
        {"actor", "bulk.reason_actor"},
        {"failed", "bulk.reason_failed"},
};
static const struct {
	const char *name, *text; /* rows=NAME */
	BulkState state;
} lists[] = {
        {"left", "bulk.list_left", BULK_LEFT},
        {"done", "bulk.list_done", BULK_DONE},
        {"unfit", "bulk.list_unfit", BULK_UNFIT},
        {"waits", "bulk.list_waits", BULK_WAITS},
};

/* ---- what is to be done with which ---- */

static gboolean has_number(const GArray *numbers, guint64 number, guint count)
{
	for (guint i = 0; i < count; i++)
		if (g_array_index(numbers, guint64, i) == number)
			return TRUE;
	return FALSE;
}

/* Each number once. */
static GArray *once(GArray *numbers)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(guint64));

	for (guint i = 0; i < numbers->len; i++) {
		guint64 number = g_array_index(numbers, guint64, i);
		if (!has_number(list, number, list->len))
			g_array_append_val(list, number);
	}
	g_array_unref(numbers);
	return list;
}

/* Which action, and how far it is. */
static void begin_bulk(Request *req, BulkAction action, const char *title_key)
{
	g_autofree char *title = text_with(req, title_key, text(req, titles[action]), NULL);

	page_begin(req, AREA_SETTINGS_EMAIL, title);
	page_crumb(req, text(req, "bulk.title"), NULL);
}

/* What else the action asks for is on a page of its own, which keeps what was ticked. */
static gboolean show_asking(Request *req, int status, const BulkRequest *request,
        const MailboxQuery *query, gboolean all, GError **error)
{
	HDF *list;

	if (!user_choices_fill(req, "user_id", NULL, error))
		return FALSE;
	begin_bulk(req, request->action, "bulk.title_ask");
	mailbox_query_fill(req, query);
	page_set(req, "f.action", bulk_action_words[request->action]);
	page_set_flag(req, "f.all", all);
	page_set(req, "f.quota_mb", field_line(req, "quota_mb", 32));
	if (request->mailboxes->len == 0) {
		field_error_text(req, "", text(req, "bulk.nothing"));
	} else if (request->mailboxes->len > BULK_MAX) {
		field_error_text(req, "", text(req, "bulk.too_many"));
	} else if (!query->unknown) {
		page_set_flag(req, "users", bulk_action_has_users(request->action));
		page_set_flag(req, "quota", request->action == BULK_QUOTA);
	}
	list = page_node(req, "boxes");
	for (guint i = 0; !all && i < request->mailboxes->len; i++) {
		g_autofree char *id = g_strdup_printf(
		        "%" G_GUINT64_FORMAT, g_array_index(request->mailboxes, guint64, i));
		page_item_set(page_item(list, i), "id", id);
	}
	return page_send(req, status, "bulk_ask.cst", error);
}

static void fill_bulk_rows(Request *req, const char *node, const ListPage *page)
{
	HDF *list = page_node(req, node);

	for (guint i = 0; i < page->rows->len; i++) {
		const BulkRow *row = page->rows->pdata[i];
		HDF *item = page_item(list, i);
		page_item_set_number(item, "id", row->mailbox_id);
		if (row->address != NULL)
			page_item_set_address(item, "address", row->address);
		for (gsize j = 0; j < G_N_ELEMENTS(reasons); j++)
			if (strcmp(reasons[j].name, row->reason) == 0)
				page_item_set(item, "reason", text(req, reasons[j].text));
	}
}

/* As it was typed. */
static char *limit_text(Request *req, guint quota_mb)
{
	g_autofree char *number = format_count(req, quota_mb);

	return quota_mb == 0 ? g_strdup(text(req, "bulk.no_quota"))
	                     : g_strconcat(number, "\u00a0MB", NULL);
}

static char *parameter(Request *req, const BulkRun *run)
{
	if (run->action == BULK_QUOTA)
		return limit_text(req, (guint)run->quota_mb);
	g_autoptr(GString) names = g_string_new(NULL);
	for (guint i = 0; i < run->names->len; i++)
		g_string_append_printf(
		        names, "%s%s", i > 0 ? ", " : "", (const char *)run->names->pdata[i]);
	return g_string_free(g_steal_pointer(&names), FALSE);
}

static void fill_run(Request *req, const BulkRun *run, guint count, const char *title_key)
{
	g_autofree char *number = format_count(req, count);
	g_autofree char *what = parameter(req, run);
	g_autofree char *will = text_with(req, wills[run->action], number, what, NULL);

	begin_bulk(req, run->action, title_key);
	page_set_number(req, "run.id", run->id);
	page_set(req, "run.will", will);
	page_set_flag(req, "run.danger", run->action == BULK_DELETE);
}

static gboolean show_preview(Request *req, guint64 id, const char *token, GError **error)
{
	g_autoptr(BulkRun) run = bulk_load(req->db, id, error);
	g_autoptr(ListPage) waits =
	        run != NULL ? bulk_rows(req->db, id, BULK_WAITS, &LIST_FIRST, error) : NULL;
	g_autoptr(ListPage) unfit =
	        waits != NULL ? bulk_rows(req->db, id, BULK_UNFIT, &LIST_FIRST, error) : NULL;

	if (unfit == NULL)
		return FALSE;
	fill_run(req, run, run->counts[BULK_WAITS], "bulk.title_preview");
	page_set(req, "token", run->counts[BULK_WAITS] > 0 ? token : NULL);
	if (run->counts[BULK_UNFIT] > 0)
		page_set_count(req, "unfit_count", run->counts[BULK_UNFIT]);
	fill_bulk_rows(req, "waits", waits);
	fill_bulk_rows(req, "unfit", unfit);
	page_set_flag(req, "waits_more", waits->next);
	page_set_flag(req, "unfit_more", unfit->next);
	g_string_append(req->headers, "Cache-Control: no-store\r\n");
	return page_send(req, 200, "bulk_preview.cst", error);
}

/* The button of the preview. */
static gboolean confirm_run(Request *req, GError **error)
{
	const char *token = field_line(req, "token", TOKEN_LENGTH);
	Actor actor = request_actor(req);
	guint64 id = 0;

	if (error_page_unconfirmed(req))
		return TRUE;
	if (!bulk_begin(req->db, &actor, token, &id, error) ||
	        !bulk_step(req->db, id, BULK_FROM_FIRST, STEP_US, error))
		return FALSE;
	return page_redirect(req, NULL, "/mailboxes/bulk/%" G_GUINT64_FORMAT, id);
}

/* TRUE: the action's own fields are there, or an error of one is noted. */
static gboolean read_fields(Request *req, BulkRequest *request)
{
	if (request->action == BULK_QUOTA) {
		if (form_find(req->form, "quota_mb") == NULL && form_find(req->form, "ask") != NULL)
			return FALSE;
		request->quota_mb = field_number(req, "quota_mb", 0, MAILBOX_QUOTA_MAX);
	}
	return !bulk_action_has_users(request->action) || request->users->len > 0 ||
	       form_find(req->form, "ask") == NULL;
}

gboolean bulk_save(Request *req, GError **error)
{
	g_autoptr(GArray) users = once(field_numbers(req, "user_id"));
	g_autoptr(GError) failure = NULL;
	BulkRequest request = {.users = users};
	g_auto(MailboxQuery) query = {0};
	gboolean all = field_ticked(req, "all");
	const char *action = field_choice(req, "action", bulk_action_words);
	g_autofree char *token = NULL;
	guint64 id = 0;

	if (form_find(req->form, "token") != NULL)
		return confirm_run(req, error);
	if (!mailbox_query_read_form(req, &query, error))
		return FALSE;
	bulk_action_read(action, &request.action);
	g_autoptr(GArray) mailboxes =
	        all ? mailbox_hits_ids(req->db, &query.filter, BULK_MAX, error)
	            : once(field_numbers(req, "mailbox"));
	if (mailboxes == NULL)
		return FALSE;
	request.mailboxes = mailboxes;
	gboolean complete = read_fields(req, &request) && !user_choices_searched(req);
	if (mailboxes->len == 0 || mailboxes->len > BULK_MAX || field_has_errors(req))
		return show_asking(req, 422, &request, &query, all, error);
	if (!complete)
		return show_asking(req, user_choices_status(req), &request, &query, all, error);
	Actor actor = request_actor(req);
	if (bulk_prepare(req->db, &actor, &request, &id, &token, &failure))
		return show_preview(req, id, token, error);
	if (field_take_error(req, &failure))
		return show_asking(req, 422, &request, &query, all, error);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

/* ---- how far it is ---- */

static void fill_lists(Request *req, const BulkRun *run, gsize chosen)
{
	HDF *list = page_node(req, "lists");
	guint count = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
		if (run->counts[lists[i].state] == 0)
			continue;
		g_autofree char *number = format_count(req, run->counts[lists[i].state]);
		g_autofree char *name = text_with(req, lists[i].text, number, NULL);
		g_autofree char *href =
		        g_strdup_printf("%s/mailboxes/bulk/%" G_GUINT64_FORMAT "?rows=%s",
		                req->prefix, run->id, lists[i].name);
		HDF *item = page_item(list, count++);
		page_item_set(item, "text", name);
		page_item_set(item, "href", href);
		page_item_set(item, "current", i == chosen ? "1" : NULL);
		if (i == chosen)
			page_set(req, "caption", name);
	}
}

/* The list that was asked for; else the first that holds something. */
static gsize chosen_list(Request *req, const BulkRun *run)
{
	const char *wanted = query_line(req, "rows", 8);
	gsize first = 0;

	for (gsize i = G_N_ELEMENTS(lists); i-- > 0;) {
		if (strcmp(lists[i].name, wanted) == 0)
			return i;
		if (run->counts[lists[i].state] > 0)
			first = i;
	}
	return first;
}

static char *row_cursor(gconstpointer row)
{
	return g_strdup_printf("%" G_GUINT64_FORMAT, ((const BulkRow *)row)->mailbox_id);
}

static gboolean show_run(Request *req, const BulkRun *run, GError **error)
{
	gsize chosen = chosen_list(req, run);
	gboolean runs = run->began_at != 0 && run->ended_at == 0;
	gboolean paused = *query_line(req, "pause", 1) != '\0';
	ListAt at = pager_at(req, PAGER_NUMBER_MAX);
	g_autoptr(ListPage) page = bulk_rows(req->db, run->id, lists[chosen].state, &at, error);

	if (page == NULL)
		return FALSE;
	guint over = run->counts[BULK_DONE] + run->counts[BULK_LEFT];
	fill_run(req, run, over + run->counts[BULK_WAITS],
	        run->began_at == 0 ? "bulk.title_preview"
	        : runs             ? "bulk.title_runs"
	                           : "bulk.title_done");
	fill_lists(req, run, chosen);
	fill_bulk_rows(req, "rows", page);
	page_set(req, "run.state", run->began_at == 0 ? "new" : runs ? "runs" : "ended");
	page_set_flag(req, "paused", paused);
	/* As plain CGI there is nobody who goes on (background.h). */
	page_set_flag(req, "alone", req->transport->is_trusted);
	page_setf(req, "run.done", "%u", over);
	page_setf(req, "run.total", "%u", over + run->counts[BULK_WAITS]);
	page_set_count(req, "run.over", over);
	page_set_count(req, "run.all", over + run->counts[BULK_WAITS]);
	g_autofree char *path = g_strdup_printf(
	        "/mailboxes/bulk/%" G_GUINT64_FORMAT "?rows=%s", run->id, lists[chosen].name);
	pager_fill_page(req, path, page, &at, row_cursor);
	if (runs && !paused)
		g_string_append(req->headers, "Refresh: 1\r\n");
	return page_send(req, 200, "bulk_run.cst", error);
}

gboolean bulk_run_show(Request *req, GError **error)
{
	gboolean imports = FALSE;

	if (!import_page_run(req, req->ids[0], &imports, error))
		return FALSE;
	if (imports)
		return TRUE;
	if (!bulk_step(req->db, req->ids[0], BULK_FROM_FIRST, STEP_US, error))
		return FALSE;
	g_autoptr(BulkRun) run = bulk_load(req->db, req->ids[0], error);
	return run != NULL && show_run(req, run, error);
}
