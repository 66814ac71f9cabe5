/* import_hash.h: a password that a mailbox has already, as another mail server stored it. */
#ifndef POSTSTELLE_LIB_MAILBOX_IMPORT_HASH_H
#define POSTSTELLE_LIB_MAILBOX_IMPORT_HASH_H

#include <glib.h>

/*
 * What is stored so that Dovecot takes the same password: {SCHEME} and what belongs to it, as it
 * came. One without {SCHEME} gets the named one; without a name that is CRYPT if it begins with "$"
 * (crypt(5)). A password in clear text is hashed (SHA512-CRYPT, about 2 ms): none is stored. NULL:
 * it is none of these. Free: g_free().
 */
char *import_hash(const char *text, const char *scheme);

#endif
