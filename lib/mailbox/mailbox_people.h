/* mailbox_people.h: who is assigned to a mailbox, and its further addresses. */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_PEOPLE_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_PEOPLE_H

#include "lib/db/db.h"

/* Who is assigned. */
typedef struct {
	guint64 user_id, assigned_at;
	char *name, *login, *email_name;
	gboolean active; /* the user */
} MailboxUser;

/* Users assigned now, by name. Free: g_ptr_array_unref(). */
GPtrArray *mailbox_users(Db *db, guint64 id, GError **error);

/* alias.h adds and removes them. */
typedef struct {
	guint64 id;
	char *address;
} MailboxAlias;

/* By address. Free: g_ptr_array_unref(). */
GPtrArray *mailbox_aliases(Db *db, guint64 id, GError **error);
/* With those that it has in alias domains (alias_domain.h). */
GPtrArray *mailbox_all_aliases(Db *db, guint64 id, GError **error);

#endif
