/* mailbox_plan.h: where a search of the list looks: lists of mailboxes in the order of their
 * addresses, each a range of a key, or the few that together are one.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_PLAN_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_PLAN_H

#include "lib/db/db.h"

#define MAILBOX_PLAN_WORDS 4 /* that have lists; other words are looked at in rows */

/* One range of a key. */
typedef struct {
	guint64 domain_id; /* 0 = all */
	char state;        /* of mailbox_find.h; or a mark: u, k, f, e as in MailboxFilter */
	guint64 day;       /* of e: mailbox.deleted_day */
} MailboxArm;

/* Mailboxes in the order of their addresses: those of all its arms, which have none in common. */
typedef struct {
	GArray *arms; /* MailboxArm */
	char *prefix; /* as mailbox_find has it; not for marks. "": no word */
} MailboxKeys;

/* How many hits there are; more: more than count. */
#define MAILBOX_TOTAL_MAX 1000 /* up to which they are counted */
typedef struct {
	gboolean known, more;
	guint count;
} MailboxTotal;

typedef struct {
	GPtrArray *lists; /* MailboxKeys: all of them hold what is searched for. None: nothing is */
	GPtrArray *words; /* folded (fold.h), the longest first */
	gboolean look;    /* the lists can't say all of the words: rows are looked at */
	gboolean pairs;   /* the lists are those of several words, and no others */
	gboolean deleted; /* of deleted mailboxes */
	gboolean descending; /* the order of addresses */
	gboolean light;      /* rows hold number and address, and no more */
	gboolean brief;      /* a bound is reached sooner */
	guint piece; /* keys of merged lists that are fetched at once; 0: the usual number */
	MailboxTotal
	        *total; /* where it is told if it was found on the way; NULL: it isn't wanted */
} MailboxSearch;

/* Whether a state has keys of its own, which aren't mailbox_find's. */
gboolean mailbox_plan_is_mark(char state);

/* The search for what MailboxFilter (mailbox_list.h) describes. mailbox_find has the state of the
 * mailbox alone; here, and nowhere else, one of an inactive domain becomes inactive, so switching a
 * domain of any size changes no row. NULL and error on failure. Free: mailbox_search_free(). */
MailboxSearch *mailbox_plan(
        Db *db, const char *q, guint64 domain_id, guint64 user_id, char state, GError **error);
void mailbox_search_free(MailboxSearch *search);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailboxSearch, mailbox_search_free)

#endif
