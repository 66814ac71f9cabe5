/* bulk_step.h: does what a run (bulk.h) says, some mailboxes at a time.
 *
 * Each mailbox is one transaction with its row, its change log and its notices, by the functions
 * that the mailbox's own pages use: whoever is cut off, by a kill or a lost answer of the database,
 * leaves whole mailboxes, and the next step goes on behind them. Several may make steps at the same
 * time.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_BULK_STEP_H
#define POSTSTELLE_LIB_MAILBOX_BULK_STEP_H

#include "lib/mailbox/bulk.h"

/* Of the mailboxes that wait, by their numbers. Two who make steps at the same time take different
 * ends, so that neither waits for the other. */
typedef enum {
	BULK_FROM_FIRST,
	BULK_FROM_LAST,
} BulkEnd;

/* Goes on for about budget microseconds, at least by one mailbox. What can't be done is left, with
 * its reason; FALSE and error if nothing can be done now (the database is away, the change log
 * can't be written). A run that hasn't begun or has ended stays as it is. */
gboolean bulk_step(Db *db, guint64 id, BulkEnd end, gint64 budget, GError **error);

/* Whether who said yes to a run may still do it. */
gboolean bulk_actor_may(Db *db, guint64 actor_id, gboolean *may, GError **error);

#endif
