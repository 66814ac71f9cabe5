/* mailbox_clock.h: one order for the mails, assignment changes and VIP changes of a mailbox; and
 * for whatever else reads a mailbox and writes what follows from it (rows of the list, the script
 * of the absence note).
 *
 * Every transaction that writes one of them first locks the clocks of the mailboxes that it
 * concerns and gets an instant later than everything written before; then it reads, writes with
 * that instant, and puts the clocks to its final value. The written row is what a cluster
 * certifies, so mailbox_clock_set() is never left out.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_CLOCK_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_CLOCK_H

#include "lib/db/db.h"

/* The clocks of new mailboxes, within the transaction that makes them. */
gboolean mailbox_clock_create(Db *db, guint64 *mailbox_ids, guint count, GError **error);

/*
 * Locks the clocks until the transaction's end, in the order of the numbers (so that two never
 * wait for each other); a number may occur twice. *at: now by the database's clock (microseconds),
 * at least one later than each clock. What is read afterwards is as of then, unless the transaction
 * has read something before: that fixes what plain reads see, and those that follow have to say
 * LOCK IN SHARE MODE. A mailbox without a clock is PS_ERROR_NOT_FOUND. Without any mailbox: only
 * the time.
 */
gboolean mailbox_clock_lock(
        Db *db, const guint64 *mailbox_ids, gsize count, guint64 *at, GError **error);

/* The locks alone, for who reads the database's clock in a later statement (DB_NOW) and takes it,
 * or one more than *latest, the latest of these clocks (0: no mailbox). */
gboolean mailbox_clock_hold(
        Db *db, const guint64 *mailbox_ids, gsize count, guint64 *latest, GError **error);

/* Puts the locked clocks to the instant that was written (at, or later if it had to move on). */
gboolean mailbox_clock_set(
        Db *db, const guint64 *mailbox_ids, gsize count, guint64 at, GError **error);

#endif
