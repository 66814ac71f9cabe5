/* sign_in_throttle.c: counts tries of passwords.
 *
 * A row of sign_in_attempt counts the tries of a known browser: (login, its device). Three rows
 * count those of unknown ones: (login, address), (login, '') over all addresses, and ('', address)
 * over all accounts. The first one is claimed before the password is looked at, so that a try that
 * is cut off counts too, and tries side by side count one after the other.
 */
#include "lib/user/sign_in_throttle.h"

#include <string.h>

#include "lib/base/client_network.h"

#define FREE_FAILURES 5 /* of an account and an address before it must wait */
#define FREE_FAILURES_ACCOUNT 50
#define FREE_FAILURES_CLIENT 200 /* one address may be a whole office */
#define LONGEST_WAIT_S (15 * 60)
#define LONGEST_WAIT_CLIENT_S 60
#define FORGET_US ((guint64)24 * 3600 * G_USEC_PER_SEC)
#define UNKNOWN_FOR_US ((guint64)3600 * G_USEC_PER_SEC)

static const char SQL_LOAD[] =
        "SELECT failures, last_at, " DB_NOW " FROM sign_in_attempt WHERE login = ? AND client = ?";
static const char SQL_CLAIM_NEW[] =
        "INSERT IGNORE INTO sign_in_attempt (login, client, failures, last_at)"
        " VALUES (?, ?, 1, " DB_NOW ")";
/* While there are free tries left, several may go on side by side. */
static const char SQL_CLAIM[] =
        "UPDATE sign_in_attempt SET failures = IF(last_at = ?, ?, failures + 1), last_at = " DB_NOW
        " WHERE login = ? AND client = ? AND (last_at = ? OR failures < ?)";
static const char SQL_BEGIN_COUNT[] =
        "INSERT IGNORE INTO sign_in_attempt (login, client, failures, last_at) VALUES (?, ?, 0, 0)";
static const char SQL_COUNT[] =
        "UPDATE sign_in_attempt SET failures = IF(last_at + ? < " DB_NOW ", 1, failures + 1),"
        " last_at = " DB_NOW " WHERE login = ? AND client = ?";
enum { C_FAILURES, C_LAST_AT, C_NOW };
static const char SQL_FORGET[] = "DELETE FROM sign_in_attempt WHERE login = ? AND client = ?";

/* A row as it counts now; all 0 if there is none. */
typedef struct {
	guint64 failures, last_at, now;
} Count;

void sign_in_try_clear(SignInTry *try)
{
	g_clear_pointer(&try->login, g_free);
	g_clear_pointer(&try->place, g_free);
}

static gboolean load_count(Db *db, const char *login, const char *place, guint64 forget_us,
        Count *count, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LOAD, "sa", login, place);

	memset(count, 0, sizeof(*count));
	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows))
		return TRUE;
	count->failures = db_rows_u64(rows, C_FAILURES);
	count->last_at = db_rows_u64(rows, C_LAST_AT);
	count->now = db_rows_u64(rows, C_NOW);
	if (count->last_at + forget_us < count->now)
		count->failures = 0;
	return TRUE;
}

/* Seconds that must lie between the last failure and the next try. */
static guint64 wait_after(guint64 failures, guint64 free_failures, guint64 longest_s)
{
	if (failures < free_failures)
		return 0;
	guint64 over = MIN(failures - free_failures, 10);
	return MIN((guint64)10 << over, longest_s);
}

/* Seconds that are left of a wait; 0 = now. */
static guint left(const Count *count, guint64 wait_s)
{
	guint64 end = count->last_at + wait_s * G_USEC_PER_SEC;

	if (wait_s == 0 || end <= count->now)
		return 0;
	return (guint)((end - count->now + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

/* Counts a try before it is made. *wait_s > 0: another one was faster. */
static gboolean claim(Db *db, const SignInTry *try, const Count *count, guint free_failures,
        guint *wait_s, GError **error)
{
	gint64 claimed = 0;

	if (count->last_at == 0)
		claimed = db_execute(db, error, SQL_CLAIM_NEW, "sa", try->login, try->place);
	if (claimed == 0)
		claimed = db_execute(db, error, SQL_CLAIM, "uusauu", count->last_at,
		        count->failures + 1, try->login, try->place, count->last_at,
		        (guint64)free_failures);
	*wait_s = claimed > 0 ? 0 : SIGN_IN_KNOWN_WAIT_S;
	return claimed >= 0;
}

static gboolean has_signed_in(const SignInBrowser *browser, guint64 user_id)
{
	for (guint i = 0; browser->device != NULL && i < browser->users->len; i++)
		if (g_array_index(browser->users, guint64, i) == user_id)
			return user_id != 0;
	return FALSE;
}

/* A browser that has signed in before. try->known FALSE: it failed too often. */
static gboolean begin_known(Db *db, const SignInBrowser *browser, const char *login, SignInTry *try,
        guint *wait_s, GError **error)
{
	Count count;

	try->login = g_strdup(login);
	try->place = g_strdup_printf("device:%.*s", SIGN_IN_DEVICE_MAX, browser->device);
	if (!load_count(db, login, try->place, UNKNOWN_FOR_US, &count, error))
		return FALSE;
	try->known = count.failures < SIGN_IN_KNOWN_FAILURES;
	if (!try->known) {
		sign_in_try_clear(try);
		return TRUE;
	}
	*wait_s = left(&count, count.failures > 0 ? SIGN_IN_KNOWN_WAIT_S : 0);
	return *wait_s > 0 || claim(db, try, &count, 0, wait_s, error);
}

static gboolean begin_unknown(Db *db, const SignInBrowser *browser, const char *login,
        SignInTry *try, guint *wait_s, GError **error)
{
	Count own, account, client;

	try->login = g_strdup(login);
	try->place = client_network(browser->client);
	if (!load_count(db, login, try->place, FORGET_US, &own, error) ||
	        !load_count(db, login, "", FORGET_US, &account, error) ||
	        !load_count(db, "", try->place, FORGET_US, &client, error))
		return FALSE;
	*wait_s = MAX(left(&own, wait_after(own.failures, FREE_FAILURES, LONGEST_WAIT_S)),
	        MAX(left(&account,
	                    wait_after(account.failures, FREE_FAILURES_ACCOUNT, LONGEST_WAIT_S)),
	                left(&client, wait_after(client.failures, FREE_FAILURES_CLIENT,
	                                      LONGEST_WAIT_CLIENT_S))));
	return *wait_s > 0 || claim(db, try, &own, FREE_FAILURES, wait_s, error);
}

gboolean sign_in_try_begin(Db *db, const SignInBrowser *browser, const char *login, guint64 user_id,
        SignInTry *try, guint *wait_s, GError **error)
{
	memset(try, 0, sizeof(*try));
	*wait_s = 0;
	if (has_signed_in(browser, user_id) && !begin_known(db, browser, login, try, wait_s, error))
		return FALSE;
	return try->known || begin_unknown(db, browser, login, try, wait_s, error);
}

static gboolean count_failure(Db *db, const char *login, const char *place, GError **error)
{
	return db_execute(db, error, SQL_BEGIN_COUNT, "sa", login, place) >= 0 &&
	       db_execute(db, error, SQL_COUNT, "usa", FORGET_US, login, place) >= 0;
}

gboolean sign_in_try_end(Db *db, const SignInTry *try, gboolean right, GError **error)
{
	if (right)
		return db_execute(db, error, SQL_FORGET, "sa", try->login, try->place) >= 0;
	return try->known || (count_failure(db, try->login, "", error) &&
	                             count_failure(db, "", try->place, error));
}
