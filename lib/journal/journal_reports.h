/* journal_reports.h: takes text and file names from delivery reports and receipts that a version
 * journaled which kept them (0.1).
 *
 * What was stored doesn't say of which type a mail was. So this takes them from every mail with an
 * empty envelope sender (the office's own absence notes excepted), and from every one whose
 * attachments have the shape of a report's: one to three of them, all without a name. The latter
 * meets some invitations and forwarded mails as well; the mails themselves stay in their mailboxes.
 */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_REPORTS_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_REPORTS_H

#include "lib/db/db.h"

/* Goes through all entries of that version that weren't looked at, in short transactions; it may be
 * broken off and run again, also while mails come in. *emptied: how many lost their text. */
gboolean journal_reports_empty(Db *db, guint *emptied, GError **error);

#endif
