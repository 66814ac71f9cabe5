/* journal.h: one journal entry for each mail that a mailbox of the office sends or receives.
 *
 * Whoever hands a mail over says which way it came, who was logged in, the accepted recipients
 * and what the headers name; which mailboxes these are, in which role, what protects the entry and
 * who may read it is decided here, in one transaction with the mail's instant
 * (lib/mailbox/mailbox_clock.h). Of an absence note it is also written whom it answered
 * (absence_reply.h). A mail is never refused for what it contains: what is too long is
 * cut, what isn't UTF-8 is made so.
 */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_H

#include "lib/db/db.h"
#include "lib/journal/journal_mail.h"

/* Called when everything but the COMMIT is done, in each run of the transaction: FALSE and an error
 * undo it. */
typedef gboolean (*JournalBeforeCommit)(gpointer data, GError **error);

/*
 * Writes the entry; TRUE: it is there (also if an earlier call with the same key wrote it).
 * before_commit may be NULL. FALSE and an error: nothing was written; the mail has to be
 * deferred, or refused if that is PS_ERROR_FORBIDDEN.
 */
gboolean journal_write(Db *db, const JournalMail *mail, JournalBeforeCommit before_commit,
        gpointer data, GError **error);

#endif
