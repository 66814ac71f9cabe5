/* login.c: sign-in and sign-out. */
#include <string.h>

#include "cgi-bin/device.h"
#include "cgi-bin/field.h"
#include "cgi-bin/guard.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/user/sign_in.h"

#define MAX_LOGIN 255
#define MAX_PASSWORD 1024

/* A path of ours to go to after sign-in; anything else leads to the start page. */
static const char *local_path(const char *next)
{
	if (next[0] != '/' || next[1] == '/' || strlen(next) > REQUEST_MAX_PATH)
		return "/";
	for (const char *c = next; *c != '\0'; c++)
		if (!g_ascii_isalnum(*c) && strchr("/-_.", *c) == NULL)
			return "/";
	return next;
}

static gboolean show_login(Request *req, int status, const char *next, GError **error)
{
	if (!guard_form_token(req, error))
		return FALSE;
	page_begin(req, AREA_NONE, text(req, "login.title"));
	page_crumb(req, text(req, "login.title"), NULL);
	page_set(req, "f.next", local_path(next));
	page_keep_typed(req);
	return page_send(req, status, "login.cst", error);
}

gboolean login_show(Request *req, GError **error)
{
	return show_login(req, 200, query_line(req, "next", REQUEST_MAX_PATH), error);
}

gboolean login_save(Request *req, GError **error)
{
	const char *login = field_line(req, "login", MAX_LOGIN);
	const char *password = field_secret(req, "password", MAX_PASSWORD);
	const char *next = local_path(field_line(req, "next", REQUEST_MAX_PATH));
	SignIn result = {0};

	if (*login == '\0')
		field_error(req, "login", "empty");
	if (*password == '\0')
		field_error(req, "password", "empty");
	if (field_has_errors(req))
		return show_login(req, 422, next, error);
	SignInBrowser browser = device_browser(req);
	if (!sign_in(req->db, &browser, login, password, &result, error))
		return FALSE;
	if (result.wait_s > 0) {
		guard_say_wait(req, "login", result.wait_s);
		return show_login(req, 429, next, error);
	}
	if (result.token == NULL) {
		guard_say_wrong(req, "login");
		return show_login(req, 422, next, error);
	}
	g_autofree char *token = result.token;
	if (req->session != NULL && !session_end(req->db, req->session->token, error))
		return FALSE;
	return guard_start_session(req, token, result.user_id, error) &&
	       page_redirect(req, NULL, "%s", next);
}

gboolean logout_save(Request *req, GError **error)
{
	if (!session_end(req->db, req->session->token, error))
		return FALSE;
	guard_end_session(req);
	return page_redirect(req, "signed_out", "/login");
}
