/* account.h: what users change of their own: the password and the language. */
#ifndef POSTSTELLE_LIB_USER_ACCOUNT_H
#define POSTSTELLE_LIB_USER_ACCOUNT_H

#include "lib/db/db.h"
#include "lib/office/actor.h"
#include "lib/user/sign_in.h"

/* Changes the password: PS_ERROR_INVALID on new_password, or on old_password: wrong, or wait, for
 * *wait_s seconds; it is tried as at a sign-in. All other sessions of the user end. */
gboolean account_change_password(Db *db, const Actor *actor, const SignInBrowser *browser,
        const char *old_password, const char *new_password, const char *keep_token, guint *wait_s,
        GError **error);
/* The language: "", "de" or "en". */
gboolean account_set_locale(Db *db, const Actor *actor, const char *locale, GError **error);

#endif
