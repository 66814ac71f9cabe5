/* leave.c: Benutzer verlässt das Büro: which assignments end, which mailboxes get a new password,
 * and the summary of what was done. */
#include "lib/mailbox/leave.h"

#include "cgi-bin/access_mail.h"
#include "cgi-bin/access_page.h"
#include "cgi-bin/conflict.h"
#include "cgi-bin/field.h"
#include "cgi-bin/format.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "cgi-bin/user_choices.h"
#include "cgi-bin/user_page.h"
#include "lib/base/error.h"
#include "lib/mailbox/mailbox.h"

#define NAMES 3                      /* of the others; of more the number is given */
#define SEND_US (5 * G_USEC_PER_SEC) /* of one press of the button; the rest stays ticked */

static gboolean is_ticked(const GArray *numbers, guint64 number)
{
	for (guint i = 0; i < numbers->len; i++)
		if (g_array_index(numbers, guint64, i) == number)
			return TRUE;
	return FALSE;
}

/* Numbers of mailboxes (guint64); NULL of all: nothing was ticked yet. */
typedef struct {
	GArray *end, *new_password;
} Ticks;

static void ticks_clear(Ticks *ticks)
{
	g_clear_pointer(&ticks->end, g_array_unref);
	g_clear_pointer(&ticks->new_password, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ticks, ticks_clear)

/* What was ticked. All of them may be ticked at once: then it is each of what is assigned now. */
static gboolean read_ticks(Request *req, guint64 user_id, Ticks *ticks, GError **error)
{
	gboolean all_end = FALSE, all_renew = FALSE;

	ticks->end = field_numbers_or_all(req, "end", &all_end);
	ticks->new_password = field_numbers_or_all(req, "new_password", &all_renew);
	if (!all_end && !all_renew)
		return TRUE;
	g_autoptr(GPtrArray) rows = leave_list(req->db, user_id, error);
	if (rows == NULL)
		return FALSE;
	for (guint i = 0; i < MIN(rows->len, LEAVE_MAX); i++) {
		const LeaveRow *row = rows->pdata[i];
		GArray *to = all_renew && !row->deleted ? ticks->new_password : ticks->end;
		if (!is_ticked(to, row->mailbox_id))
			g_array_append_val(to, row->mailbox_id);
	}
	return TRUE;
}

/* The first names, and how many more there are. "": nobody. */
static char *some_names(Request *req, char **names)
{
	guint count = g_strv_length(names);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < MIN(count, NAMES); i++)
		g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", names[i]);
	if (count > NAMES) {
		g_autofree char *more = g_strdup_printf("%u", count - NAMES);
		g_autofree char *rest = text_with(req, "mailboxes.more_users", more, NULL);
		g_string_append_printf(text, " %s", rest);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void fill_rows(Request *req, const GPtrArray *rows, const Ticks *ticks)
{
	HDF *list = page_node(req, "rows");

	for (guint i = 0; i < MIN(rows->len, LEAVE_MAX); i++) {
		const LeaveRow *row = rows->pdata[i];
		HDF *item = page_item(list, i);
		gboolean end = ticks != NULL && is_ticked(ticks->end, row->mailbox_id);
		gboolean renew = ticks != NULL && is_ticked(ticks->new_password, row->mailbox_id);
		g_autofree char *since = format_date(req, row->assigned_at);
		page_item_set_number(item, "id", row->mailbox_id);
		page_item_set_address(item, "address", row->address);
		page_item_set(item, "since", since);
		page_item_set(item, "deleted", row->deleted ? "1" : NULL);
		g_autofree char *others = some_names(req, row->others);
		page_item_set(item, "others", others);
		page_item_set(item, "end", end ? "1" : NULL);
		page_item_set(item, "renew", renew ? "1" : NULL);
	}
	page_set_flag(req, "more", rows->len > LEAVE_MAX);
}

static gboolean fill_successors(Request *req, const User *user, GError **error)
{
	MailboxUser self = {.user_id = user->id};
	g_autoptr(GPtrArray) without = g_ptr_array_new();

	g_ptr_array_add(without, &self);
	return user_choices_fill(req, "successor", without, error);
}

static gboolean show_leave(
        Request *req, int status, const User *user, const Ticks *ticks, GError **error)
{
	g_autoptr(GPtrArray) rows = leave_list(req->db, user->id, error);

	if (rows == NULL || !fill_successors(req, user, error))
		return FALSE;
	user_page_begin(req, user, "leave.title", text(req, "leave.crumb"));
	page_set_number(req, "f.version", user->version);
	conflict_note_time(req);
	if (status == 409 && !conflict_meanwhile(req, 0, user->login, error))
		return FALSE;
	fill_rows(req, rows, ticks);
	return page_send(req, status, "leave.cst", error);
}

/* Who remains needs the new password, and has not got it. */
static gboolean may_send(const LeaveRow *row)
{
	return row->new_password && !row->deleted && row->sent == NULL && row->others[0] != NULL;
}

/* What was done at an instant (done=...), as it stands in the assignments. */
static gboolean show_done(Request *req, const User *user, guint64 at, GError **error)
{
	g_autoptr(GPtrArray) rows = leave_done(req->db, user->id, at, error);

	if (rows == NULL)
		return FALSE;
	gboolean send = FALSE;
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
		g_autofree char *others = some_names(req, row->others);
		page_item_set(item, "others", others);
		page_item_set(item, "renewed", row->new_password ? "1" : NULL);
		page_item_set(item, "sent", row->sent);
		page_item_set(item, "send", may_send(row) ? "1" : NULL);
		send = send || may_send(row);
	}
	page_set_flag(req, "send", send);
	page_set_number(req, "f.done", at);
	return page_send(req, 200, "leave_done.cst", error);
}

gboolean leave_show(Request *req, GError **error)
{
	g_autoptr(User) user = user_load(req->db, req->ids[0], error);
	guint64 at = 0;

	if (user == NULL)
		return FALSE;
	if (g_ascii_string_to_unsigned(query_line(req, "done", 20), 10, 1, G_MAXINT64, &at, NULL))
		return show_done(req, user, at, error);
	return show_leave(req, 200, user, NULL, error);
}

/* Does it, or says why not: failure is set, an error of the form is noted, or nothing is ticked. */
static gboolean leave_office(
        Request *req, const LeaveRequest *request, guint64 *at, GError **failure)
{
	Actor actor = request_actor(req);

	if (field_has_errors(req))
		return FALSE;
	if (request->end->len + request->new_password->len == 0 && !request->deactivate) {
		field_error_text(req, "", text(req, "leave.nothing"));
		return FALSE;
	}
	g_autoptr(KeyRing) ring = keyring_load(req->app->config->key_file, failure);
	return ring != NULL && leave_run(req->db, ring, &actor, request, at, failure);
}

gboolean leave_save(Request *req, GError **error)
{
	g_autoptr(User) user = user_load(req->db, req->ids[0], error);
	g_auto(Ticks) ticks = {NULL, NULL};
	g_autoptr(GArray) successors = field_numbers(req, "successor");
	g_autoptr(GError) failure = NULL;
	guint64 at = 0;

	if (user == NULL || !read_ticks(req, user->id, &ticks, error))
		return FALSE;
	const LeaveRequest request = {.user_id = user->id,
	        .version = field_version(req),
	        .end = ticks.end,
	        .new_password = ticks.new_password,
	        .successors = successors,
	        .deactivate = field_ticked(req, "deactivate")};
	page_set_flag(req, "f.deactivate", request.deactivate);
	if (user_choices_searched(req))
		return show_leave(req, user_choices_status(req), user, &ticks, error);
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
	return show_leave(req, conflict ? 409 : 422, user, &ticks, error);
}

/* ---- the new access data to who remains ---- */

/* To each contact address of its users. *all FALSE: a mail wasn't taken, or there was nobody. */
static gboolean send_mailbox(Request *req, const AccessSender *sender, const Setting *setting,
        guint64 id, gboolean *all, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_load(req->db, id, error);
	g_autoptr(GPtrArray) contacts =
	        mailbox != NULL ? access_contacts(req->db, id, error) : NULL;

	if (contacts == NULL)
		return FALSE;
	*all = *all && contacts->len > 0 && access_page_key(sender->ring, mailbox) == NULL;
	for (guint i = 0; i < contacts->len && access_page_key(sender->ring, mailbox) == NULL;
	        i++) {
		const AccessContact *contact = contacts->pdata[i];
		g_autoptr(GError) failure = NULL;
		g_auto(AccessResult) result = {0};
		g_autoptr(AccessContact) recipient =
		        access_recipient(req->db, id, contact->address, 0, &failure);
		if (recipient == NULL && !field_take_error(req, &failure)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		if (recipient != NULL && !access_send(req->db, sender, mailbox, setting, recipient,
		                                 FALSE, &result, error))
			return FALSE;
		*all = *all && recipient != NULL && result.why == NULL;
	}
	return TRUE;
}

/* A mailbox that is gone meanwhile holds up no other. */
static gboolean send_ticked(Request *req, const GArray *ids, gboolean *all, GError **error)
{
	gint64 until = g_get_monotonic_time() + SEND_US;
	g_autoptr(Setting) setting = setting_load(req->db, error);
	g_autoptr(KeyRing) ring =
	        setting != NULL ? keyring_load(req->app->config->key_file, error) : NULL;
	Actor actor = request_actor(req);
	const AccessSender sender = {.config = req->app->config,
	        .ring = ring,
	        .actor = &actor,
	        .compose = access_mail_compose,
	        .data = req};

	*all = ids->len > 0;
	if (ring == NULL)
		return FALSE;
	for (guint i = 0; i < ids->len; i++) {
		g_autoptr(GError) failure = NULL;
		if (g_get_monotonic_time() > until) {
			*all = FALSE;
			return TRUE;
		}
		if (send_mailbox(
		            req, &sender, setting, g_array_index(ids, guint64, i), all, &failure))
			continue;
		*all = FALSE;
		if (!g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND) &&
		        !g_error_matches(failure, PS_ERROR, PS_ERROR_CONFLICT)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
	}
	return TRUE;
}

gboolean leave_send(Request *req, GError **error)
{
	g_autoptr(GArray) ids = field_numbers(req, "mailbox");
	guint64 at = field_number(req, "done", 1, G_MAXINT64);
	g_autoptr(User) user = user_load(req->db, req->ids[0], error);
	gboolean all = FALSE;

	if (user == NULL || !send_ticked(req, ids, &all, error))
		return FALSE;
	return page_redirect(req, all ? "leave_sent" : "leave_not_sent",
	        "/users/%" G_GUINT64_FORMAT "/leave?done=%" G_GUINT64_FORMAT, user->id, at);
}
