/* journal_ways.h: which mailboxes an address of a mail leads to beside the one that has it: the
 * Auffang-Postfach of an address that nobody has.
 *
 * What a recipient leads to was reached. Where a header names such an address, the mailboxes behind
 * it count as named by it, though not as named themselves: that decides To, Cc or Bcc, and protects
 * unless the switch for Cc and Bcc is on.
 */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_WAYS_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_WAYS_H

#include "lib/db/db.h"

/* Fills what the addresses of a table of journal_address_resolve() lead to
 * (JournalResolved.through). */
gboolean journal_ways_find(Db *db, GHashTable *resolved, GError **error);

#endif
