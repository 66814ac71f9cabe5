/* sign_in_throttle.h: how often a password may be tried, counted in the database, so that all
 * workers share it.
 *
 * A browser that has signed in to the account before (its signed cookie says so) is never locked
 * out: it may try once in SIGN_IN_KNOWN_WAIT_S seconds, and after SIGN_IN_KNOWN_FAILURES failures
 * in a row it counts as unknown for an hour. Its address doesn't matter; colleagues share one.
 *
 * An unknown browser has some tries for each account and address (client_network.h); then it is
 * locked out for growing times. There are limits per account over all unknown browsers, and per
 * address over all accounts as well. None of that depends on whether there is such an account, and
 * a try that is refused writes nothing.
 */
#ifndef POSTSTELLE_LIB_USER_SIGN_IN_THROTTLE_H
#define POSTSTELLE_LIB_USER_SIGN_IN_THROTTLE_H

#include "lib/db/db.h"

#define SIGN_IN_KNOWN_WAIT_S 2
#define SIGN_IN_KNOWN_FAILURES 20
#define SIGN_IN_DEVICE_MAX 32 /* octets of a device's id */

/* Who tries. */
typedef struct {
	const char *client;  /* the browser's address as text; "" = nobody knows */
	const char *device;  /* the id in its signed cookie; NULL: it has none */
	const GArray *users; /* guint64: to which accounts it has signed in; not NULL with device */
} SignInBrowser;

/* A try that counts until it is said to have been right. */
typedef struct {
	char *login, *place;
	gboolean known;
} SignInTry;

void sign_in_try_clear(SignInTry *try);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SignInTry, sign_in_try_clear)

/* Asks whether a password may be tried now. login: in its one form (user_login.h); user_id: whose
 * it is, 0 = nobody's. *wait_s > 0: it may not, but after so many seconds. */
gboolean sign_in_try_begin(Db *db, const SignInBrowser *browser, const char *login, guint64 user_id,
        SignInTry *try, guint *wait_s, GError **error);
/* What became of a try that began. */
gboolean sign_in_try_end(Db *db, const SignInTry *try, gboolean right, GError **error);

#endif
