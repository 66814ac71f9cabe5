/* password_link.h: one-time links by which a user sets a first or forgotten password.
 *
 * A user has at most one: a new one voids the one before, and it is void when the user is
 * deactivated or gets another contact address. Only the token's hash is stored (token.h).
 * password_link_send.h makes them.
 */
#ifndef POSTSTELLE_LIB_USER_PASSWORD_LINK_H
#define POSTSTELLE_LIB_USER_PASSWORD_LINK_H

#include "lib/db/db.h"

/* The log-in of the user whose link it is; NULL without error: it isn't valid (any more). Free:
 * g_free(). */
char *password_link_login(Db *db, const char *token, GError **error);

/*
 * Sets the password and uses the link up; all sessions of the user end. PS_ERROR_NOT_FOUND: it
 * isn't valid (any more); of several at once exactly one is done. PS_ERROR_INVALID on
 * new_password (user_password.h): the link stays.
 */
gboolean password_link_use(Db *db, const char *token, const char *new_password, GError **error);

/* Voids the user's link, if there is one, within the transaction of what makes it so. */
gboolean password_link_void(Db *db, guint64 user_id, GError **error);

#endif
