/* account.c: changes the password and the language of whoever is signed in. */
#include "lib/user/account.h"

#include "lib/base/error.h"
#include "lib/base/user_password.h"
#include "lib/office/change_fields.h"
#include "lib/user/password_link.h"
#include "lib/user/session.h"
#include "lib/user/user.h"
#include "lib/user/user_secret.h"

static const char SQL_LOCALE[] = "UPDATE user SET locale = ?, version = version + 1 WHERE id = ?";

typedef struct {
	const Actor *actor;
	const char *hash, *locale, *keep_token;
} AccountWork;

static gboolean change_password(Db *db, gpointer data, GError **error)
{
	AccountWork *work = data;

	return user_secret_store(db, work->actor->user_id, work->hash, error) &&
	       session_end_all(db, work->actor->user_id, work->keep_token, error) &&
	       password_link_void(db, work->actor->user_id, error) &&
	       change_log_add(db, work->actor, 0, work->actor->login, "user.password", "", NULL,
	               NULL, error);
}

gboolean account_change_password(Db *db, const Actor *actor, const SignInBrowser *browser,
        const char *old_password, const char *new_password, const char *keep_token, guint *wait_s,
        GError **error)
{
	gboolean right = FALSE;

	*wait_s = 0;
	if (!user_password_check(new_password, "new_password", error) ||
	        !sign_in_verify(db, browser, actor->user_id, actor->login, old_password, &right,
	                wait_s, error))
		return FALSE;
	if (!right) {
		ps_invalid(error, "old_password", *wait_s > 0 ? "wait" : "wrong",
		        "the old password is wrong, or wasn't looked at");
		return FALSE;
	}
	g_autofree char *hash = user_password_hash(new_password, error);
	AccountWork work = {.actor = actor, .hash = hash, .keep_token = keep_token};
	return hash != NULL && db_transaction(db, change_password, &work, error);
}

static gboolean set_locale(Db *db, gpointer data, GError **error)
{
	const AccountWork *work = data;
	g_autoptr(User) user = user_load(db, work->actor->user_id, error);

	if (user == NULL)
		return FALSE;
	const ChangeField field = {"locale", user->locale, work->locale};
	return db_execute(db, error, SQL_LOCALE, "au", work->locale, user->id) >= 0 &&
	       change_fields_log(db, work->actor, 0, user->login, "user.changed", &field, 1, error);
}

gboolean account_set_locale(Db *db, const Actor *actor, const char *locale, GError **error)
{
	AccountWork work = {.actor = actor, .locale = locale};

	return db_transaction(db, set_locale, &work, error);
}
