/* welcome.c: the one-time link by which a user sets a first or forgotten password. Looking at it
 * uses nothing up; it doesn't sign in. */
#include <string.h>

#include "cgi-bin/field.h"
#include "cgi-bin/guard.h"
#include "cgi-bin/language_switch.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/error.h"
#include "lib/base/user_password.h"
#include "lib/user/password_link.h"

/* login NULL: the link isn't valid (any more); used, void, expired and unknown look alike. */
static gboolean show_welcome(Request *req, int status, const char *login, GError **error)
{
	if (!guard_form_token(req, error))
		return FALSE;
	page_begin(req, AREA_NONE, text(req, "welcome.title"));
	page_crumb(req, text(req, "welcome.title"), NULL);
	page_set(req, "token", req->token);
	page_set(req, "login", login);
	if (req->session == NULL)
		language_switch_fill(req, req->path, "");
	return page_send(req, login != NULL ? status : 404, "welcome.cst", error);
}

static gboolean show_by_token(Request *req, int status, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *login = password_link_login(req->db, req->token, &failure);

	if (failure != NULL) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	return show_welcome(req, status, login, error);
}

gboolean welcome_show(Request *req, GError **error)
{
	return show_by_token(req, 200, error);
}

gboolean welcome_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	const char *new_password = field_secret(req, "new_password", USER_PASSWORD_MAX);
	const char *again = field_secret(req, "new_password_again", USER_PASSWORD_MAX);

	if (*new_password == '\0')
		field_error(req, "new_password", "empty");
	else if (strcmp(new_password, again) != 0)
		field_error(req, "new_password_again", "differs");
	if (field_has_errors(req))
		return show_by_token(req, 422, error);
	if (password_link_use(req->db, req->token, new_password, &failure))
		return page_redirect(req, "password_set", "/login");
	if (g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND))
		return show_welcome(req, 404, NULL, error);
	if (field_take_error(req, &failure))
		return show_by_token(req, 422, error);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}
