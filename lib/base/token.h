/* token.h: secrets in cookies and one-time links.
 *
 * A token is 256 random bits, base64url without padding; the database holds only its SHA-256, so
 * that who reads the database can't use it.
 */
#ifndef POSTSTELLE_LIB_BASE_TOKEN_H
#define POSTSTELLE_LIB_BASE_TOKEN_H

#include <glib.h>

#define TOKEN_LENGTH 43 /* characters */

typedef struct {
	guint8 octets[32];
} TokenHash;

/* From the system's random numbers. Free: g_free(). */
char *token_new(void);
/* What is stored of a token, or looked for (any text will do). */
TokenHash token_hash(const char *token);

#endif
