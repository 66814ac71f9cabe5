/*
 * sign_in.h: sign-in by password, throttled per account and client address in the database, so
 * that all workers share it.
 *
 * An address that has signed in to the account before is never locked out, but waits
 * SIGN_IN_KNOWN_WAIT_S between wrong tries, one at a time. Others are locked out for growing
 * times; there are limits per address over all accounts and per account over all unknown
 * addresses as well. Whether the login exists is neither said nor to be measured.
 */
#ifndef POSTSTELLE_LIB_USER_SIGN_IN_H
#define POSTSTELLE_LIB_USER_SIGN_IN_H

#include "lib/db/db.h"

#define SIGN_IN_KNOWN_WAIT_S 2

typedef enum {
	SIGN_IN_OK,
	SIGN_IN_WRONG, /* login or password, or the user isn't active */
	SIGN_IN_WAIT,  /* not looked at; try again after *wait_s seconds */
} SignInResult;

/* login as typed. client: the browser's address as text. *token: of the new session, only with
 * SIGN_IN_OK. Free: g_free(). */
gboolean sign_in(Db *db, const char *login, const char *password, const char *client,
        SignInResult *result, guint *wait_s, char **token, GError **error);

/* Single sign-on: the active user of that login as the web server found it (*user_id 0: there is
 * none). Noted as a sign-in unless it is the one who is signed in already (0: nobody). */
gboolean sign_in_trusted(
        Db *db, const char *login, guint64 signed_in, guint64 *user_id, GError **error);

#endif
