/* user.h: the people who sign in. */
#ifndef POSTSTELLE_LIB_USER_H
#define POSTSTELLE_LIB_USER_H

#include "lib/actor.h"
#include "lib/db.h"

typedef struct {
	const char *login; /* as typed; stored by user_login_normal() */
	const char *name;
	const char *role; /* admin, staff */
	const char *contact_email;
	const char *password; /* NULL: none yet */
} NewUser;

/* PS_ERROR_INVALID on login (empty, too_long, control, taken), name (empty, too_long), role
 * (choice), contact_email (address.h) or password (user_password.h). */
gboolean user_create(
        Db *db, const Actor *actor, const NewUser *wanted, guint64 *id, GError **error);

/* Changes the own password: PS_ERROR_INVALID on old_password (wrong) or new_password. All other
 * sessions of the user end. */
gboolean user_change_password(Db *db, const Actor *actor, const char *old_password,
        const char *new_password, const char *keep_token, GError **error);
/* The own language: "", "de" or "en". */
gboolean user_set_locale(Db *db, const Actor *actor, const char *locale, GError **error);

#endif
