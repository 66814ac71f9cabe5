/* session.h: who is signed in with which cookie.
 *
 * Its secret is a token (token.h). A session ends after Config.session_idle_minutes without a
 * request, at the latest after Config.session_hours, at once when its user is deactivated, and by
 * sign-out.
 */
#ifndef POSTSTELLE_LIB_USER_SESSION_H
#define POSTSTELLE_LIB_USER_SESSION_H

#include "lib/base/config.h"
#include "lib/db/db.h"
#include "lib/user/user_role.h"

/* What every page needs to know, read by one statement over primary keys. */
typedef struct {
	guint64 user_id;
	char *login;
	char *name;
	char *locale; /* "", "de" or "en" */
	UserJournal journal_right;
	gboolean is_admin;
	char *token; /* as in the cookie */
	/* of the office's settings (setting.h) */
	guint64 setting_version;
	guint64 domain_stamp;
	char *timezone;
	char *office_name;
	guint64 changed;  /* the change log's newest line: tells old numbers from new ones */
	gboolean has_run; /* something is being done to many mailboxes (bulk.h, import.h) */
} Session;

/* What a statement reads of it first, and from which rows (one parameter: the octets of the token's
 * TokenHash): three primary keys and the ends of two keys; the time is the database's. run: SQL for
 * has_run, SESSION_RUN or, where nobody asks for it, "0". */
#define SESSION_RUN "COALESCE((SELECT MAX(began_at) FROM bulk_run WHERE ended_at = 0), 0) > 0"
#define SESSION_COLUMNS(run)                                                                       \
	"su.id, su.login, su.name, su.locale, su.journal_right, su.role, s.created_at, s.seen_at," \
	" st.version, st.domain_stamp, st.timezone, st.office_name,"                               \
	" COALESCE((SELECT MAX(id) FROM change_log), 0),"                                          \
	" " run ", " DB_NOW
#define SESSION_COLUMN_COUNT 15
#define SESSION_TABLES "session s JOIN user su ON su.id = s.user_id JOIN setting st ON st.id = 1"
#define SESSION_IS "s.token_hash = ? AND su.active = 1"

/* *session: NULL if the token belongs to no live session. Notes at most once a minute that it
 * was used. FALSE and error: the database can't say. Free: session_free(). */
gboolean session_load(
        Db *db, const Config *config, const char *token, Session **session, GError **error);
/* The same of a row that has these columns first. */
gboolean session_read(Db *db, const Config *config, const char *token, DbRows *rows,
        Session **session, GError **error);
void session_free(Session *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_free)

/* A new session of the user; *token for the cookie, NULL if the user isn't active or has another
 * password by now than the one of the hash that was verified (NULL: no password was asked for).
 * Free: g_free(). */
gboolean session_create(
        Db *db, guint64 user_id, const char *password_hash, char **token, GError **error);
/* Ends one session (nothing happens if there is none), or all of a user but one (may be NULL). */
gboolean session_end(Db *db, const char *token, GError **error);
gboolean session_end_all(Db *db, guint64 user_id, const char *except_token, GError **error);

#endif
