/* mailbox_list.h: pages of the mailbox list, at the same cost first and last, small office or
 * large.
 *
 * Address order, with or without domain, state and one word, is one range of one key
 * (mailbox_find.h). Several words, a user or a mark together with a word or with each other are
 * looked for in bounded steps: a page may then hold fewer rows than there are and say up to where
 * it has searched. Order by name or storage has keys of its own; together with a state or words it
 * holds up to MAILBOX_SORTED_MAX hits, beyond that the order is by address, and the page says so.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_LIST_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_LIST_H

#include "lib/db/list_page.h"
#include "lib/mailbox/mailbox_cursor.h"
#include "lib/mailbox/mailbox_search.h"

#define MAILBOX_LIST_CURSOR_MAX 700 /* octets */

typedef struct {
	const char *q; /* beginnings of words of address, further addresses and name; "" = all */
	guint64 domain_id; /* 0 = all */
	guint64 user_id;   /* who is assigned; 0 = whoever */
	char state; /* 0 all that aren't deleted, a active, i inactive (or its domain is), v VIP,
	               n absence note switched on, d deleted, u nobody assigned, k password known
	               to who shouldn't know it (mailbox_mark.h), f nearly full (mailbox_usage.h),
	               e deleted and soon not to be restored any more (mailbox_ending.h) */
	MailboxSort sort;
	gboolean descending;
	const char *after;  /* MailboxPage.next of the page before; "" = first page */
	const char *before; /* or MailboxPage.previous of the page behind; "" or NULL = not so */
	gboolean backward;  /* for mailbox_list.c */
} MailboxFilter;

typedef struct {
	GPtrArray *rows;  /* MailboxRow, at most LIST_PAGE */
	char *next;       /* cursor of the next page; NULL = there is none */
	char *previous;   /* of the page before, likewise */
	gboolean partial; /* the search stopped at its bound, searched_to; next goes on behind it */
	gboolean backward;     /* likewise, but previous goes on before it */
	char *searched_to;     /* address; only if partial */
	gboolean unsorted;     /* too many hits to order them as asked: the order is by address */
	MailboxTotal total;    /* if it was found on the way; else mailbox_hits_count() */
	MailboxSearch *search; /* mailbox_list_search() of its filter */
} MailboxPage;

/* One page. A cursor that isn't one of this order begins at the first page, and so does a page that
 * has none before it. Free: mailbox_page_free(). */
MailboxPage *mailbox_list(Db *db, const MailboxFilter *filter, GError **error);
void mailbox_page_free(MailboxPage *page);
/* How many there are (page->total), where that is kept and isn't known. */
gboolean mailbox_list_total(Db *db, MailboxPage *page, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailboxPage, mailbox_page_free)

/* What is searched for by a filter, in the order of addresses. NULL and error on failure. Free:
 * mailbox_search_free(). */
MailboxSearch *mailbox_list_search(Db *db, const MailboxFilter *filter, GError **error);

#endif
