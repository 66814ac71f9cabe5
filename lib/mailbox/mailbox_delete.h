/* mailbox_delete.h: deleting a mailbox, restoring it, and purging it for good.
 *
 * Deleted (mailbox.deleted 1): no delivery, no log-in, open sessions are ended by the agent; the
 * address stays taken, and everything can be restored. Purged (2): search rows, name and password
 * go at once; the agent then ends what is still open, waits until no delivery can be under way, and
 * removes the mail (mailbox_purge_finish()). Last it frees the addresses (mailbox_purge_free()),
 * when no mail can be queued any more that was accepted for this mailbox: another one of the same
 * address would get it. The row stays with its number and old address, as do assignments and
 * journal, so that purging opens no protected entry.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_DELETE_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_DELETE_H

#include "lib/mailbox/mailbox.h"
#include "lib/mailbox/mailbox_ending.h"

/* How long after the deletion a delivery may still be under way. */
#define MAILBOX_PURGE_WAIT_S 120
/* How long after the deletion mail may be queued for it: maximal_queue_lifetime of Postfix, and a
 * day. */
#define MAILBOX_ADDRESS_DAYS 6

/* PS_ERROR_CONFLICT if version isn't the saved one any more, or it is deleted already. */
gboolean mailbox_delete(Db *db, const Actor *actor, guint64 id, guint64 version, GError **error);
/* Works at once, with the password it had. PS_ERROR_CONFLICT as above, or it isn't deleted. */
gboolean mailbox_restore(Db *db, const Actor *actor, guint64 id, guint64 version, GError **error);

/* Begins the purge of a deleted mailbox; from here on it can't be restored. PS_ERROR_CONFLICT
 * if it is live, PS_ERROR_NOT_FOUND if there is none. */
gboolean mailbox_purge(Db *db, const Actor *actor, guint64 id, GError **error);
/* At most 1,000 numbers (guint64) of mailboxes deleted at least MAILBOX_RESTORE_DAYS ago. Free:
 * g_array_unref(). */
GArray *mailbox_purge_due(Db *db, GError **error);

/* From when on (microseconds since 1970 UTC) the addresses of a deleted mailbox may be anybody's,
 * once it is purged and its mail removed. */
guint64 mailbox_free_at(const Mailbox *mailbox);

/* Whether the mail of a purged mailbox may be removed now. */
gboolean mailbox_purge_ready(Db *db, guint64 id, gboolean *ready, GError **error);
/* When its mail is gone: removes what else was kept for it. May be repeated. */
gboolean mailbox_purge_finish(Db *db, guint64 id, GError **error);
/* The last step: frees the addresses. *freed FALSE: it is too early, or its mail is still there.
 * May be repeated. */
gboolean mailbox_purge_free(Db *db, guint64 id, gboolean *freed, GError **error);

#endif
