/* mailbox_list.h: pages of the mailbox list, at the same cost first and last, small office or
 * large.
 *
 * Address order, with or without domain, state and one word, is one range of one key
 * (mailbox_find.h). Several words are looked for in bounded steps: a page may then hold fewer rows
 * than there are and say up to where it has searched. Order by name or storage has keys of its
 * own; together with a state or words it holds up to MAILBOX_RANGE_SORTED hits, beyond that the
 * order is by address, and the page says so.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_LIST_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_LIST_H

#include "lib/db/list_page.h"
#include "lib/mailbox/mailbox_search.h"

#define MAILBOX_LIST_CURSOR_MAX 700 /* octets */

typedef enum {
	MAILBOX_SORT_ADDRESS,
	MAILBOX_SORT_NAME,
	MAILBOX_SORT_STORAGE,
} MailboxSort;

typedef struct {
	const char *q;     /* beginnings of words of address and name; "" = all */
	guint64 domain_id; /* 0 = all */
	char state;        /* 0 all that aren't deleted, a active, i inactive, v VIP, n absence note
	                      switched on, d deleted */
	MailboxSort sort;
	gboolean descending;
	const char *after; /* MailboxPage.next of the page before; "" = first page */
} MailboxFilter;

typedef struct {
	GPtrArray *rows;   /* MailboxRow, at most LIST_PAGE */
	char *next;        /* cursor of the next page; NULL = there is none */
	gboolean partial;  /* the search stopped at its bound: next goes on behind searched_to */
	char *searched_to; /* address; only if partial */
	gboolean unsorted; /* too many hits to order them as asked: the order is by address */
} MailboxPage;

/* One page. A cursor that isn't one of this order begins at the first page. Free:
 * mailbox_page_free(). */
MailboxPage *mailbox_list(Db *db, const MailboxFilter *filter, GError **error);
/* The numbers (guint64) of the mailboxes that all pages of the list hold, in the order of their
 * addresses: at most max + 1, which says that there are more. NULL and error on failure. Free:
 * g_array_unref(). */
GArray *mailbox_list_ids(Db *db, const MailboxFilter *filter, guint max, GError **error);
void mailbox_page_free(MailboxPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailboxPage, mailbox_page_free)

#endif
