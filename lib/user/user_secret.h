/* user_secret.h: the hash of a user's password as it is stored (user_password.h makes and verifies
 * it). Statements about it stand here alone.
 */
#ifndef POSTSTELLE_LIB_USER_USER_SECRET_H
#define POSTSTELLE_LIB_USER_USER_SECRET_H

#include "lib/db/db.h"

typedef struct {
	guint64 user_id; /* 0: there is no such user */
	gboolean active;
	char *hash; /* NULL: no password was set yet */
} UserSecret;

void user_secret_clear(UserSecret *secret);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(UserSecret, user_secret_clear)

/* By the log-in's one form (user_login.h), or by number. */
gboolean user_secret_find(Db *db, const char *login, UserSecret *secret, GError **error);
gboolean user_secret_load(Db *db, guint64 user_id, UserSecret *secret, GError **error);

/* Another password, within the caller's transaction. */
gboolean user_secret_store(Db *db, guint64 user_id, const char *hash, GError **error);

/* For a statement on table user: the hash is still the one of the two parameters "?" (both the
 * same; "": whatever it is). */
#define USER_SECRET_IS "(? = '' OR password_hash = ?)"

#endif
