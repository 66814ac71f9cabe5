/* mailbox_sorted.h: what a search finds, in the order of names or storage, as long as it isn't
 * much.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_SORTED_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_SORTED_H

#include "lib/mailbox/mailbox_range.h"

#define MAILBOX_SORTED_MAX 192 /* hits that are put in another order than by address */

/* A place in the order by name (name_sort, size: the key of fold_name_sort()) or by storage (bytes,
 * address). */
typedef struct {
	gboolean by_name, descending;
	const void *name_sort;
	gsize size;
	guint64 bytes;
	const char *address;
} MailboxPlace;

/*
 * If the search finds MAILBOX_SORTED_MAX at most: adds up to a page and one of them behind the
 * place to found (MailboxRow), in its order, and tells how many there are. Otherwise, or if there
 * may be more, *first: those of them that come first by address (MailboxRow, number and address
 * alone), *searched_to as mailbox_search() has it. Free: g_ptr_array_unref(), g_free().
 */
gboolean mailbox_sorted(Db *db, const MailboxSearch *search, const MailboxPlace *place,
        GPtrArray *found, MailboxTotal *total, GPtrArray **first, char **searched_to,
        GError **error);

#endif
