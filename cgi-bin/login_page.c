/* login_page.c: shows the sign-in; after an expired session it holds what was typed. */
#include "cgi-bin/login_page.h"

#include <string.h>

#include "cgi-bin/carry.h"
#include "cgi-bin/guard.h"
#include "cgi-bin/language_switch.h"
#include "cgi-bin/local_path.h"
#include "cgi-bin/page.h"
#include "cgi-bin/text.h"

static gboolean show(
        Request *req, int status, const char *title_key, const char *next, GError **error)
{
	if (!guard_form_token(req, error))
		return FALSE;
	page_begin(req, AREA_NONE, text(req, title_key));
	page_crumb(req, text(req, title_key), NULL);
	page_set(req, "f.next", local_path(next));
	return page_send(req, status, "login.cst", error);
}

gboolean login_page_show(Request *req, int status, const char *next, GError **error)
{
	g_autofree char *path = NULL;
	g_autoptr(Form) carried = carry_take(req, &path);

	/* What is carried would be lost on the way to another page. */
	if (carried != NULL)
		carry_fill(req, CARRY_SIGN_IN);
	else
		language_switch_fill(req, "/login", next);
	page_keep_typed(req);
	return show(req, status, "login.title", next, error);
}

gboolean login_page_lead(Request *req)
{
	const char *query = req->transport->param(req->transport, "QUERY_STRING");
	g_autofree char *whole = query != NULL && *query != '\0'
	                                 ? g_strdup_printf("%s?%s", req->path, query)
	                                 : g_strdup(req->path);
	g_autofree char *next = g_uri_escape_string(
	        strcmp(local_path(whole), whole) == 0 ? whole : req->path, "/", FALSE);

	return page_redirect(req, NULL, "/login?next=%s", next);
}

gboolean login_page_ask(Request *req, const char *next, GError **error)
{
	page_set_flag(req, "expired", TRUE);
	carry_fill(req, CARRY_SIGN_IN);
	return show(req, 403, "page.expired.title", next, error);
}
