/* assignments.c: Zugeordnete Benutzer: who is, and was, assigned to a mailbox; users added and
 * removed, from the mailbox's page and from the user's.
 */
#include "lib/mailbox/assignment.h"

#include "cgi-bin/access_page.h"
#include "cgi-bin/field.h"
#include "cgi-bin/format.h"
#include "cgi-bin/mailbox_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/assignment_history.h"
#include "cgi-bin/text.h"
#include "cgi-bin/user_choices.h"
#include "cgi-bin/user_page.h"
#include "lib/base/address.h"
#include "lib/base/error.h"

#define MAX_TYPED 1000

/* ---- the mailbox's page ---- */

static void fill_assigned(Request *req, const GPtrArray *users)
{
	HDF *list = page_node(req, "users");

	for (guint i = 0; i < users->len; i++) {
		const MailboxUser *user = users->pdata[i];
		HDF *item = page_item(list, i);
		g_autofree char *since = format_date(req, user->assigned_at);
		page_item_set_number(item, "id", user->user_id);
		page_item_set(item, "name", user->name);
		page_item_set(item, "login", user->login);
		page_item_set(item, "since", since);
		page_item_set(item, "inactive", user->active ? NULL : "1");
	}
}

static gboolean show_assignments(Request *req, int status, const Mailbox *mailbox, GError **error)
{
	g_autofree char *path =
	        g_strdup_printf("/mailboxes/%" G_GUINT64_FORMAT "/assignments", mailbox->id);
	g_autoptr(GPtrArray) users = mailbox_users(req->db, mailbox->id, error);

	if (users == NULL || !user_choices_fill(req, "user_id", users, error) ||
	        !assignment_history_of_mailbox(req, mailbox->id, path, error))
		return FALSE;
	mailbox_page_begin(req, mailbox, "assignments.title", text(req, "mailbox.users"));
	page_set_flag(req, "m.known", mailbox->known);
	page_set_flag(req, "m.vip", mailbox->vip);
	fill_assigned(req, users);
	return page_send(req, status, "assignments.cst", error);
}

static gboolean show_by_id(Request *req, int status, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_page_load(req, error);

	return mailbox != NULL && show_assignments(req, status, mailbox, error);
}

gboolean assignments_show(Request *req, GError **error)
{
	return show_by_id(req, 200, error);
}

gboolean assignments_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(GArray) users = field_numbers(req, "user_id");
	Actor actor = request_actor(req);

	if (user_choices_searched(req))
		return show_by_id(req, user_choices_status(req), error);
	if (users->len == 0 && !field_has_errors(req))
		field_error(req, "user_id", "empty");
	if (!field_has_errors(req) &&
	        assignment_add_several(req->db, &actor, req->ids[0], users, &failure))
		return page_redirect(req, users->len > 1 ? "assignments_added" : "assignment_added",
		        "/mailboxes/%" G_GUINT64_FORMAT "/assignments", req->ids[0]);
	if (failure != NULL && !field_take_error(req, &failure)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	page_keep_typed(req);
	return show_by_id(req, 422, error);
}

/* The hidden field back=user: the button was pressed on the user's page. */
gboolean assignment_end_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	gboolean renew = field_ticked(req, "new_password");
	gboolean from_user = g_strcmp0(field_line(req, "back", 8), "user") == 0;
	Actor actor = request_actor(req);

	if (field_has_errors(req))
		return show_by_id(req, 422, error);
	g_autoptr(KeyRing) ring = renew ? keyring_load(req->app->config->key_file, error) : NULL;
	if (renew && ring == NULL)
		return FALSE;
	if (!assignment_end(req->db, ring, &actor, req->ids[0], req->ids[1], &failure)) {
		if (access_page_no_key(req, &failure))
			return show_by_id(req, 422, error);
		if (!g_error_matches(failure, PS_ERROR, PS_ERROR_CONFLICT)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		page_set_flag(req, "ended", TRUE);
		return show_by_id(req, 409, error);
	}
	const char *flash = renew ? "assignment_ended_password" : "assignment_ended";
	if (from_user)
		return page_redirect(req, flash, "/users/%" G_GUINT64_FORMAT, req->ids[1]);
	return page_redirect(
	        req, flash, "/mailboxes/%" G_GUINT64_FORMAT "/assignments", req->ids[0]);
}

/* ---- from the user's page ---- */

/* The number of the mailbox that was typed as an address; 0 and a noted error if there is none.
 * FALSE: error. */
static gboolean read_mailbox(Request *req, guint64 *id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	const char *typed = field_line(req, "mailbox", MAX_TYPED);
	g_autofree char *address =
	        field_has_errors(req) ? NULL : address_own(typed, "mailbox", &failure);

	*id = 0;
	if (address == NULL) {
		field_take_error(req, &failure);
		return TRUE;
	}
	g_autoptr(Mailbox) mailbox = mailbox_load_address(req->db, address, &failure);
	if (mailbox != NULL)
		*id = mailbox->id;
	else if (g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND))
		field_error(req, "mailbox", "unknown");
	else
		g_propagate_error(error, g_steal_pointer(&failure));
	return mailbox != NULL || field_has_errors(req);
}

gboolean user_assignments_save(Request *req, GError **error)
{
	g_autoptr(User) user = user_load(req->db, req->ids[0], error);
	g_autoptr(GError) failure = NULL;
	Actor actor = request_actor(req);
	guint64 id = 0;

	if (user == NULL || !read_mailbox(req, &id, error))
		return FALSE;
	if (id != 0 && assignment_add(req->db, &actor, id, user->id, &failure))
		return page_redirect(
		        req, "assignment_added", "/users/%" G_GUINT64_FORMAT, user->id);
	if (failure != NULL && ps_error_field(failure) != NULL) {
		/* Beside the one field that this form has. */
		field_error(req, "mailbox", ps_error_reason(failure));
		g_clear_error(&failure);
	}
	if (failure != NULL) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	user_page_fields(req, user);
	page_set(req, "f.mailbox", field_line(req, "mailbox", MAX_TYPED));
	return user_page_show(req, 422, user, error);
}
