/* password.c: generates and hashes passwords of mailboxes. */
#include "lib/base/password.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#define GROUPS 5
#define GROUP_LENGTH 5
#define SALT_SIZE 16
#define DIGEST_SIZE 64

static const char alphabet[] = "abcdefghjkmnpqrstuvwxyz23456789";

char *password_generate(void)
{
	GString *password = g_string_sized_new(GROUPS * (GROUP_LENGTH + 1));

	for (guint group = 0; group < GROUPS; group++) {
		if (group > 0)
			g_string_append_c(password, '-');
		for (guint i = 0; i < GROUP_LENGTH; i++)
			g_string_append_c(
			        password, alphabet[arc4random_uniform(sizeof(alphabet) - 1)]);
	}
	return g_string_free(password, FALSE);
}

void password_free(char *password)
{
	if (password == NULL)
		return;
	OPENSSL_cleanse(password, strlen(password));
	g_free(password);
}

char *password_hash(const char *password)
{
	guint8 sealed[DIGEST_SIZE + SALT_SIZE];
	guint8 *salt = sealed + DIGEST_SIZE;
	gsize size = DIGEST_SIZE;
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA512);

	arc4random_buf(salt, SALT_SIZE);
	g_checksum_update(sum, (const guchar *)password, (gssize)strlen(password));
	g_checksum_update(sum, salt, SALT_SIZE);
	g_checksum_get_digest(sum, sealed, &size);
	g_autofree char *text = g_base64_encode(sealed, sizeof(sealed));
	return g_strconcat("{SSHA512}", text, NULL);
}
