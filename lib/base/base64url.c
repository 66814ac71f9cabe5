/* base64url.c: GLib's base64 with the two other letters, and without the padding. */
#include "lib/base/base64url.h"

#include <string.h>

char *base64url_encode(const void *octets, gsize size)
{
	char *text = g_base64_encode(octets, size);

	g_strdelimit(g_strdelimit(text, "+", '-'), "/", '_');
	text[strcspn(text, "=")] = '\0';
	return text;
}

guint8 *base64url_decode(const char *text, gsize *size)
{
	static const char *const padding[] = {"", "===", "==", "="};
	gsize length = strcspn(text, "=");
	g_autofree char *padded = g_strdup_printf("%.*s%s", (int)length, text, padding[length % 4]);

	g_strdelimit(g_strdelimit(padded, "-", '+'), "_", '/');
	return g_base64_decode(padded, size);
}
