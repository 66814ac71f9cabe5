/* assignment.h: which user is, or was, assigned to which mailbox.
 *
 * An assignment is an interval of the mailbox's clock (mailbox_clock.h), half-open, in microseconds
 * UTC. It is never deleted, it gets an end: who was assigned at the time of a mail may read it.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_ASSIGNMENT_H
#define POSTSTELLE_LIB_MAILBOX_ASSIGNMENT_H

#include "lib/base/seal.h"
#include "lib/db/db.h"
#include "lib/db/list_page.h"
#include "lib/mailbox/mailbox.h"
#include "lib/office/actor.h"

/*
 * PS_ERROR_INVALID on user_id: choice (no such user), inactive (the user), assigned (is already);
 * on mailbox: deleted. PS_ERROR_NOT_FOUND: no such mailbox.
 */
gboolean assignment_add(
        Db *db, const Actor *actor, guint64 mailbox_id, guint64 user_id, GError **error);

/* The same for several users (guint64), in one transaction: all of them, or none. */
gboolean assignment_add_several(
        Db *db, const Actor *actor, guint64 mailbox_id, const GArray *user_ids, GError **error);
/* mailbox_create(), and the users assigned to it, in one transaction. */
gboolean assignment_create_mailbox(Db *db, const KeyRing *ring, const Actor *actor,
        const char *local_part, guint64 domain_id, const char *email_name, const GArray *user_ids,
        guint64 *id, GError **error);

/*
 * Ends it, with a new password for the mailbox if ring isn't NULL. PS_ERROR_CONFLICT if it ended
 * meanwhile, PS_ERROR_NOT_FOUND if there never was one, or no such mailbox.
 */
gboolean assignment_end(Db *db, const KeyRing *ring, const Actor *actor, guint64 mailbox_id,
        guint64 user_id, GError **error);

/* The same within a transaction that holds the mailbox's clock, at the instant that it gave. Every
 * end of an assignment goes through here. */
gboolean assignment_end_at(Db *db, const KeyRing *ring, const Actor *actor, const Mailbox *mailbox,
        guint64 user_id, guint64 at, GError **error);

/* Whether a user is among those of mailbox_users(). */
gboolean assignment_has_user(const GPtrArray *users, guint64 user_id);

typedef struct {
	guint64 mailbox_id, user_id;
	guint64 assigned_at;
	guint64 removed_at; /* 0: assigned now */
	char *address;      /* of the mailbox */
	gboolean mailbox_deleted;
	char *name, *login; /* of the user */
} Assignment;

/* Who is assigned to a mailbox now: mailbox_users(). Mailboxes that a user is assigned to now
 * (deleted ones too, purged ones not): a page of Assignment by address, which is the cursor. Free:
 * list_page_free(). */
ListPage *assignment_mailboxes(Db *db, guint64 user_id, const ListAt *at, GError **error);

/* Assignments that ended, the latest end first, at most LIST_PAGE + 1, of a mailbox or of a
 * user; those before a last row's removed_at and other side's number (user, or mailbox), both 0
 * for the first page. */
GPtrArray *assignment_past_of_mailbox(
        Db *db, guint64 mailbox_id, guint64 before, guint64 user_id, GError **error);
GPtrArray *assignment_past_of_user(
        Db *db, guint64 user_id, guint64 before, guint64 mailbox_id, GError **error);

#endif
