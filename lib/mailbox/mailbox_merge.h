/* mailbox_merge.h: mailboxes that are in all lists of a search. */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_MERGE_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_MERGE_H

#include "lib/mailbox/mailbox_range.h"

/* As mailbox_search(), in a bounded number of fetches; first: the key behind which it begins. */
gboolean mailbox_merge(Db *db, const MailboxSearch *search, const char *first, const char *after,
        guint limit, GPtrArray *found, char **searched_to, GError **error);

#endif
