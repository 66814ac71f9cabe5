/* journal_state.h: the instant of a mail, and what holds at it. */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_STATE_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_STATE_H

#include "lib/db/db.h"
#include "lib/journal/journal_loose.h"
#include "lib/journal/journal_rows.h"

/*
 * Locks the clocks of the mailboxes of an entry (mailbox_clock.h; a number may occur twice), gives
 * the instant *at, and reads as of then which mailboxes protect the entry (journal_loose.h) and who
 * is assigned to those that were reached (facts->assigned).
 */
gboolean journal_state_read(Db *db, const GArray *mailbox_ids, JournalLoose *loose,
        JournalFacts *facts, guint64 *at, GError **error);

#endif
