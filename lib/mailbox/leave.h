/* leave.h: Benutzer verlässt das Büro: assignments of one user ended, with new passwords where
 * wanted, taken over by successors, and the user deactivated, in one transaction.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_LEAVE_H
#define POSTSTELLE_LIB_MAILBOX_LEAVE_H

#include "lib/base/seal.h"
#include "lib/db/db.h"
#include "lib/office/actor.h"

#define LEAVE_MAX 400 /* assignments at once */

typedef struct {
	guint64 mailbox_id, assigned_at;
	char *address;
	gboolean deleted;      /* the mailbox: its assignment ends, its password stays */
	char **others;         /* names of the other active users who are assigned now; "" none */
	gboolean new_password; /* leave_done(): it got one */
	char *sent; /* leave_done(): to whom access data was sent since; NULL: to nobody */
} LeaveRow;

/* All assignments of a user now, by the mailbox's address: at most LEAVE_MAX + 1. Free:
 * g_ptr_array_unref(). */
GPtrArray *leave_list(Db *db, guint64 user_id, GError **error);

typedef struct {
	guint64 user_id, version;   /* of the user, as the page was opened */
	const GArray *end;          /* guint64: numbers of mailboxes */
	const GArray *new_password; /* likewise; implies the end */
	const GArray *successors;   /* guint64: users, who are assigned to all of these mailboxes */
	gboolean deactivate;
} LeaveRequest;

/*
 * *at: the instant of it all, for leave_done(). PS_ERROR_CONFLICT: the user was saved meanwhile, or
 * an assignment ended; PS_ERROR_INVALID last_admin on deactivate, on successor: itself, or as
 * user_id of assignment.h. Then nothing is done.
 */
gboolean leave_run(Db *db, const KeyRing *ring, const Actor *actor, const LeaveRequest *request,
        guint64 *at, GError **error);

/* What ended at that instant, by address, at most LEAVE_MAX + 1. Free: g_ptr_array_unref(). */
GPtrArray *leave_done(Db *db, guint64 user_id, guint64 at, GError **error);

#endif
