/* journal_ways.h: which mailboxes an address of a mail leads to beside the one that has it: by a
 * list, by a forward, or since it catches what goes to addresses that nobody has.
 *
 * What a recipient leads to was reached, and so was what the mail passed on its way. Where a header
 * names such an address, the mailboxes behind it count as named by it, though not as named
 * themselves: that decides To, Cc or Bcc, and protects unless the switch for Cc and Bcc is on.
 */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_WAYS_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_WAYS_H

#include "lib/db/db.h"
#include "lib/journal/journal_mail.h"

/* Fills what the addresses of a table of journal_address_resolve() lead to
 * (JournalResolved.through). began: of the mail; *changed: since then a way began or ended by its
 * day. */
gboolean journal_ways_find(
        Db *db, GHashTable *resolved, gint64 began, gboolean *changed, GError **error);

/* Whether the mail may go to a list: PS_ERROR_FORBIDDEN if only its members may write to it and the
 * sender is none. sender_id: the sending mailbox; 0: none. */
gboolean journal_ways_may_write(
        Db *db, const JournalMail *mail, guint64 sender_id, guint64 list_id, GError **error);

#endif
