/* base64url.h: octets as a text that URLs and cookies hold as it stands (RFC 4648 5), unpadded. */
#ifndef POSTSTELLE_LIB_BASE_BASE64URL_H
#define POSTSTELLE_LIB_BASE_BASE64URL_H

#include <glib.h>

/* Free: g_free(). */
char *base64url_encode(const void *octets, gsize size);

/* Padded or not; what is no such text gives some octets. *size: how many. Free: g_free(). */
guint8 *base64url_decode(const char *text, gsize *size);

#endif
