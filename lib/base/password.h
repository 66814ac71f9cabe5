/* password.h: passwords of mailboxes. They are only ever generated, never chosen.
 *
 * Five groups of five characters, "abcde-fghjk-mnpqr-stuvw-xyz23", from the 31 lower-case letters
 * and digits that no font confuses (no 0, o, 1, l, i), so easy to type on a phone; 123 bits. For
 * such a password one salted SHA-512 is enough: nobody tries 2^123 of them, and a slow hash would
 * cost every log-in 40 ms and more.
 */
#ifndef POSTSTELLE_LIB_BASE_PASSWORD_H
#define POSTSTELLE_LIB_BASE_PASSWORD_H

#include <glib.h>

/* A new password from the system's random numbers. Free: password_free(), which wipes it. */
char *password_generate(void);
void password_free(char *password);

/* Dovecot's {SSHA512} form with 16 octets of salt. Free: g_free(). */
char *password_hash(const char *password);

#endif
