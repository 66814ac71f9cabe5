/* mailbox_merge.h: mailboxes by several words that are too short for a pair (mailbox_find.h). */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_MERGE_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_MERGE_H

#include "lib/mailbox/mailbox_range.h"

/* As mailbox_search(), by the first words of the search (at most MAILBOX_RANGE_WORDS); first: the
 * key behind which it begins. A bounded number of fetches. */
gboolean mailbox_merge(Db *db, const MailboxSearch *search, guint words, const char *first,
        const char *after, guint limit, GPtrArray *found, char **searched_to, GError **error);

#endif
