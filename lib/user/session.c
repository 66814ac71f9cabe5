/* session.c: starts, finds, renews and ends sessions. */
#include "lib/user/session.h"

#include <string.h>

#include "lib/base/token.h"
#include "lib/user/user_hold.h"

#define TOUCH_AFTER_US ((guint64)60 * G_USEC_PER_SEC)

static const char SQL_LOAD[] =
        "SELECT " SESSION_COLUMNS(SESSION_RUN) " FROM " SESSION_TABLES " WHERE " SESSION_IS;
enum {
	C_USER,
	C_LOGIN,
	C_NAME,
	C_LOCALE,
	C_JOURNAL,
	C_ROLE,
	C_CREATED,
	C_SEEN,
	C_SETTING,
	C_DOMAIN,
	C_ZONE,
	C_OFFICE,
	C_CHANGED,
	C_RUN,
	C_NOW,
	C_COUNT
};
G_STATIC_ASSERT(C_COUNT == SESSION_COLUMN_COUNT);

static const char SQL_TOUCH[] = "UPDATE session SET seen_at = " DB_NOW " WHERE token_hash = ?";
static const char SQL_CREATE[] = "INSERT INTO session (token_hash, user_id, created_at, seen_at)"
                                 " VALUES (?, ?, " DB_NOW ", " DB_NOW ")";
static const char SQL_END[] = "DELETE FROM session WHERE token_hash = ?";
static const char SQL_END_ALL[] = "DELETE FROM session WHERE user_id = ? AND token_hash <> ?";

static gboolean is_over(const Config *config, guint64 created, guint64 seen, guint64 now)
{
	guint64 idle = (guint64)config->session_idle_minutes * 60 * G_USEC_PER_SEC;
	guint64 whole = (guint64)config->session_hours * 3600 * G_USEC_PER_SEC;

	return now > seen + idle || now > created + whole;
}

static gboolean touch(Db *db, const char *token, GError **error)
{
	TokenHash hash = token_hash(token);

	return db_execute(db, error, SQL_TOUCH, "b", hash.octets, sizeof(hash.octets)) >= 0;
}

gboolean session_read(Db *db, const Config *config, const char *token, DbRows *rows,
        Session **session, GError **error)
{
	guint64 seen = db_rows_u64(rows, C_SEEN), now = db_rows_u64(rows, C_NOW);

	*session = NULL;
	if (is_over(config, db_rows_u64(rows, C_CREATED), seen, now))
		return TRUE;
	if (now > seen + TOUCH_AFTER_US && !touch(db, token, error))
		return FALSE;
	Session *found = g_new0(Session, 1);
	UserRole role;
	found->user_id = db_rows_u64(rows, C_USER);
	found->login = g_strdup(db_rows_text(rows, C_LOGIN));
	found->name = g_strdup(db_rows_text(rows, C_NAME));
	found->locale = g_strdup(db_rows_text(rows, C_LOCALE));
	user_journal_read(db_rows_text(rows, C_JOURNAL), &found->journal_right);
	found->is_admin = user_role_read(db_rows_text(rows, C_ROLE), &role) && role == USER_ADMIN;
	found->token = g_strdup(token);
	found->setting_version = db_rows_u64(rows, C_SETTING);
	found->domain_stamp = db_rows_u64(rows, C_DOMAIN);
	found->timezone = g_strdup(db_rows_text(rows, C_ZONE));
	found->office_name = g_strdup(db_rows_text(rows, C_OFFICE));
	found->changed = db_rows_u64(rows, C_CHANGED);
	found->has_run = db_rows_u64(rows, C_RUN) != 0;
	*session = found;
	return TRUE;
}

gboolean session_load(
        Db *db, const Config *config, const char *token, Session **session, GError **error)
{
	TokenHash hash = token_hash(token);
	g_autoptr(DbRows) rows =
	        db_query(db, error, SQL_LOAD, "b", hash.octets, sizeof(hash.octets));

	*session = NULL;
	if (rows == NULL)
		return FALSE;
	return !db_rows_next(rows) || session_read(db, config, token, rows, session, error);
}

void session_free(Session *session)
{
	if (session == NULL)
		return;
	g_free(session->login);
	g_free(session->name);
	g_free(session->locale);
	g_free(session->token);
	g_free(session->timezone);
	g_free(session->office_name);
	g_free(session);
}

typedef struct {
	TokenHash hash;
	guint64 user_id;
	const char *password_hash;
	gboolean made;
} SessionWork;

static gboolean create_session(Db *db, gpointer data, GError **error)
{
	SessionWork *work = data;

	return user_hold(db, work->user_id, work->password_hash, &work->made, error) &&
	       (!work->made || db_execute(db, error, SQL_CREATE, "bu", work->hash.octets,
	                               sizeof(work->hash.octets), work->user_id) == 1);
}

gboolean session_create(
        Db *db, guint64 user_id, const char *password_hash, char **token, GError **error)
{
	g_autofree char *fresh = token_new();
	SessionWork work = {
	        .hash = token_hash(fresh), .user_id = user_id, .password_hash = password_hash};
	gboolean ok = db_transaction(db, create_session, &work, error);

	*token = ok && work.made ? g_steal_pointer(&fresh) : NULL;
	return ok;
}

gboolean session_end(Db *db, const char *token, GError **error)
{
	TokenHash hash = token_hash(token);

	return db_execute(db, error, SQL_END, "b", hash.octets, sizeof(hash.octets)) >= 0;
}

gboolean session_end_all(Db *db, guint64 user_id, const char *except_token, GError **error)
{
	TokenHash hash = token_hash(except_token != NULL ? except_token : "");

	return db_execute(db, error, SQL_END_ALL, "ub", user_id, hash.octets,
	               sizeof(hash.octets)) >= 0;
}
