/* mailbox_count.h: how many mailboxes the lists without a word hold (table mailbox_count), by
 * domain (0: all) and state of mailbox_find.h.
 *
 * A list's number is the sum of up to 16 rows, so that those who write at once seldom wait for each
 * other. It holds what mailbox_find has rows of: hidden mailboxes (import.h) as well.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_COUNT_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_COUNT_H

#include "lib/db/db.h"
#include "lib/mailbox/mailbox_plan.h"

/* What a transaction changes; free: g_hash_table_unref(). */
typedef GHashTable MailboxCountChange;
MailboxCountChange *mailbox_count_change(void);
/* Notes a row that comes (1) or goes (-1), as mailbox_find_rows() writes it; those of words and
 * users aren't counted. */
void mailbox_count_note(MailboxCountChange *change, const char *row, gint by);
/* Within the transaction that writes the rows. */
gboolean mailbox_count_write(Db *db, MailboxCountChange *change, GError **error);

/* Whether the list's number is kept, and what adds it up as a part of a statement, whose parameters
 * mailbox_count_values() has. Free: g_free(). */
gboolean mailbox_count_is_kept(const MailboxKeys *keys);
char *mailbox_count_sql(const MailboxKeys *keys);
void mailbox_count_values(DbValues *values, const MailboxKeys *keys);

/* Adds to wrong the lists whose number isn't right. */
gboolean mailbox_count_wrong(Db *db, GPtrArray *wrong, GError **error);
/* Sets them right, whoever writes meanwhile: after an update while an older program still wrote. */
gboolean mailbox_count_settle(Db *db, GError **error);

#endif
