/* account.h: what users change of their own: the password and the language. */
#ifndef POSTSTELLE_LIB_USER_ACCOUNT_H
#define POSTSTELLE_LIB_USER_ACCOUNT_H

#include "lib/db/db.h"
#include "lib/office/actor.h"

/* Changes the password: PS_ERROR_INVALID on old_password (wrong) or new_password. All other
 * sessions of the user end. */
gboolean account_change_password(Db *db, const Actor *actor, const char *old_password,
        const char *new_password, const char *keep_token, GError **error);
/* The language: "", "de" or "en". */
gboolean account_set_locale(Db *db, const Actor *actor, const char *locale, GError **error);

#endif
