/*
 * mailbox_search.h: mailboxes in address order by domain, state and the beginnings of words; the
 * part of the list that finds (mailbox_list.h is what pages use).
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_SEARCH_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_SEARCH_H

#include "lib/db/db.h"
#include "lib/mailbox/mailbox_row.h"

#define MAILBOX_SEARCH_SORTED 200 /* hits that are put in another order than by address */

typedef struct {
	GPtrArray *words; /* folded (fold.h); none: all mailboxes */
	guint64 domain_id;
	char state; /* as in MailboxFilter */
	gboolean descending;
} MailboxSearch;

/* A place in the order by name (name_sort, size: the key of fold_name_sort()) or by storage (bytes,
 * address). */
typedef struct {
	gboolean by_name, descending;
	const void *name_sort;
	gsize size;
	guint64 bytes;
	const char *address;
} MailboxPlace;

/* Are all its mailboxes in one range of keys: no word, or one that the tables hold in full? */
gboolean mailbox_search_is_range(const MailboxSearch *search);

/*
 * Of such a search, if its mailboxes are MAILBOX_SEARCH_SORTED at most: adds up to limit of them
 * behind the place to found, in its order. *done FALSE: they are more, and nothing is added.
 */
gboolean mailbox_search_sorted(Db *db, const MailboxSearch *search, const MailboxPlace *place,
        guint limit, GPtrArray *found, gboolean *done, GError **error);

/*
 * Adds to found (MailboxRow) up to limit mailboxes behind the address after ("" = from the
 * beginning), in the order of their addresses. *searched_to: NULL if nothing is left beyond them or
 * limit was reached; otherwise the address at which a bound stopped the search. Free: g_free().
 */
gboolean mailbox_search(Db *db, const MailboxSearch *search, const char *after, guint limit,
        GPtrArray *found, char **searched_to, GError **error);

#endif
