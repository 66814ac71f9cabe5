/* signed_cookie.c: signs values of cookies, and tells whether a signature is the office's. */
#include "cgi-bin/signed_cookie.h"

#include <string.h>

#include <openssl/crypto.h>

#include "lib/base/base64url.h"
#include "lib/office/server_secret.h"

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

char *signed_cookie_mac_of(const char *secret, const char *label, const char *value)
{
	return mac(secret, strlen(secret), label, value);
}

char *signed_cookie_mac(Request *req, const char *label, const char *value, GError **error)
{
	App *app = req->app;
	gsize size;

	if (app->form_secret == NULL)
		app->form_secret = server_secret_get(req->db, "form", error);
	if (app->form_secret == NULL)
		return NULL;
	gconstpointer key = g_bytes_get_data(app->form_secret, &size);
	return mac(key, size, label, value);
}

gboolean signed_cookie_equal(const char *a, const char *b)
{
	gsize length = strlen(a);

	return length == strlen(b) && CRYPTO_memcmp(a, b, length) == 0;
}

gboolean signed_cookie_set(
        Request *req, const char *name, const char *value, int max_age, GError **error)
{
	g_autofree char *signature = signed_cookie_mac(req, name, value, error);

	if (signature == NULL)
		return FALSE;
	g_autofree char *whole = g_strdup_printf("%s.%s", value, signature);
	request_set_cookie(req, name, whole, max_age);
	return TRUE;
}

gboolean signed_cookie_get(Request *req, const char *name, char **value, GError **error)
{
	const char *cookie = request_cookie(req, name);
	const char *dot = cookie != NULL ? strrchr(cookie, '.') : NULL;

	*value = NULL;
	if (dot == NULL)
		return TRUE;
	g_autofree char *signed_value = g_strndup(cookie, (gsize)(dot - cookie));
	g_autofree char *signature = signed_cookie_mac(req, name, signed_value, error);
	if (signature == NULL)
		return FALSE;
	if (signed_cookie_equal(signature, dot + 1))
		*value = g_steal_pointer(&signed_value);
	return TRUE;
}
