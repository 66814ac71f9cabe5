/* mailbox_people.h: who is assigned to a mailbox, and its further addresses. */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_PEOPLE_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_PEOPLE_H

#include "lib/db/db.h"
#include "lib/db/db_rows.h"

/* Who is assigned. */
typedef struct {
	guint64 user_id, assigned_at;
	char *name, *login, *email_name;
	gboolean active; /* the user */
} MailboxUser;

/* What a statement reads of them, from assignment pa and user pu. */
#define MAILBOX_USER_COLUMNS "pu.id, pa.assigned_at, pu.name, pu.email_name, pu.active, pu.login"
#define MAILBOX_USER_COLUMN_COUNT 6
#define MAILBOX_USER_ASSIGNMENT "pa.removed_at = 0 AND pa.mailbox_id"
/* These rows alone (one parameter: the mailbox). */
#define MAILBOX_USER_ROWS                                                                          \
	"assignment pa JOIN user pu ON pu.id = pa.user_id WHERE " MAILBOX_USER_ASSIGNMENT " = ?"
/* The user of a row that has these columns from the first one on; an array for users. Free:
 * g_ptr_array_unref(). */
MailboxUser *mailbox_user_read(DbRows *rows, guint first);
GPtrArray *mailbox_users_new(void);
/* By name, as mailbox_users() has them. */
void mailbox_users_sort(GPtrArray *users);

/* Users assigned now, by name. Free: g_ptr_array_unref(). */
GPtrArray *mailbox_users(Db *db, guint64 id, GError **error);

/* alias.h adds and removes them. */
typedef struct {
	guint64 id;
	char *address;
} MailboxAlias;

/* One alias; an array for some. Free: g_ptr_array_unref(). */
MailboxAlias *mailbox_alias_new(guint64 id, const char *address);
GPtrArray *mailbox_aliases_new(void);

/* By address. Free: g_ptr_array_unref(). */
GPtrArray *mailbox_aliases(Db *db, guint64 id, GError **error);
/* With those that it has in alias domains (alias_domain.h). */
GPtrArray *mailbox_all_aliases(Db *db, guint64 id, GError **error);

#endif
