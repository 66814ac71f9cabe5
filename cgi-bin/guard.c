/* guard.c: reads session cookies and single sign-on, checks CSRF tokens. */
#include "cgi-bin/guard.h"

#include <stdlib.h>
#include <string.h>

#include "cgi-bin/device.h"
#include "cgi-bin/error_page.h"
#include "cgi-bin/field.h"
#include "cgi-bin/own_form.h"
#include "cgi-bin/signed_cookie.h"
#include "cgi-bin/text.h"
#include "lib/base/base64url.h"
#include "lib/base/token.h"
#include "lib/user/sign_in.h"

#define FORM_COOKIE "poststelle_form"
#define FORM_COOKIE_RANDOM 18 /* octets; 24 characters */

gboolean guard_form_token(Request *req, GError **error)
{
	g_autofree char *value = NULL;

	if (req->csrf != NULL)
		return TRUE;
	if (!signed_cookie_get(req, FORM_COOKIE, &value, error))
		return FALSE;
	if (value == NULL) {
		guint8 random[FORM_COOKIE_RANDOM];
		arc4random_buf(random, sizeof(random));
		value = base64url_encode(random, sizeof(random));
		if (!signed_cookie_set(req, FORM_COOKIE, value, 0, error))
			return FALSE;
	}
	req->csrf = signed_cookie_mac(req, "csrf", value, error);
	return req->csrf != NULL;
}

static void use_session(Request *req, Session *session)
{
	req->session = session;
	req->csrf = own_form_token(session->token);
	if (language_known(session->locale) != NULL)
		req->language = language_known(session->locale);
}

/* The session that a token belongs to becomes the request's, if it is (still) one. */
static gboolean load_session(Request *req, const char *token, GError **error)
{
	const Config *config = req->app->config;
	Session *session = NULL;

	g_clear_pointer(&req->opened, mailbox_opened_free);
	if (req->opens_mailbox ? !mailbox_opened_load(req->db, config, token, req->ids[0], &session,
	                                 &req->opened, error)
	                       : !session_load(req->db, config, token, &session, error))
		return FALSE;
	if (session != NULL)
		use_session(req, session);
	return TRUE;
}

/* Single sign-on: who the web server found is signed in, whoever the cookie says it was. */
static gboolean follow_remote_user(Request *req, GError **error)
{
	const char *remote = req->transport->param(req->transport, "REMOTE_USER");
	g_autofree char *token = NULL;
	guint64 user_id = 0;

	if (remote == NULL || *remote == '\0')
		return TRUE;
	if (!sign_in_trusted(req->db, remote, req->session != NULL ? req->session->user_id : 0,
	            &user_id, error))
		return FALSE;
	if (req->session != NULL && req->session->user_id == user_id)
		return TRUE;
	if (req->session != NULL) {
		if (!session_end(req->db, req->session->token, error))
			return FALSE;
		guard_end_session(req);
		g_clear_pointer(&req->session, session_free);
		g_clear_pointer(&req->csrf, g_free);
	}
	if (user_id == 0)
		return TRUE;
	if (!session_create(req->db, user_id, NULL, &token, error))
		return FALSE;
	if (token == NULL)
		return TRUE;
	return guard_start_session(req, token, user_id, error) && load_session(req, token, error);
}

gboolean guard_identify(Request *req, gboolean follow_server, GError **error)
{
	const char *token = request_cookie(req, SESSION_COOKIE);

	if (req->session != NULL)
		return TRUE;
	if (token != NULL && strlen(token) == TOKEN_LENGTH && !load_session(req, token, error))
		return FALSE;
	return !follow_server || !req->from_server || !req->app->config->web_remote_user ||
	       follow_remote_user(req, error);
}

gboolean guard_check_csrf(Request *req, GError **error)
{
	const FormField *field = form_find(req->form, "csrf");

	if (!guard_form_token(req, error))
		return FALSE;
	if (field != NULL && form_count(req->form, "csrf") == 1 && req->csrf != NULL &&
	        signed_cookie_equal(field->value, req->csrf))
		return TRUE;
	request_log(req, "csrf_refused", NULL);
	error_page_refuse(req, "page.csrf");
	return FALSE;
}

gboolean guard_start_session(Request *req, const char *token, guint64 user_id, GError **error)
{
	request_set_cookie(req, SESSION_COOKIE, token, 0);
	request_set_cookie(req, FORM_COOKIE, "", -1);
	return device_remember(req, user_id, error);
}

gboolean guard_follow_session(Request *req, const char *token, GError **error)
{
	g_clear_pointer(&req->session, session_free);
	g_clear_pointer(&req->csrf, g_free);
	return load_session(req, token, error);
}

void guard_end_session(Request *req)
{
	request_set_cookie(req, SESSION_COOKIE, "", -1);
}

void guard_say_wait(Request *req, const char *field, guint seconds)
{
	g_autofree char *number = g_strdup_printf("%u", seconds);
	g_autofree char *message = text_with(req, "login.wait", number, NULL);

	request_log(req, "sign_in_wait", req->client);
	g_string_append_printf(req->headers, "Retry-After: %u\r\n", seconds);
	field_error_text(req, field, message);
}

void guard_say_wrong(Request *req, const char *field)
{
	request_log(req, "sign_in_wrong", req->client);
	field_error(req, field, "wrong");
}
