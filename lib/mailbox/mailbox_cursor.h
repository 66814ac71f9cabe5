/* mailbox_cursor.h: where a page of the list begins or ends, as its address says it. */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_CURSOR_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_CURSOR_H

#include "lib/mailbox/mailbox_sorted.h"

typedef enum {
	MAILBOX_SORT_ADDRESS,
	MAILBOX_SORT_NAME,
	MAILBOX_SORT_STORAGE,
} MailboxSort;

/* The place of a row in an order. Free: g_free(). */
char *mailbox_cursor(MailboxSort sort, const MailboxRow *row);

/* The address of a cursor of that order; "" if it is of another. Borrowed. */
const char *mailbox_cursor_address(const char *after);
/* The key of fold_name_sort(). NULL: not a cursor of that order. Free: g_bytes_unref(). */
GBytes *mailbox_cursor_name(const char *after);
/* Where a page begins by a cursor, of which name is mailbox_cursor_name() or NULL, whose octets it
 * borrows. */
MailboxPlace mailbox_cursor_place(
        MailboxSort sort, gboolean descending, const char *after, GBytes *name);

#endif
