/* user.c: loads, makes, saves and deactivates users. */
#include "lib/user/user.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/base/error.h"
#include "lib/base/text_check.h"
#include "lib/base/user_login.h"
#include "lib/base/user_password.h"
#include "lib/office/change_fields.h"
#include "lib/office/mail_queue.h"
#include "lib/office/mailbox_mark.h"
#include "lib/user/password_link.h"
#include "lib/user/user_end.h"
#include "lib/user/user_find.h"
#include "lib/user/user_secret.h"

/* USER_COLUMNS */
enum {
	C_ID,
	C_VERSION,
	C_LOGIN,
	C_NAME,
	C_EMAIL_NAME,
	C_CONTACT,
	C_ROLE,
	C_JOURNAL,
	C_LOCALE,
	C_ACTIVE,
	C_SIGNED_IN,
	C_COUNT
};
G_STATIC_ASSERT(C_COUNT == USER_COLUMN_COUNT);

static const char SQL_LOAD[] = "SELECT " USER_COLUMNS " FROM user u WHERE u.id = ?";
static const char SQL_LOAD_LOGIN[] = "SELECT " USER_COLUMNS " FROM user u WHERE u.login = ?";
static const char SQL_CREATE[] =
        "INSERT INTO user (login, name, email_name, contact_email, role, journal_right, locale,"
        " active, created_at, deactivated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, " DB_NOW ", NULL)";
static const char SQL_UPDATE[] =
        "UPDATE user SET login = ?, name = ?, email_name = ?, contact_email = ?, role = ?,"
        " journal_right = ?, locale = ?, active = ?, version = version + 1,"
        " deactivated_at = IF(?, " DB_NOW ", IF(?, NULL, deactivated_at))"
        " WHERE id = ? AND version = ?";
static const char SQL_WAS_INACTIVE[] =
        "INSERT INTO user_inactive (user_id, began_at, ended_at)"
        " SELECT id, COALESCE(deactivated_at, created_at), " DB_NOW " FROM user WHERE id = ?";
static const char SQL_DEACTIVATE[] = "UPDATE user SET active = 0, deactivated_at = " DB_NOW
                                     ", version = version + 1 WHERE id = ? AND version = ?";
static const char SQL_GUARD[] = "UPDATE guard SET value = value + 1 WHERE name = 'administrators'";
static const char SQL_OTHER_ADMIN[] =
        "SELECT 1 FROM user WHERE role = 'admin' AND active = 1 AND id <> ? LIMIT 1";

typedef struct {
	const Actor *actor;
	const User *wanted; /* checked */
	const char *hash;
	guint64 id;
} UserWork;

/* ---- one user ---- */

User *user_from_row(DbRows *rows)
{
	User *user = g_new0(User, 1);

	user->id = db_rows_u64(rows, C_ID);
	user->version = db_rows_u64(rows, C_VERSION);
	user->login = g_strdup(db_rows_text(rows, C_LOGIN));
	user->name = g_strdup(db_rows_text(rows, C_NAME));
	user->email_name = g_strdup(db_rows_text(rows, C_EMAIL_NAME));
	user->contact_email = g_strdup(db_rows_text(rows, C_CONTACT));
	user_role_read(db_rows_text(rows, C_ROLE), &user->role);
	user_journal_read(db_rows_text(rows, C_JOURNAL), &user->journal_right);
	user->locale = g_strdup(db_rows_text(rows, C_LOCALE));
	user->active = db_rows_u64(rows, C_ACTIVE) != 0;
	user->signed_in_at = db_rows_u64(rows, C_SIGNED_IN);
	return user;
}

void user_free(User *user)
{
	if (user == NULL)
		return;
	g_free(user->login);
	g_free(user->name);
	g_free(user->email_name);
	g_free(user->contact_email);
	g_free(user->locale);
	g_free(user);
}

/* The user of a result, which it takes over. */
static User *take_user(DbRows *result, GError **error)
{
	g_autoptr(DbRows) rows = result;

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows))
		return user_from_row(rows);
	g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "no such user");
	return NULL;
}

User *user_load(Db *db, guint64 id, GError **error)
{
	return take_user(db_query(db, error, SQL_LOAD, "u", id), error);
}

User *user_load_login(Db *db, const char *typed, GError **error)
{
	g_autofree char *login = user_login_normal(typed);

	return take_user(db_query(db, error, SQL_LOAD_LOGIN, "s", login), error);
}

/* ---- what may be saved ---- */

static gboolean check_text(const char *text, const char *field, GError **error)
{
	if (*text == '\0') {
		ps_invalid(error, field, "empty", "%s is empty", field);
		return FALSE;
	}
	return text_check_line(text, field, USER_TEXT_MAX, error);
}

static char *trimmed(const char *text)
{
	char *copy = g_strdup(text);

	return g_utf8_validate(copy, -1, NULL) ? text_strip(copy) : copy;
}

/* What was typed in the form that is stored. NULL and error: PS_ERROR_INVALID. */
static User *checked(const User *typed, GError **error)
{
	static const char *const locales[] = {"", "de", "en", NULL};
	g_autoptr(User) user = g_new0(User, 1);

	if (!g_utf8_validate(typed->login, -1, NULL)) {
		ps_invalid(error, "login", "control", "the login is not UTF-8");
		return NULL;
	}
	user->id = typed->id;
	user->version = typed->version;
	user->active = typed->active;
	user->login = user_login_normal(typed->login);
	user->name = trimmed(typed->name);
	if (text_has_invisible(user->login)) {
		ps_invalid(error, "login", "invisible", "the login has an invisible character");
		return NULL;
	}
	user->role = typed->role;
	user->journal_right = typed->journal_right;
	user->locale = g_strdup(typed->locale);
	gboolean ok = check_text(user->login, "login", error);
	ok = check_text(user->name, "name", error) && ok;
	user->email_name = text_check_email_name(typed->email_name, error);
	user->contact_email = address_any(typed->contact_email, "contact_email", error);
	if (!g_strv_contains(locales, user->locale)) {
		ps_invalid(error, "locale", "choice", "locale can't be %.40s", user->locale);
		return NULL;
	}
	if (!ok || user->email_name == NULL || user->contact_email == NULL)
		return NULL;
	return g_steal_pointer(&user);
}

gboolean user_check(const User *typed, GError **error)
{
	g_autoptr(User) user = checked(typed, error);

	return user != NULL;
}

/* A log-in that exists is said beside its field. */
static void take_duplicate(GError *failure, const User *user, GError **error)
{
	if (db_error_is_duplicate(failure, "user_login")) {
		ps_invalid(error, "login", "taken", "the login %s exists already", user->login);
		g_error_free(failure);
	} else {
		g_propagate_error(error, failure);
	}
}

/* old NULL: the user was created. */
static gboolean log_user(
        Db *db, const Actor *actor, const User *old, const User *fresh, GError **error)
{
	const ChangeField fields[] = {
	        {"login", old != NULL ? old->login : NULL, fresh->login},
	        {"name", old != NULL ? old->name : NULL, fresh->name},
	        {"email_name", old != NULL ? old->email_name : NULL, fresh->email_name},
	        {"contact_email", old != NULL ? old->contact_email : NULL, fresh->contact_email},
	        {"role", old != NULL ? user_role_words[old->role] : NULL,
	                user_role_words[fresh->role]},
	        {"journal_right", old != NULL ? user_journal_words[old->journal_right] : NULL,
	                user_journal_words[fresh->journal_right]},
	        {"locale", old != NULL ? old->locale : NULL, fresh->locale},
	        {"active",
	                old == NULL   ? NULL
	                : old->active ? "1"
	                              : "0",
	                fresh->active ? "1" : "0"},
	};

	return change_fields_log(db, actor, 0, old != NULL ? old->login : fresh->login,
	        old != NULL ? "user.changed" : "user.created", fields, G_N_ELEMENTS(fields), error);
}

/* ---- create ---- */

static gboolean make_user(Db *db, const Actor *actor, User *user, const char *hash, GError **error)
{
	if (db_execute(db, error, SQL_CREATE, "sssaaaat", user->login, user->name, user->email_name,
	            user->contact_email, user_role_words[user->role],
	            user_journal_words[user->journal_right], user->locale, user->active) != 1)
		return FALSE;
	user->id = db_insert_id(db);
	return (hash == NULL || user_secret_store(db, user->id, hash, error)) &&
	       user_find_update(db, user->id, user->login, user->name, error) &&
	       log_user(db, actor, NULL, user, error);
}

static gboolean create_user(Db *db, gpointer data, GError **error)
{
	UserWork *work = data;
	User user = *work->wanted;

	if (!make_user(db, work->actor, &user, work->hash, error))
		return FALSE;
	work->id = user.id;
	return TRUE;
}

gboolean user_make(Db *db, const Actor *actor, const User *typed, guint64 *id, GError **error)
{
	g_autoptr(User) user = checked(typed, error);

	if (user == NULL || !make_user(db, actor, user, NULL, error))
		return FALSE;
	*id = user->id;
	return TRUE;
}

gboolean user_create(Db *db, const Actor *actor, const User *wanted, const char *password,
        guint64 *id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(User) user = checked(wanted, error);
	g_autofree char *hash = NULL;

	if (user == NULL)
		return FALSE;
	if (password != NULL) {
		if (!user_password_check(password, "password", error))
			return FALSE;
		hash = user_password_hash(password, error);
		if (hash == NULL)
			return FALSE;
	}
	UserWork work = {.actor = actor, .wanted = user, .hash = hash};
	if (!db_transaction(db, create_user, &work, &failure)) {
		take_duplicate(g_steal_pointer(&failure), user, error);
		return FALSE;
	}
	*id = work.id;
	return TRUE;
}

/* ---- update ---- */

gboolean user_guard(Db *db, GError **error)
{
	return db_execute(db, error, SQL_GUARD, "") == 1;
}

static gboolean is_active_admin(const User *user)
{
	return user->active && user->role == USER_ADMIN;
}

/* FALSE and PS_ERROR_INVALID if there is no active administrator beside this one. */
static gboolean check_other_admin(Db *db, guint64 id, const char *field, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_OTHER_ADMIN, "u", id);

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows))
		return TRUE;
	ps_invalid(error, field, "last_admin", "there is no other active administrator");
	return FALSE;
}

/* A link that went to the old address is void. */
static gboolean tell_contact_change(
        Db *db, const Actor *actor, const User *old, const User *fresh, GError **error)
{
	const MailFacts facts = {
	        .kind = "contact.new",
	        .languages = strcmp(fresh->locale, "en") == 0 ? "en" : "de",
	        .actor = actor->user_id > 0 ? actor->login : "",
	        .person = fresh->name,
	};
	MailFacts to_old = facts;

	to_old.kind = "contact.old";
	return password_link_void(db, old->id, error) &&
	       (*old->contact_email == '\0' ||
	               mail_queue_add(db, old->contact_email, &to_old, error)) &&
	       mail_queue_add(db, fresh->contact_email, &facts, error);
}

static gboolean update_user(Db *db, gpointer data, GError **error)
{
	const UserWork *work = data;
	const User *fresh = work->wanted;

	if (!user_guard(db, error))
		return FALSE;
	g_autoptr(User) old = user_load(db, fresh->id, error);
	if (old == NULL)
		return FALSE;
	if (old->version != fresh->version)
		return ps_conflict(error, "the user");
	if (is_active_admin(old) && !is_active_admin(fresh) &&
	        !check_other_admin(db, old->id, fresh->active ? "role" : "active", error))
		return FALSE;
	gboolean leaves = old->active && !fresh->active, returns = !old->active && fresh->active;
	if (returns && db_execute(db, error, SQL_WAS_INACTIVE, "u", fresh->id) != 1)
		return FALSE;
	gint64 changed = db_execute(db, error, SQL_UPDATE, "sssaaaatttuu", fresh->login,
	        fresh->name, fresh->email_name, fresh->contact_email, user_role_words[fresh->role],
	        user_journal_words[fresh->journal_right], fresh->locale, fresh->active, leaves,
	        fresh->active, fresh->id, fresh->version);
	if (changed == 0)
		return ps_conflict(error, "the user");
	return changed == 1 && user_find_update(db, fresh->id, fresh->login, fresh->name, error) &&
	       log_user(db, work->actor, old, fresh, error) &&
	       (!leaves || user_end(db, work->actor, fresh->id, error)) &&
	       (!(leaves || returns || old->role != fresh->role ||
	                strcmp(old->name, fresh->name) != 0) ||
	               mailbox_mark_refresh_user(db, fresh->id, error)) &&
	       (strcmp(old->contact_email, fresh->contact_email) == 0 ||
	               tell_contact_change(db, work->actor, old, fresh, error));
}

gboolean user_update(Db *db, const Actor *actor, const User *wanted, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(User) user = checked(wanted, error);
	UserWork work = {.actor = actor, .wanted = user};

	if (user == NULL)
		return FALSE;
	if (db_transaction(db, update_user, &work, &failure))
		return TRUE;
	take_duplicate(g_steal_pointer(&failure), user, error);
	return FALSE;
}

gboolean user_deactivate(Db *db, const Actor *actor, const User *user, GError **error)
{
	if (!user->active)
		return TRUE;
	if (is_active_admin(user) && !check_other_admin(db, user->id, "deactivate", error))
		return FALSE;
	gint64 changed = db_execute(db, error, SQL_DEACTIVATE, "uu", user->id, user->version);
	if (changed == 0)
		return ps_conflict(error, "the user");
	return changed == 1 && user_end(db, actor, user->id, error) &&
	       mailbox_mark_refresh_user(db, user->id, error) &&
	       change_log_add(db, actor, 0, user->login, "user.changed", "active", "1", "0", error);
}
