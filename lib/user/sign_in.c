/* sign_in.c: verifies passwords, throttled, and begins sessions. */
#include "lib/user/sign_in.h"

#include "lib/base/user_login.h"
#include "lib/base/user_password.h"
#include "lib/user/session.h"
#include "lib/user/user_secret.h"

static const char SQL_SIGNED_IN[] = "UPDATE user SET signed_in_at = " DB_NOW " WHERE id = ?";

gboolean sign_in(Db *db, const SignInBrowser *browser, const char *login, const char *password,
        SignIn *result, GError **error)
{
	g_autofree char *normal = user_login_normal(login);
	g_auto(UserSecret) secret = {0};
	g_auto(SignInTry) try = {0};

	*result = (SignIn){0};
	if (!user_secret_find(db, normal, &secret, error) ||
	        !sign_in_try_begin(
	                db, browser, normal, secret.user_id, &try, &result->wait_s, error))
		return FALSE;
	if (result->wait_s > 0)
		return TRUE;
	gboolean right = user_password_verify(password, secret.hash);
	/* Checking takes long: the password may be another one by now. */
	if (right && !session_create(db, secret.user_id, secret.hash, &result->token, error))
		return FALSE;
	if (!sign_in_try_end(db, &try, result->token != NULL, error))
		return FALSE;
	if (result->token == NULL)
		return TRUE;
	result->user_id = secret.user_id;
	return db_execute(db, error, SQL_SIGNED_IN, "u", secret.user_id) >= 0;
}

gboolean sign_in_verify(Db *db, const SignInBrowser *browser, guint64 user_id, const char *login,
        const char *password, gboolean *right, guint *wait_s, GError **error)
{
	g_auto(UserSecret) secret = {0};
	g_auto(SignInTry) try = {0};

	*right = FALSE;
	if (!user_secret_load(db, user_id, &secret, error) ||
	        !sign_in_try_begin(db, browser, login, user_id, &try, wait_s, error))
		return FALSE;
	if (*wait_s > 0)
		return TRUE;
	*right = user_password_verify(password, secret.active ? secret.hash : NULL);
	return sign_in_try_end(db, &try, *right, error);
}

gboolean sign_in_trusted(
        Db *db, const char *login, guint64 signed_in, guint64 *user_id, GError **error)
{
	*user_id = 0;
	if (!g_utf8_validate(login, -1, NULL))
		return TRUE;
	g_autofree char *folded = user_login_normal(login);
	g_auto(UserSecret) secret = {0};
	if (!user_secret_find(db, folded, &secret, error))
		return FALSE;
	if (!secret.active)
		return TRUE;
	*user_id = secret.user_id;
	return *user_id == signed_in || db_execute(db, error, SQL_SIGNED_IN, "u", *user_id) >= 0;
}
