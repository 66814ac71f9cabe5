/* password_link_send.c: makes a link for a password, sends it, notes what became of it. */
#include "lib/user/password_link_send.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/base/token.h"
#include "lib/office/change_log.h"
#include "lib/office/mail_send.h"
#include "lib/office/notice.h"
#include "lib/user/password_link.h"
#include "lib/user/user.h"

#define HOUR_US (G_GUINT64_CONSTANT(3600) * G_USEC_PER_SEC)

/* Waits for a deactivation, another contact address, or another link that is under way. */
static const char SQL_LOCK[] = "SELECT " DB_NOW " FROM user WHERE id = ? FOR UPDATE";
static const char SQL_MAKE[] =
        "INSERT INTO password_link (user_id, token_hash, expires_at) VALUES (?, ?, ?)";
static const char SQL_FORGET[] = "DELETE FROM password_link WHERE token_hash = ?";

typedef struct {
	const Actor *actor;
	User *user; /* as it was when the link was made */
	TokenHash token;
	const char *action;
	guint64 user_id, expires_at;
} SendWork;

static gboolean make_link(Db *db, gpointer data, GError **error)
{
	SendWork *work = data;
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
	return password_link_void(db, work->user->id, error) &&
	       db_execute(db, error, SQL_MAKE, "ubu", work->user->id, work->token.octets,
	               sizeof(work->token.octets), work->expires_at) >= 0 &&
	       change_log_add(db, work->actor, 0, work->user->login, "user.link_made", "", NULL,
	               NULL, error) &&
	       notice_add_user(db, NOTICE_LINK, work->actor, work->user->id, error);
}

/* What became of it. */
static gboolean note_result(Db *db, gpointer data, GError **error)
{
	const SendWork *work = data;
	gboolean failed = strcmp(work->action, "user.link_failed") == 0;

	if (failed && db_execute(db, error, SQL_FORGET, "b", work->token.octets,
	                      sizeof(work->token.octets)) < 0)
		return FALSE;
	return change_log_add(db, work->actor, 0, work->user->login, work->action, "", NULL,
	        work->user->contact_email, error);
}

static gboolean hand_over_link(Db *db, const Config *config, const Actor *actor, const User *user,
        const char *link, guint64 expires_at, GError **error)
{
	const MailFacts facts = {.kind = "password_link",
	        .languages = strcmp(user->locale, "en") == 0 ? "en" : "de",
	        .person = user->name,
	        .login = user->login,
	        .link = link,
	        .when = expires_at};

	return mail_send(db, config, actor, user->contact_email, &facts, NULL, error);
}

gboolean password_link_send(Db *db, const Config *config, const Actor *actor, guint64 user_id,
        char **link, char **why, GError **error)
{
	g_autoptr(GError) failure = NULL;

	*link = NULL;
	*why = NULL;
	g_autofree char *token = token_new();
	g_autofree char *address = g_strconcat(config->base_url, "/welcome/", token, NULL);
	SendWork work = {.actor = actor, .user_id = user_id, .token = token_hash(token)};
	gboolean made = db_transaction(db, make_link, &work, error);
	g_autoptr(User) user = work.user;
	if (!made)
		return FALSE;
	gboolean sent = hand_over_link(db, config, actor, user, address, work.expires_at, &failure);
	work.action = sent ? "user.link_sent" : "user.link_failed";
	if (!db_transaction(db, note_result, &work, error))
		return FALSE;
	if (sent)
		*link = g_steal_pointer(&address);
	else
		*why = g_strdup(failure->message);
	return TRUE;
}
