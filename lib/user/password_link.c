/* password_link.c: see password_link.h. */
#include "lib/user/password_link.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/base/token.h"
#include "lib/base/user_password.h"
#include "lib/mail/own_mail.h"
#include "lib/office/change_log.h"
#include "lib/office/mail_text.h"
#include "lib/office/notice.h"
#include "lib/user/session.h"
#include "lib/user/user.h"

#define HOUR_US (G_GUINT64_CONSTANT(3600) * G_USEC_PER_SEC)

/* Waits for a deactivation, or another contact address, that is under way. */
static const char SQL_LOCK[] = "SELECT " DB_NOW " FROM user WHERE id = ? LOCK IN SHARE MODE";
static const char SQL_MAKE[] =
        "INSERT INTO password_link (user_id, token_hash, expires_at) VALUES (?, ?, ?)"
        " ON DUPLICATE KEY UPDATE token_hash = VALUES(token_hash), expires_at = VALUES(expires_at)";
#define VALID                                                                                      \
	"SELECT u.id, u.login FROM password_link l JOIN user u ON u.id = l.user_id"                \
	" WHERE l.token_hash = ? AND l.expires_at > " DB_NOW " AND u.active = 1"
static const char SQL_FIND[] = VALID;
static const char SQL_CLAIM[] = VALID " FOR UPDATE";
static const char SQL_USE[] = "DELETE FROM password_link WHERE token_hash = ?";
static const char SQL_VOID[] = "DELETE FROM password_link WHERE user_id = ?";
static const char SQL_PASSWORD[] = "UPDATE user SET password_hash = ? WHERE id = ?";

typedef struct {
	const Actor *actor;
	User *user; /* as it was when the link was made */
	TokenHash token;
	const char *hash, *action;
	guint64 user_id, expires_at;
} Work;

/* ---- make and send ---- */

static gboolean make(Db *db, gpointer data, GError **error)
{
	Work *work = data;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LOCK, "u", work->user_id);

	if (rows == NULL)
		return FALSE;
	work->expires_at = db_rows_next(rows) ? db_rows_u64(rows, 0) : 0;
	work->expires_at += PASSWORD_LINK_HOURS * HOUR_US;
	g_clear_pointer(&work->user, user_free);
	work->user = user_load(db, work->user_id, error);
	if (work->user == NULL)
		return FALSE;
	if (!work->user->active) {
		ps_invalid(error, "password_link", "inactive", "the user %s is inactive",
		        work->user->login);
		return FALSE;
	}
	return db_execute(db, error, SQL_MAKE, "ubu", work->user->id, work->token.octets,
	               sizeof(work->token.octets), work->expires_at) >= 0 &&
	       change_log_add(db, work->actor, 0, work->user->login, "user.link_made", "", NULL,
	               NULL, error) &&
	       notice_add_link(db, work->actor, work->user->id, error);
}

/* What became of it. */
static gboolean note(Db *db, gpointer data, GError **error)
{
	const Work *work = data;
	gboolean failed = strcmp(work->action, "user.link_failed") == 0;

	if (failed && db_execute(db, error, SQL_USE, "b", work->token.octets,
	                      sizeof(work->token.octets)) < 0)
		return FALSE;
	return change_log_add(db, work->actor, 0, work->user->login, work->action, "", NULL,
	        work->user->contact_email, error);
}

static gboolean hand_over(Db *db, const Config *config, const User *user, const char *link,
        guint64 expires_at, GError **error)
{
	g_autoptr(Setting) setting = setting_load(db, error);
	const MailFacts facts = {.kind = "password_link",
	        .languages = strcmp(user->locale, "en") == 0 ? "en" : "de",
	        .person = user->name,
	        .login = user->login,
	        .link = link,
	        .when = expires_at};
	g_autoptr(MailText) text =
	        setting != NULL ? mail_text_make(config, setting, &facts, error) : NULL;

	if (text == NULL)
		return FALSE;
	OwnMail mail = {.from_name = setting->office_name,
	        .to = user->contact_email,
	        .subject = text->subject,
	        .text = text->text};
	return own_mail_send(config, &mail, error);
}

gboolean password_link_send(Db *db, const Config *config, const Actor *actor, guint64 user_id,
        char **link, char **why, GError **error)
{
	g_autoptr(GError) failure = NULL;

	*link = NULL;
	*why = NULL;
	g_autofree char *token = token_new();
	g_autofree char *address = g_strconcat(config->base_url, "/welcome/", token, NULL);
	Work work = {.actor = actor, .user_id = user_id, .token = token_hash(token)};
	gboolean made = db_transaction(db, make, &work, error);
	g_autoptr(User) user = work.user;
	if (!made)
		return FALSE;
	gboolean sent = hand_over(db, config, user, address, work.expires_at, &failure);
	work.action = sent ? "user.link_sent" : "user.link_failed";
	if (!db_transaction(db, note, &work, error))
		return FALSE;
	if (sent)
		*link = g_steal_pointer(&address);
	else
		*why = g_strdup(failure->message);
	return TRUE;
}

/* ---- use ---- */

char *password_link_login(Db *db, const char *token, GError **error)
{
	TokenHash hash = token_hash(token);
	g_autoptr(DbRows) rows =
	        db_query(db, error, SQL_FIND, "b", hash.octets, sizeof(hash.octets));

	return rows != NULL && db_rows_next(rows) ? g_strdup(db_rows_text(rows, 1)) : NULL;
}

static gboolean not_valid(GError **error)
{
	g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "the link isn't valid any more");
	return FALSE;
}

static gboolean use(Db *db, gpointer data, GError **error)
{
	const Work *work = data;
	const gsize size = sizeof(work->token.octets);
	g_autoptr(DbRows) rows = db_query(db, error, SQL_CLAIM, "b", work->token.octets, size);

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows))
		return not_valid(error);
	g_autofree char *login = g_strdup(db_rows_text(rows, 1));
	const Actor actor = {db_rows_u64(rows, 0), login};
	gint64 used = db_execute(db, error, SQL_USE, "b", work->token.octets, size);
	if (used == 0)
		return not_valid(error);
	return used == 1 &&
	       db_execute(db, error, SQL_PASSWORD, "au", work->hash, actor.user_id) == 1 &&
	       session_end_all(db, actor.user_id, NULL, error) &&
	       change_log_add(db, &actor, 0, login, "user.password_by_link", "", NULL, NULL, error);
}

gboolean password_link_use(Db *db, const char *token, const char *new_password, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *login = password_link_login(db, token, &failure);

	if (failure != NULL) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (login == NULL) /* a hash costs too much for a guess */
		return not_valid(error);
	if (!user_password_check(new_password, "new_password", error))
		return FALSE;
	g_autofree char *hash = user_password_hash(new_password, error);
	Work work = {.token = token_hash(token), .hash = hash};
	return hash != NULL && db_transaction(db, use, &work, error);
}

gboolean password_link_void(Db *db, guint64 user_id, GError **error)
{
	return db_execute(db, error, SQL_VOID, "u", user_id) >= 0;
}
