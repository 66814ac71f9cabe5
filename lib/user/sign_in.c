/*
 * sign_in.c: verifies passwords and counts wrong tries.
 *
 * Three rows of sign_in_attempt count a wrong try: (login, client), (login, '') for all clients
 * that are not known to the account, and ('', client) for one client over all accounts. A known
 * client looks only at its own row. The row is claimed by one UPDATE that succeeds only when the
 * wait is over, so that tries side by side count one after the other.
 */
#include "lib/user/sign_in.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/base/user_login.h"
#include "lib/base/user_password.h"
#include "lib/user/session.h"
#include "lib/user/user_secret.h"

#define FREE_FAILURES 5          /* of an unknown client before it must wait */
#define FREE_FAILURES_CLIENT 30  /* of one client over all accounts */
#define FREE_FAILURES_ACCOUNT 50 /* of all unknown clients of one account */
#define LONGEST_WAIT_S (15 * 60)
#define FORGET_S (24 * 3600)

static const char SQL_SIGNED_IN[] = "UPDATE user SET signed_in_at = " DB_NOW " WHERE id = ?";
static const char SQL_ATTEMPT[] = "SELECT failures, known, last_at, " DB_NOW
                                  " FROM sign_in_attempt WHERE login = ? AND client = ?";
/* Counts before the password is looked at: a try that is cut off counts too. */
static const char SQL_CLAIM_NEW[] =
        "INSERT IGNORE INTO sign_in_attempt (login, client, failures, known, last_at) VALUES (?, ?, 0, 0, 0)";
static const char SQL_CLAIM[] = "UPDATE sign_in_attempt SET failures = ?, last_at = " DB_NOW
                                " WHERE login = ? AND client = ? AND last_at = ?";
static const char SQL_COUNT[] =
        "UPDATE sign_in_attempt SET failures = IF(last_at + ? < " DB_NOW
        ", 1, failures + 1), last_at = " DB_NOW " WHERE login = ? AND client = ?";
static const char SQL_KNOWN[] =
        "UPDATE sign_in_attempt SET failures = 0, known = 1, last_at = 0 WHERE login = ? AND client = ?";

typedef struct {
	guint64 failures, last_at, now;
	gboolean known;
} Attempt;

static gboolean load_attempt(
        Db *db, const char *login, const char *client, Attempt *attempt, GError **error)
{
	if (db_execute(db, error, SQL_CLAIM_NEW, "sa", login, client) < 0)
		return FALSE;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_ATTEMPT, "sa", login, client);
	if (rows == NULL)
		return FALSE;
	memset(attempt, 0, sizeof(*attempt));
	if (db_rows_next(rows)) {
		attempt->failures = db_rows_u64(rows, 0);
		attempt->known = db_rows_u64(rows, 1) != 0;
		attempt->last_at = db_rows_u64(rows, 2);
		attempt->now = db_rows_u64(rows, 3);
		if (attempt->last_at + (guint64)FORGET_S * G_USEC_PER_SEC < attempt->now)
			attempt->failures = 0;
	}
	return TRUE;
}

/* Seconds that must lie between the last wrong try and the next one. */
static guint64 wait_after(guint64 failures, guint64 free_failures)
{
	if (failures < free_failures)
		return 0;
	guint64 over = MIN(failures - free_failures, 10);
	return MIN((guint64)10 << over, LONGEST_WAIT_S);
}

/* Seconds that are left of a wait; 0 = now. */
static guint left(const Attempt *attempt, guint64 wait_s)
{
	guint64 end = attempt->last_at + wait_s * G_USEC_PER_SEC;

	if (wait_s == 0 || end <= attempt->now)
		return 0;
	return (guint)((end - attempt->now + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

static gboolean longest_wait(Db *db, const char *login, const char *client, const Attempt *own,
        guint *wait_s, GError **error)
{
	Attempt account, over_all;

	if (own->known) {
		*wait_s = left(own, own->failures > 0 ? SIGN_IN_KNOWN_WAIT_S : 0);
		return TRUE;
	}
	if (!load_attempt(db, login, "", &account, error) ||
	        !load_attempt(db, "", client, &over_all, error))
		return FALSE;
	*wait_s = MAX(left(own, wait_after(own->failures, FREE_FAILURES)),
	        MAX(left(&account, wait_after(account.failures, FREE_FAILURES_ACCOUNT)),
	                left(&over_all, wait_after(over_all.failures, FREE_FAILURES_CLIENT))));
	return TRUE;
}

static gboolean count_wrong(
        Db *db, const char *login, const char *client, const Attempt *own, GError **error)
{
	guint64 forget = (guint64)FORGET_S * G_USEC_PER_SEC;

	if (own->known)
		return TRUE;
	return db_execute(db, error, SQL_COUNT, "usa", forget, login, "") >= 0 &&
	       db_execute(db, error, SQL_COUNT, "usa", forget, "", client) >= 0;
}

gboolean sign_in(Db *db, const char *login, const char *password, const char *client,
        SignInResult *result, guint *wait_s, char **token, GError **error)
{
	g_autofree char *folded = user_login_normal(login);
	Attempt own;

	*result = SIGN_IN_WRONG;
	*wait_s = 0;
	*token = NULL;
	if (!load_attempt(db, folded, client, &own, error) ||
	        !longest_wait(db, folded, client, &own, wait_s, error))
		return FALSE;
	if (*wait_s > 0) {
		*result = SIGN_IN_WAIT;
		return TRUE;
	}
	gint64 claimed = db_execute(
	        db, error, SQL_CLAIM, "usau", own.failures + 1, folded, client, own.last_at);
	if (claimed < 0)
		return FALSE;
	if (claimed == 0) { /* another try of the same account and client is under way */
		*result = SIGN_IN_WAIT;
		*wait_s = SIGN_IN_KNOWN_WAIT_S;
		return TRUE;
	}

	g_auto(UserSecret) secret = {0};
	if (!user_secret_find(db, folded, &secret, error))
		return FALSE;
	gboolean right = user_password_verify(password, secret.hash);
	/* Checking takes long: the password may be another one by now. */
	if (right && !session_create(db, secret.user_id, secret.hash, token, error))
		return FALSE;
	if (*token == NULL)
		return count_wrong(db, folded, client, &own, error);
	*result = SIGN_IN_OK;
	return db_execute(db, error, SQL_KNOWN, "sa", folded, client) >= 0 &&
	       db_execute(db, error, SQL_SIGNED_IN, "u", secret.user_id) >= 0;
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
