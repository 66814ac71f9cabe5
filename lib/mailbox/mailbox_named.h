/* mailbox_named.h: which mailboxes somebody means by an address, a number, a name or a part of
 * these.
 *
 * An address: the mailbox that has it now (an alias is its mailbox's, a deleted one counts), or
 * else the one that had it last until it was purged. A number: that mailbox, purged or not.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_NAMED_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_NAMED_H

#include "lib/db/db.h"

#define MAILBOX_NAMED_MAX 10

typedef struct {
	guint64 id;
	char *address;
} MailboxNamed;

typedef struct {
	GPtrArray *list; /* MailboxNamed, at most MAILBOX_NAMED_MAX; empty: none is meant */
	gboolean more;   /* more mailboxes fit than that */
} MailboxesNamed;

/* Of all mailboxes: for whoever may know of them all. Free: mailboxes_named_free(). */
MailboxesNamed *mailbox_named(Db *db, const char *typed, GError **error);
/* By a name or a part alone, of those that a user is or was assigned to (purged ones too). */
MailboxesNamed *mailbox_named_of_user(Db *db, guint64 user_id, const char *typed, GError **error);
void mailboxes_named_free(MailboxesNamed *named);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailboxesNamed, mailboxes_named_free)

/* By a whole address or a number: *id, 0 if there is none. *address, if wanted: the mailbox's own.
 */
gboolean mailbox_named_exactly(
        Db *db, const char *typed, guint64 *id, char **address, GError **error);
/* Whether a user is or was assigned to it. */
gboolean mailbox_named_was_of(
        Db *db, guint64 user_id, guint64 mailbox_id, gboolean *was, GError **error);

#endif
