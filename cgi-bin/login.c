/* login.c: sign-in and sign-out. */
#include <string.h>

#include "cgi-bin/carry.h"
#include "cgi-bin/device.h"
#include "cgi-bin/field.h"
#include "cgi-bin/guard.h"
#include "cgi-bin/local_path.h"
#include "cgi-bin/list_place.h"
#include "cgi-bin/login_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/router.h"
#include "lib/user/sign_in.h"

#define MAX_LOGIN 255
#define MAX_PASSWORD 1024

gboolean login_show(Request *req, GError **error)
{
	return login_page_show(req, 200, query_line(req, "next", LOCAL_PATH_MAX), error);
}

/* Where somebody goes who has just signed in: on with what was carried, or to a page. */
static gboolean go_on(Request *req, const char *token, const char *next, GError **error)
{
	g_autofree char *path = NULL;
	g_autoptr(Form) carried = carry_take(req, &path);

	if (carried == NULL)
		return page_redirect(req, NULL, "%s", next);
	return guard_follow_session(req, token, error) && req->session != NULL
	               ? router_send(req, path, g_steal_pointer(&carried), error)
	               : page_redirect(req, NULL, "%s", next);
}

gboolean login_save(Request *req, GError **error)
{
	const char *login = field_line(req, "login", MAX_LOGIN);
	const char *password = field_secret(req, "password", MAX_PASSWORD);
	const char *next = local_path(field_line(req, "next", LOCAL_PATH_MAX));
	SignIn result = {0};

	if (*login == '\0')
		field_error(req, "login", "empty");
	if (*password == '\0')
		field_error(req, "password", "empty");
	if (field_has_errors(req))
		return login_page_show(req, 422, next, error);
	SignInBrowser browser = device_browser(req);
	if (!sign_in(req->db, &browser, login, password, &result, error))
		return FALSE;
	if (result.wait_s > 0) {
		guard_say_wait(req, "login", result.wait_s);
		return login_page_show(req, 429, next, error);
	}
	if (result.token == NULL) {
		guard_say_wrong(req, "login");
		return login_page_show(req, 422, next, error);
	}
	g_autofree char *token = result.token;
	if (req->session != NULL && !session_end(req->db, req->session->token, error))
		return FALSE;
	return guard_start_session(req, token, result.user_id, error) &&
	       go_on(req, token, next, error);
}

gboolean logout_save(Request *req, GError **error)
{
	if (!session_end(req->db, req->session->token, error))
		return FALSE;
	guard_end_session(req);
	list_place_forget(req);
	return page_redirect(req, "signed_out", "/login");
}
