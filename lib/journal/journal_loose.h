/* journal_loose.h: whom To and Cc name when they are read loosely (lib/mail/loose_address.h), which
 * counts for protection alone: a false hit there only protects more.
 *
 * A mailbox that was reached is named in To if one of its addresses stands anywhere in it; one that
 * wasn't, if what looks like an address there is one of its own. If From, To or Cc were cut, To
 * names every mailbox that was reached.
 */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_LOOSE_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_LOOSE_H

#include "lib/db/db.h"
#include "lib/journal/journal_mail.h"
#include "lib/journal/journal_rows.h"

typedef struct JournalLoose JournalLoose;

/* Free: journal_loose_free(). */
JournalLoose *journal_loose_new(const JournalMail *mail);
void journal_loose_free(JournalLoose *loose);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JournalLoose, journal_loose_free)

/* Appends what To and Cc hold of possible addresses, for journal_address_resolve(). Borrowed. */
void journal_loose_candidates(const JournalLoose *loose, GPtrArray *normal);

/* Gives a mailbox that only the loose reading names a row of its own (JOURNAL_OTHER). resolved is
 * what the addresses stand for. */
void journal_loose_add(JournalLoose *loose, GHashTable *resolved, JournalFacts *facts);

/* Sets whether a VIP mailbox protects the entry. exempt: the switch for Cc and Bcc is on. Under the
 * lock on its clock. */
gboolean journal_loose_protect(JournalLoose *loose, Db *db, JournalFacts *facts, guint64 mailbox_id,
        gboolean exempt, GError **error);
/* Removes rows of JOURNAL_OTHER that protect nothing. */
void journal_loose_remove_idle(JournalFacts *facts);

#endif
