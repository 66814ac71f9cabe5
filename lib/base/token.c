/* token.c: makes random tokens, and the hash that is stored of one. */
#include "lib/base/token.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/base64url.h"

char *token_new(void)
{
	guint8 random[32];

	arc4random_buf(random, sizeof(random));
	return base64url_encode(random, sizeof(random));
}

TokenHash token_hash(const char *token)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	TokenHash hash;
	gsize size = sizeof(hash.octets);

	g_checksum_update(sum, (const guchar *)token, (gssize)strlen(token));
	g_checksum_get_digest(sum, hash.octets, &size);
	return hash;
}
