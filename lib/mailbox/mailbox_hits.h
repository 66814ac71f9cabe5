/* mailbox_hits.h: all mailboxes that the pages of a list hold: their numbers, and how many they
 * are.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_HITS_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_HITS_H

#include "lib/mailbox/mailbox_list.h"

/* The numbers (guint64) of the mailboxes that all pages of the list hold, in the order of their
 * addresses: at most max + 1, which says that there are more. NULL and error on failure. Free:
 * g_array_unref(). */
GArray *mailbox_hits_ids(Db *db, const MailboxFilter *filter, guint max, GError **error);

/* How many a search finds; *more: there are more than that. That is said beyond MAILBOX_TOTAL_MAX,
 * and earlier where hits are found one by one and too much is to be looked at for the rest. */
gboolean mailbox_hits_count(
        Db *db, const MailboxSearch *search, guint *count, gboolean *more, GError **error);
/* *far: they are more than that, and will be for a while: five thousand more, at least. Only of
 * what is one list. */
gboolean mailbox_hits_far(Db *db, const MailboxSearch *search, gboolean *far, GError **error);

#endif
