/* mailbox_csv.h: mailboxes as a table for spreadsheet programs (RFC 4180, but with semicolons, as
 * the office's read it, in UTF-8 with a byte order mark). */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_CSV_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_CSV_H

#include "lib/mailbox/mailbox_list.h"

/* Whether a cell begins like a formula (= + - @, tab), behind any apostrophes. */
gboolean mailbox_csv_is_risky(const char *text);

/* One cell. What begins like a formula gets an apostrophe (one more) before it, which takes the
 * danger from it. */
void mailbox_csv_cell(GString *row, const char *text);

/* Takes what was made; called for each page of the list. */
typedef void (*MailboxCsvSink)(const char *text, gsize length, gpointer data);

/* What all pages of the list hold, in their order: address (as people read it), name, state, vip,
 * quota_mb, further addresses, log-ins of the assigned users,
 * time of the last log-in to the mailbox (UTC), note, and the users' names and contact addresses.
 * FALSE and error: then it isn't whole.
 */
gboolean mailbox_csv_write(
        Db *db, const MailboxFilter *filter, MailboxCsvSink sink, gpointer data, GError **error);

#endif
