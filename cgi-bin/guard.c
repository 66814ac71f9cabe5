/* guard.c: reads session cookies and single sign-on, checks CSRF tokens. */
#include "cgi-bin/guard.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "cgi-bin/error_page.h"
#include "cgi-bin/page.h"
#include "lib/base/base64url.h"
#include "lib/base/token.h"
#include "lib/office/server_secret.h"
#include "lib/user/sign_in.h"

#define FORM_COOKIE "poststelle_form"
#define FORM_COOKIE_RANDOM 18 /* octets; 24 characters */

/* HMAC-SHA256 of label and value, base64url. */
static char *mac(gconstpointer key, gsize key_size, const char *label, const char *value)
{
	GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, key, key_size);
	guint8 digest[32];
	gsize size = sizeof(digest);

	g_hmac_update(hmac, (const guchar *)label, (gssize)strlen(label) + 1);
	g_hmac_update(hmac, (const guchar *)value, (gssize)strlen(value));
	g_hmac_get_digest(hmac, digest, &size);
	g_hmac_unref(hmac);
	return base64url_encode(digest, size);
}

static gboolean equal_secret(const char *a, const char *b)
{
	gsize length = strlen(a);

	return length == strlen(b) && CRYPTO_memcmp(a, b, length) == 0;
}

static char *form_mac(Request *req, const char *label, const char *value)
{
	gsize size;
	gconstpointer key = g_bytes_get_data(req->app->form_secret, &size);

	return mac(key, size, label, value);
}

gboolean guard_form_token(Request *req, GError **error)
{
	const char *cookie = request_cookie(req, FORM_COOKIE);

	if (req->csrf != NULL)
		return TRUE;
	if (req->app->form_secret == NULL)
		req->app->form_secret = server_secret_get(req->db, "form", error);
	if (req->app->form_secret == NULL)
		return FALSE;
	if (cookie != NULL) {
		g_auto(GStrv) parts = g_strsplit(cookie, ".", 3);
		if (g_strv_length(parts) == 2) {
			g_autofree char *signature = form_mac(req, "cookie", parts[0]);
			if (equal_secret(signature, parts[1])) {
				req->csrf = form_mac(req, "csrf", parts[0]);
				return TRUE;
			}
		}
	}
	guint8 random[FORM_COOKIE_RANDOM];
	arc4random_buf(random, sizeof(random));
	g_autofree char *value = base64url_encode(random, sizeof(random));
	g_autofree char *signature = form_mac(req, "cookie", value);
	g_autofree char *signed_value = g_strdup_printf("%s.%s", value, signature);
	request_set_cookie(req, FORM_COOKIE, signed_value, 0);
	req->csrf = form_mac(req, "csrf", value);
	return TRUE;
}

static void use_session(Request *req, Session *session)
{
	req->session = session;
	req->csrf = mac(session->token, strlen(session->token), "csrf", "");
	if (language_known(session->locale) != NULL)
		req->language = language_known(session->locale);
}

/* The session that a token belongs to becomes the request's, if it is (still) one. */
static gboolean load_session(Request *req, const char *token, GError **error)
{
	Session *session = NULL;

	if (!session_load(req->db, req->app->config, token, &session, error))
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
	guard_start_session(req, token);
	return load_session(req, token, error);
}

gboolean guard_identify(Request *req, GError **error)
{
	const char *token = request_cookie(req, SESSION_COOKIE);

	if (req->session != NULL)
		return TRUE;
	if (token != NULL && strlen(token) == TOKEN_LENGTH && !load_session(req, token, error))
		return FALSE;
	return !req->app->config->web_remote_user || follow_remote_user(req, error);
}

gboolean guard_check_csrf(Request *req, GError **error)
{
	const FormField *field = form_find(req->form, "csrf");

	if (!guard_form_token(req, error))
		return FALSE;
	if (field != NULL && form_count(req->form, "csrf") == 1 && req->csrf != NULL &&
	        equal_secret(field->value, req->csrf))
		return TRUE;
	request_log(req, "csrf_refused", NULL);
	error_page_refuse(req, "page.csrf");
	return FALSE;
}

void guard_ask_sign_in(Request *req)
{
	if (strcmp(req->method, "POST") == 0) {
		error_page_refuse(req, "page.expired");
		return;
	}
	g_autofree char *next = g_uri_escape_string(req->path, "/", FALSE);
	page_redirect(req, NULL, "/login?next=%s", next);
}

void guard_start_session(Request *req, const char *token)
{
	request_set_cookie(req, SESSION_COOKIE, token, 0);
	request_set_cookie(req, FORM_COOKIE, "", -1);
}

void guard_end_session(Request *req)
{
	request_set_cookie(req, SESSION_COOKIE, "", -1);
}
