/* leave.c: Benutzer verlässt das Büro: which assignments end, which mailboxes get a new password,
 * and the summary of what was done. */
#include "lib/mailbox/leave.h"

#include "cgi-bin/access_page.h"
#include "cgi-bin/conflict.h"
#include "cgi-bin/field.h"
#include "cgi-bin/format.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "cgi-bin/user_page.h"
#include "lib/base/error.h"

static gboolean is_ticked(const GArray *numbers, guint64 number)
{
	for (guint i = 0; i < numbers->len; i++)
		if (g_array_index(numbers, guint64, i) == number)
			return TRUE;
	return FALSE;
}

/* What is ticked: as sent, or all by the links tick=end and tick=new_password. */
typedef struct {
	const GArray *end, *new_password;
	gboolean all_end, all_new_password;
} Ticks;

static void fill_rows(Request *req, const GPtrArray *rows, const Ticks *ticks)
{
	HDF *list = page_node(req, "rows");

	for (guint i = 0; i < MIN(rows->len, LEAVE_MAX); i++) {
		const LeaveRow *row = rows->pdata[i];
		HDF *item = page_item(list, i);
		gboolean end = ticks->all_end ||
		               (ticks->end != NULL && is_ticked(ticks->end, row->mailbox_id));
		gboolean renew = ticks->all_new_password ||
		                 (ticks->new_password != NULL &&
		                         is_ticked(ticks->new_password, row->mailbox_id));
		g_autofree char *id = g_strdup_printf("%" G_GUINT64_FORMAT, row->mailbox_id);
		g_autofree char *since = format_date(req, row->assigned_at);
		page_item_set(item, "id", id);
		page_item_set_address(item, "address", row->address);
		page_item_set(item, "since", since);
		page_item_set(item, "deleted", row->deleted ? "1" : NULL);
		page_item_set(item, "nobody", row->nobody ? "1" : NULL);
		page_item_set(item, "end", end ? "1" : NULL);
		page_item_set(item, "renew", renew ? "1" : NULL);
	}
	page_set_flag(req, "more", rows->len > LEAVE_MAX);
}

static gboolean show_leave(
        Request *req, int status, const User *user, const Ticks *ticks, GError **error)
{
	g_autoptr(GPtrArray) rows = leave_list(req->db, user->id, error);

	if (rows == NULL)
		return FALSE;
	user_page_begin(req, user, "leave.title", text(req, "leave.crumb"));
	page_set_number(req, "f.version", user->version);
	conflict_note_time(req);
	if (status == 409 && !conflict_meanwhile(req, NULL, user->login, error))
		return FALSE;
	fill_rows(req, rows, ticks);
	return page_send(req, status, "leave.cst", error);
}

/* What was done at an instant (done=...), as it stands in the assignments. */
static gboolean show_done(Request *req, const User *user, guint64 at, GError **error)
{
	g_autoptr(GPtrArray) rows = leave_done(req->db, user->id, at, error);

	if (rows == NULL)
		return FALSE;
	g_autofree char *when = format_date_time(req, at);
	g_autofree char *caption = text_with(req, "leave.done_caption", when, NULL);
	user_page_begin(req, user, "leave.done_title", text(req, "leave.crumb"));
	page_set(req, "caption", caption);
	HDF *list = page_node(req, "rows");
	for (guint i = 0; i < rows->len; i++) {
		const LeaveRow *row = rows->pdata[i];
		HDF *item = page_item(list, i);
		g_autofree char *id = g_strdup_printf("%" G_GUINT64_FORMAT, row->mailbox_id);
		page_item_set(item, "id", id);
		page_item_set_address(item, "address", row->address);
		page_item_set(item, "nobody", row->nobody ? "1" : NULL);
		page_item_set(item, "renewed", row->new_password ? "1" : NULL);
	}
	return page_send(req, 200, "leave_done.cst", error);
}

gboolean leave_show(Request *req, GError **error)
{
	g_autoptr(User) user = user_load(req->db, req->ids[0], error);
	const char *tick = query_line(req, "tick", 16);
	Ticks ticks = {NULL, NULL, g_str_equal(tick, "end"), g_str_equal(tick, "new_password")};
	guint64 at = 0;

	if (user == NULL)
		return FALSE;
	if (g_ascii_string_to_unsigned(query_line(req, "done", 20), 10, 1, G_MAXINT64, &at, NULL))
		return show_done(req, user, at, error);
	return show_leave(req, 200, user, &ticks, error);
}

/* Does it, or says why not: failure is set, an error of the form is noted, or nothing is ticked. */
static gboolean leave_office(
        Request *req, const LeaveRequest *request, guint64 *at, GError **failure)
{
	Actor actor = request_actor(req);

	if (field_has_errors(req))
		return FALSE;
	if (request->end->len + request->new_password->len == 0 && !request->deactivate) {
		page_set_flag(req, "nothing", TRUE);
		return FALSE;
	}
	g_autoptr(KeyRing) ring = keyring_load(req->app->config->key_file, failure);
	return ring != NULL && leave_run(req->db, ring, &actor, request, at, failure);
}

gboolean leave_save(Request *req, GError **error)
{
	g_autoptr(User) user = user_load(req->db, req->ids[0], error);
	g_autoptr(GArray) end = field_numbers(req, "end");
	g_autoptr(GArray) renew = field_numbers(req, "new_password");
	g_autoptr(GError) failure = NULL;
	guint64 at = 0;

	if (user == NULL)
		return FALSE;
	const LeaveRequest request = {.user_id = user->id,
	        .version = field_version(req),
	        .end = end,
	        .new_password = renew,
	        .deactivate = field_ticked(req, "deactivate")};
	if (leave_office(req, &request, &at, &failure))
		return page_redirect(req, "user_left",
		        "/users/%" G_GUINT64_FORMAT "/leave?done=%" G_GUINT64_FORMAT, user->id, at);
	gboolean conflict = g_error_matches(failure, PS_ERROR, PS_ERROR_CONFLICT);
	if (failure != NULL && !conflict && !access_page_no_key(req, &failure) &&
	        !field_take_error(req, &failure)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	page_set_flag(req, "conflict", conflict);
	page_set_flag(req, "f.deactivate", request.deactivate);
	Ticks ticks = {end, renew, FALSE, FALSE};
	return show_leave(req, conflict ? 409 : 422, user, &ticks, error);
}
