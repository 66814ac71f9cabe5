/* user.c: a user's base data (Grunddaten): new, saved, and the page when two people edit them. */
#include "cgi-bin/conflict.h"
#include "cgi-bin/field.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "cgi-bin/user_page.h"
#include "lib/base/address_readable.h"
#include "lib/base/error.h"
#include "lib/office/change_log.h"

#define MAX_TYPED 2000 /* octets; lib says how long what may be */

/* What was typed. Only what no page of ours sends is an error here. */
static User *read_user(Request *req)
{
	static const char *const locales[] = {"", "de", "en", NULL};
	User *wanted = g_new0(User, 1);

	wanted->version = field_version(req);
	wanted->login = g_strdup(field_line(req, "login", MAX_TYPED));
	wanted->name = g_strdup(field_line(req, "name", MAX_TYPED));
	wanted->email_name = g_strdup(field_line(req, "email_name", MAX_TYPED));
	wanted->contact_email = g_strdup(field_line(req, "contact_email", MAX_TYPED));
	user_role_read(field_choice(req, "role", user_role_words), &wanted->role);
	user_journal_read(
	        field_choice(req, "journal_right", user_journal_words), &wanted->journal_right);
	wanted->locale = g_strdup(field_choice(req, "locale", locales));
	wanted->active = field_ticked(req, "active");
	return wanted;
}

/* What else is wrong beside errors of the form. */
static void add_checks(Request *req, const User *wanted)
{
	g_autoptr(GError) failure = NULL;

	if (field_has_errors(req) && !user_check(wanted, &failure))
		field_take_error(req, &failure);
}

/* ---- new ---- */

static gboolean show_new(Request *req, int status, GError **error)
{
	page_begin(req, AREA_USERS, text(req, "user.new"));
	page_crumb(req, text(req, "user.new"), NULL);
	user_page_choices(req);
	return page_send(req, status, "user_new.cst", error);
}

gboolean user_new_show(Request *req, GError **error)
{
	page_set(req, "f.role", user_role_words[USER_STAFF]);
	page_set(req, "f.journal_right", user_journal_words[USER_JOURNAL_OWN]);
	page_set_flag(req, "f.active", TRUE);
	return show_new(req, 200, error);
}

gboolean user_new_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(User) wanted = read_user(req);
	Actor actor = request_actor(req);
	guint64 id = 0;

	if (!field_has_errors(req)) {
		if (user_create(req->db, &actor, wanted, NULL, &id, &failure))
			return page_redirect(req, "user_created", "/users/%" G_GUINT64_FORMAT, id);
		if (!field_take_error(req, &failure)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
	}
	add_checks(req, wanted);
	page_keep_typed(req);
	return show_new(req, 422, error);
}

/* ---- saved ---- */

gboolean user_show(Request *req, GError **error)
{
	g_autoptr(User) user = user_load(req->db, req->ids[0], error);

	if (user == NULL)
		return FALSE;
	user_page_fields(req, user);
	return user_page_show(req, 200, user, error);
}

/* What is saved now beside what was typed, and the form to save the latter after all. */
static gboolean show_user_conflict(Request *req, const User *saved, GError **error)
{
	g_autofree char *login = NULL;
	guint64 at = 0;

	if (!change_log_last_of(req->db, saved->login, "user.changed", &login, &at, error))
		return FALSE;
	user_page_begin(req, saved, "conflict.title", text(req, "page.409.title"));
	conflict_who(req, login, at);
	user_page_conflict(req, saved);
	user_page_choices(req);
	return page_send(req, 409, "user_conflict.cst", error);
}

gboolean user_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(User) wanted = read_user(req);
	Actor actor = request_actor(req);

	wanted->id = req->ids[0];
	if (!field_has_errors(req)) {
		if (user_update(req->db, &actor, wanted, &failure))
			return page_redirect(
			        req, "user_saved", "/users/%" G_GUINT64_FORMAT, wanted->id);
		if (!field_take_failure(req, &failure, error))
			return FALSE;
	}
	add_checks(req, wanted);
	g_autoptr(User) saved = user_load(req->db, wanted->id, error);
	if (saved == NULL)
		return FALSE;
	if (failure != NULL)
		return show_user_conflict(req, saved, error);
	page_keep_typed(req);
	return user_page_show(req, 422, saved, error);
}
