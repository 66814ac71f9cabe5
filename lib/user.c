/* user.c: see user.h. */
#include "lib/user.h"

#include <string.h>

#include "lib/address.h"
#include "lib/change_log.h"
#include "lib/error.h"
#include "lib/session.h"
#include "lib/user_login.h"
#include "lib/user_password.h"

#define TEXT_MAX 255 /* characters of a login and a name */

static const char SQL_CREATE[] =
        "INSERT INTO user (login, name, role, journal_right, contact_email, password_hash, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, " DB_NOW ")";
static const char SQL_HASH[] = "SELECT password_hash FROM user WHERE id = ? AND active = 1";
static const char SQL_PASSWORD[] =
        "UPDATE user SET password_hash = ?, version = version + 1 WHERE id = ?";
static const char SQL_LOCALE[] = "UPDATE user SET locale = ?, version = version + 1 WHERE id = ?";

typedef struct {
	const Actor *actor;
	const NewUser *wanted;
	const char *login, *contact, *hash, *locale, *keep_token;
	guint64 id;
} Work;

static gboolean check_text(const char *text, const char *field, GError **error)
{
	if (*text == '\0') {
		ps_invalid(error, field, "empty", "%s is empty", field);
		return FALSE;
	}
	if (!g_utf8_validate(text, -1, NULL)) {
		ps_invalid(error, field, "control", "%s is not UTF-8", field);
		return FALSE;
	}
	if (g_utf8_strlen(text, -1) > TEXT_MAX) {
		ps_invalid(error, field, "too_long", "%s has more than %d characters", field,
		        TEXT_MAX);
		return FALSE;
	}
	for (const char *c = text; *c != '\0'; c = g_utf8_next_char(c)) {
		if (g_unichar_iscntrl(g_utf8_get_char(c))) {
			ps_invalid(error, field, "control", "%s has a control character", field);
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean create(Db *db, gpointer data, GError **error)
{
	Work *work = data;
	gboolean admin = strcmp(work->wanted->role, "admin") == 0;

	if (db_execute(db, error, SQL_CREATE, "ssaasa", work->login, work->wanted->name,
	            work->wanted->role, admin ? "all" : "own", work->contact, work->hash) != 1)
		return FALSE;
	work->id = db_insert_id(db);
	return change_log_add(db, work->actor, 0, work->login, "user.created", "role", NULL,
	        work->wanted->role, error);
}

gboolean user_create(Db *db, const Actor *actor, const NewUser *wanted, guint64 *id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *hash = NULL;

	if (!check_text(wanted->login, "login", error) || !check_text(wanted->name, "name", error))
		return FALSE;
	if (strcmp(wanted->role, "admin") != 0 && strcmp(wanted->role, "staff") != 0) {
		ps_invalid(error, "role", "choice", "the role is neither admin nor staff");
		return FALSE;
	}
	g_autofree char *contact = address_any(wanted->contact_email, "contact_email", error);
	if (contact == NULL)
		return FALSE;
	if (wanted->password != NULL) {
		if (!user_password_check(wanted->password, "password", error))
			return FALSE;
		hash = user_password_hash(wanted->password, error);
		if (hash == NULL)
			return FALSE;
	}
	g_autofree char *login = user_login_normal(wanted->login);
	Work work = {
	        .actor = actor, .wanted = wanted, .login = login, .contact = contact, .hash = hash};
	if (!db_transaction(db, create, &work, &failure)) {
		if (db_error_is_duplicate(failure, "user_login"))
			ps_invalid(error, "login", "taken", "the login %s exists already", login);
		else
			g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	*id = work.id;
	return TRUE;
}

static gboolean change_password(Db *db, gpointer data, GError **error)
{
	Work *work = data;

	return db_execute(db, error, SQL_PASSWORD, "au", work->hash, work->actor->user_id) >= 0 &&
	       session_end_all(db, work->actor->user_id, work->keep_token, error) &&
	       change_log_add(db, work->actor, 0, work->actor->login, "user.password", "", NULL,
	               NULL, error);
}

gboolean user_change_password(Db *db, const Actor *actor, const char *old_password,
        const char *new_password, const char *keep_token, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_HASH, "u", actor->user_id);

	if (rows == NULL)
		return FALSE;
	if (!user_password_verify(
	            old_password, db_rows_next(rows) ? db_rows_text(rows, 0) : NULL)) {
		ps_invalid(error, "old_password", "wrong", "the old password is wrong");
		return FALSE;
	}
	if (!user_password_check(new_password, "new_password", error))
		return FALSE;
	g_autofree char *hash = user_password_hash(new_password, error);
	Work work = {.actor = actor, .hash = hash, .keep_token = keep_token};
	return hash != NULL && db_transaction(db, change_password, &work, error);
}

static gboolean set_locale(Db *db, gpointer data, GError **error)
{
	Work *work = data;

	return db_execute(db, error, SQL_LOCALE, "au", work->locale, work->actor->user_id) >= 0 &&
	       change_log_add(db, work->actor, 0, work->actor->login, "user.changed", "locale",
	               NULL, work->locale, error);
}

gboolean user_set_locale(Db *db, const Actor *actor, const char *locale, GError **error)
{
	Work work = {.actor = actor, .locale = locale};

	return db_transaction(db, set_locale, &work, error);
}
