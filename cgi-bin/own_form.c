/* own_form.c: tells a form of ours whose session is over from one that somebody else made. */
#include "cgi-bin/own_form.h"

#include <string.h>

#include "cgi-bin/device.h"
#include "cgi-bin/signed_cookie.h"

char *own_form_token(const char *token)
{
	return signed_cookie_mac_of(token, "csrf", "");
}

static gboolean token_fits_cookie(Request *req)
{
	const FormField *field = form_find(req->form, "csrf");
	const char *cookie = request_cookie(req, SESSION_COOKIE);

	if (field == NULL || cookie == NULL || *cookie == '\0')
		return FALSE;
	g_autofree char *token = own_form_token(cookie);
	return signed_cookie_equal(field->value, token);
}

gboolean own_form(Request *req)
{
	const char *site = req->transport->param(req->transport, "HTTP_SEC_FETCH_SITE");

	if (token_fits_cookie(req))
		return TRUE;
	if (site != NULL && *site != '\0')
		return strcmp(site, "same-origin") == 0;
	return device_is_known(req);
}

void own_form_keep_token(Request *req)
{
	if (req->csrf == NULL && token_fits_cookie(req))
		req->csrf = own_form_token(request_cookie(req, SESSION_COOKIE));
}
