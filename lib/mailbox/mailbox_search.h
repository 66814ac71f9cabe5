/* mailbox_search.h: mailboxes in address order by domain, state and the beginnings of words; the
 * part of the list that finds (mailbox_list.h is what pages use).
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_SEARCH_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_SEARCH_H

#include "lib/mailbox/mailbox_range.h"

/*
 * Adds to found (MailboxRow) up to limit mailboxes behind the address after ("" = from the
 * beginning), in the order of their addresses. *searched_to: NULL if nothing is left beyond them or
 * limit was reached; otherwise the address at which a bound stopped the search. Free: g_free().
 */
gboolean mailbox_search(Db *db, const MailboxSearch *search, const char *after, guint limit,
        GPtrArray *found, char **searched_to, GError **error);

#endif
