/* mailbox_filtered.h: mailboxes that one user is assigned to, that nobody is assigned to, whose
 * password is known to who shouldn't, or that are nearly full.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_FILTERED_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_FILTERED_H

#include "lib/mailbox/mailbox_range.h"

/* As mailbox_search(), of a search with a user or a mark. */
gboolean mailbox_filtered(Db *db, const MailboxSearch *search, const char *after, guint limit,
        GPtrArray *found, char **searched_to, GError **error);

#endif
