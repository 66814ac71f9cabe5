/* user_password.c: checks, hashes (yescrypt) and verifies the passwords by which people sign in. */
#include "lib/base/user_password.h"

#include <stdlib.h>
#include <string.h>

#include <crypt.h>
#include <openssl/crypto.h>

#include "lib/base/error.h"
#include "lib/base/text_check.h"

/* A hash of nothing in particular, so that an unknown login costs what a known one does. */
static const char dummy_hash[] =
        "$y$j9T$abcdefghijklmnopqrstu1$K1mvDh3mRrDjAN/VHmBcbUg0ssx8ZkFFTRXdDmX3ud3";

gboolean user_password_check(const char *password, const char *field, GError **error)
{
	if (strlen(password) > USER_PASSWORD_MAX) {
		ps_invalid(error, field, "too_long", "the password is longer than %d octets",
		        USER_PASSWORD_MAX);
		return FALSE;
	}
	if (!g_utf8_validate(password, -1, NULL) || text_has_control(password, FALSE)) {
		ps_invalid(error, field, "control", "the password has a control character");
		return FALSE;
	}
	if (g_utf8_strlen(password, -1) < USER_PASSWORD_MIN) {
		ps_invalid(error, field, "too_short", "the password has fewer than %d characters",
		        USER_PASSWORD_MIN);
		return FALSE;
	}
	return TRUE;
}

/* The same password must match however a keyboard composed its letters: NFC. */
static char *crypt_password(const char *password, const char *setting)
{
	g_autofree char *normal = g_utf8_normalize(password, -1, G_NORMALIZE_NFC);
	void *data = NULL;
	int size = 0;
	char *hash = normal != NULL ? g_strdup(crypt_ra(normal, setting, &data, &size)) : NULL;

	if (data != NULL) {
		OPENSSL_cleanse(data, (gsize)size);
		free(data);
	}
	if (normal != NULL)
		OPENSSL_cleanse(normal, strlen(normal));
	return hash;
}

char *user_password_hash(const char *password, GError **error)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	char *hash = NULL;

	if (crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof(setting)) != NULL)
		hash = crypt_password(password, setting);
	if (hash == NULL)
		g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "the password can't be hashed");
	return hash;
}

gboolean user_password_verify(const char *password, const char *hash)
{
	const char *wanted = hash != NULL ? hash : dummy_hash;
	g_autofree char *got = crypt_password(password, wanted);

	if (got == NULL || strlen(got) != strlen(wanted))
		return FALSE;
	return CRYPTO_memcmp(got, wanted, strlen(wanted)) == 0 && hash != NULL;
}
