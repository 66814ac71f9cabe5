/* mailbox_mark.h: what follows for mailboxes from who is and was assigned: that nobody is, and that
 * somebody may know the password who shouldn't.
 *
 * Both stand in columns of the mailbox (unassigned, known), so that the list reads and finds them
 * by keys. Whoever changes an assignment, a password, who has seen it, or whether a user is active
 * or an administrator, refreshes them at the end of the same transaction; the mailbox's row is
 * locked first and everything read again then, so that of two transactions the later one writes
 * what is true. mailbox_mark_wrong() compares.
 */
#ifndef POSTSTELLE_LIB_OFFICE_MAILBOX_MARK_H
#define POSTSTELLE_LIB_OFFICE_MAILBOX_MARK_H

#include "lib/db/db.h"

/* Within the transaction that changed something, after the change. */
gboolean mailbox_mark_refresh(Db *db, guint64 mailbox_id, GError **error);
/* The same for all mailboxes that a user was ever assigned to, or whose password he has seen. */
gboolean mailbox_mark_refresh_user(Db *db, guint64 user_id, GError **error);

/* Adds to wrong the addresses of mailboxes whose columns don't say what is so. */
gboolean mailbox_mark_wrong(Db *db, GPtrArray *wrong, GError **error);

#endif
