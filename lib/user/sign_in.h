/* sign_in.h: sign-in by password, as often as sign_in_throttle.h lets one try, or by what the web
 * server found. Whether a log-in exists is neither said nor to be measured.
 */
#ifndef POSTSTELLE_LIB_USER_SIGN_IN_H
#define POSTSTELLE_LIB_USER_SIGN_IN_H

#include "lib/user/sign_in_throttle.h"

/* What became of a try. */
typedef struct {
	char *token;     /* of the new session; NULL: wrong log-in or password, or the user isn't
	                    active, or wait_s > 0. Free: g_free() */
	guint64 user_id; /* with token */
	guint wait_s;    /* the password wasn't looked at; seconds until the next try */
} SignIn;

/* login as typed. */
gboolean sign_in(Db *db, const SignInBrowser *browser, const char *login, const char *password,
        SignIn *result, GError **error);

/* The same for somebody who is signed in already and gives the password once more; login in its one
 * form. *wait_s as above. */
gboolean sign_in_verify(Db *db, const SignInBrowser *browser, guint64 user_id, const char *login,
        const char *password, gboolean *right, guint *wait_s, GError **error);

/* Single sign-on: the active user of that login as the web server found it (*user_id 0: there is
 * none). Noted as a sign-in unless it is the one who is signed in already (0: nobody). */
gboolean sign_in_trusted(
        Db *db, const char *login, guint64 signed_in, guint64 *user_id, GError **error);

#endif
