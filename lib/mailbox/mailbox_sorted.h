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
 * place to found (MailboxRow), in its order, and tells how many there are. *done FALSE: they are
 * more, or may be, and nothing is added.
 */
gboolean mailbox_sorted(Db *db, const MailboxSearch *search, const MailboxPlace *place,
        GPtrArray *found, MailboxTotal *total, gboolean *done, GError **error);

#endif
