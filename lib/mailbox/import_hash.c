/* import_hash.c: brings stored passwords into Dovecot's form. */
#include "lib/mailbox/import_hash.h"

#include <stdlib.h>
#include <string.h>

#include <crypt.h>
#include <openssl/crypto.h>

#define HASH_MAX 255 /* octets, of the column */
#define CLEAR_MAX 1024

/* {NAME}, with .B64 or .HEX behind it where that is how it is written: its length, 0: none. */
static gsize scheme_length(const char *text)
{
	if (*text != '{')
		return 0;
	gsize length = strspn(
	        text + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");

	return length > 0 && text[length + 1] == '}' ? length + 2 : 0;
}

static gboolean is_clear(const char *text, gsize length)
{
	static const char *const names[] = {"{PLAIN}", "{CLEAR}", "{CLEARTEXT}"};

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (strlen(names[i]) == length && g_ascii_strncasecmp(text, names[i], length) == 0)
			return TRUE;
	return FALSE;
}

static char *hash_clear(const char *password)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	void *data = NULL;
	int size = 0;
	char *stored = NULL;

	if (*password == '\0' || strlen(password) > CLEAR_MAX ||
	        crypt_gensalt_rn("$6$", 0, NULL, 0, setting, sizeof(setting)) == NULL)
		return NULL;
	const char *hash = crypt_ra(password, setting, &data, &size);
	if (hash != NULL)
		stored = g_strconcat("{SHA512-CRYPT}", hash, NULL);
	if (data != NULL) {
		OPENSSL_cleanse(data, (gsize)size);
		free(data);
	}
	return stored;
}

static gboolean is_storable(const char *text)
{
	gsize length = strlen(text);

	if (length > HASH_MAX)
		return FALSE;
	for (gsize i = 0; i < length; i++)
		if (!g_ascii_isprint(text[i]))
			return FALSE;
	return TRUE;
}

char *import_hash(const char *text, const char *scheme)
{
	g_autofree char *whole = NULL;

	if (scheme_length(text) > 0)
		whole = g_strdup(text);
	else if (scheme != NULL && *text != '\0')
		whole = g_strdup_printf("{%s}%s", scheme, text);
	else if (*text == '$')
		whole = g_strconcat("{CRYPT}", text, NULL);
	gsize length = whole != NULL ? scheme_length(whole) : 0;
	if (length == 0 || whole[length] == '\0')
		return NULL;
	if (is_clear(whole, length))
		return hash_clear(whole + length);
	return is_storable(whole) ? g_steal_pointer(&whole) : NULL;
}
