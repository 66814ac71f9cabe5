/* user.h: the people who sign in, and their base data (Grunddaten).
 *
 * There is always an active administrator: the last one can't be demoted or deactivated, also
 * when two try at once (the guard row "administrators").
 */
#ifndef POSTSTELLE_LIB_USER_USER_H
#define POSTSTELLE_LIB_USER_USER_H

#include "lib/db/db.h"
#include "lib/office/actor.h"
#include "lib/user/user_role.h"

#define USER_TEXT_MAX 255 /* characters of a log-in, a name, an E-Mail-Name */

typedef struct {
	guint64 id, version;
	char *login; /* stored by user_login_normal() */
	char *name;
	char *email_name;    /* "": none */
	char *contact_email; /* where links for a password go */
	char *locale;        /* "" (as the browser says), de, en */
	UserRole role;
	UserJournal journal_right;
	gboolean active;
	guint64 signed_in_at; /* 0: never */
} User;

void user_free(User *user);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(User, user_free)

/* NULL and PS_ERROR_NOT_FOUND if there is none. Free: user_free(). */
User *user_load(Db *db, guint64 id, GError **error);
/* The same by the login as typed. */
User *user_load_login(Db *db, const char *typed, GError **error);

/* Whether what was typed may be saved: all that is wrong with it, PS_ERROR_INVALID. */
gboolean user_check(const User *typed, GError **error);

/*
 * Makes a user of what was typed; password NULL: none yet. PS_ERROR_INVALID on login (empty,
 * too_long, control, taken: also in other case), name (the same), email_name, contact_email
 * (address.h), locale (choice) or password (user_password.h).
 */
gboolean user_create(Db *db, const Actor *actor, const User *wanted, const char *password,
        guint64 *id, GError **error);

/* The same within the caller's transaction, without a password; a log-in that is taken is the
 * database's error. */
gboolean user_make(Db *db, const Actor *actor, const User *wanted, guint64 *id, GError **error);

/*
 * Saves the base data, where id and version are the opened ones. The same errors; also
 * PS_ERROR_INVALID last_admin on active or role, and PS_ERROR_CONFLICT if somebody saved
 * meanwhile. With a deactivation ends what user_end.h says; a change of the contact address is told
 * to the old and the new one.
 */
gboolean user_update(Db *db, const Actor *actor, const User *wanted, GError **error);

/* Within a transaction, as the first thing it does: what counts administrators waits here. */
gboolean user_guard(Db *db, GError **error);
/* Within a transaction that began with user_guard(): deactivates. PS_ERROR_INVALID as above. */
gboolean user_deactivate(Db *db, const Actor *actor, const User *user, GError **error);

/* For statements of other files about users: columns of table user as u, and a row of them. */
#define USER_COLUMNS                                                                               \
	"u.id, u.version, u.login, u.name, u.email_name, u.contact_email, u.role,"                 \
	" u.journal_right, u.locale, u.active, u.signed_in_at"
#define USER_COLUMN_COUNT 11 /* what else a statement reads begins with this column */
User *user_from_row(DbRows *rows);

#endif
