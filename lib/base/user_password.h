/* user_password.h: hashes of the passwords by which people sign in (yescrypt, crypt(5)).
 *
 * Mailbox passwords are another matter (password.h): those are only ever generated.
 */
#ifndef POSTSTELLE_LIB_BASE_USER_PASSWORD_H
#define POSTSTELLE_LIB_BASE_USER_PASSWORD_H

#include <glib.h>

#define USER_PASSWORD_MIN 12   /* characters */
#define USER_PASSWORD_MAX 1024 /* octets */

/* PS_ERROR_INVALID on field with reason too_short, too_long or control. */
gboolean user_password_check(const char *password, const char *field, GError **error);
/* A new salted hash; costs about 50 ms and 16 MiB for that time. Free: g_free(). */
char *user_password_hash(const char *password, GError **error);
/* Whether the password belongs to the hash. hash NULL: does the same work, and says no. */
gboolean user_password_verify(const char *password, const char *hash);

#endif
