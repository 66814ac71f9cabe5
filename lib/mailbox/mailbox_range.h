/* mailbox_range.h: mailboxes by domain, state and at most one word: ranges of the keys of
 * mailbox_find.h, in the order of addresses, names or storage.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_RANGE_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_RANGE_H

#include "lib/db/db.h"
#include "lib/mailbox/mailbox_row.h"

#define MAILBOX_RANGE_SORTED 200 /* hits that are put in another order than by address */
#define MAILBOX_RANGE_WORDS 4    /* that statements look at; other words are looked at in rows */

/* One range of mailbox_find. */
typedef struct {
	guint64 domain_id;
	char state;
} MailboxArm;

typedef struct {
	GPtrArray *words; /* folded (fold.h); none: all mailboxes */
	GArray *arms;     /* mailbox_range_plan() of domain and state */
	guint64 domain_id, user_id;
	char state; /* as in MailboxFilter */
	gboolean descending;
	gboolean light; /* rows as mailbox_row_select() has them */
} MailboxSearch;

/*
 * The ranges (MailboxArm) that hold the mailboxes of a domain (0 = all) in a state. mailbox_find
 * has the state of the mailbox alone; here, and nowhere else, one of an inactive domain becomes
 * inactive, so switching a domain of any size changes no row. No range: there is none. Of what is
 * marked (mailbox_range_is_mark()): those of all live mailboxes. NULL and error on failure. Free:
 * g_array_unref().
 */
GArray *mailbox_range_plan(Db *db, guint64 domain_id, char state, GError **error);
/* The states that have keys of their own instead (mailbox_filtered.h). */
gboolean mailbox_range_is_mark(char state);

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
gboolean mailbox_range_covers(const MailboxSearch *search);

/* Of such a search: how many there are, at most max. */
gboolean mailbox_range_count(
        Db *db, const MailboxSearch *search, guint max, guint64 *count, GError **error);

/*
 * Of such a search, if its mailboxes are MAILBOX_RANGE_SORTED at most: adds up to limit of them
 * behind the place to found, in its order. *done FALSE: they are more, and nothing is added.
 */
gboolean mailbox_range_sorted(Db *db, const MailboxSearch *search, const MailboxPlace *place,
        guint limit, GPtrArray *found, gboolean *done, GError **error);

/*
 * Of a search with no word or one: adds to found (MailboxRow) up to limit mailboxes behind the
 * address after ("" = from the beginning), in the order of their addresses. *searched_to: NULL if
 * nothing is left beyond them or limit was reached; otherwise the address at which a bound stopped
 * the search. Free: g_free().
 */
gboolean mailbox_range_search(Db *db, const MailboxSearch *search, const char *after, guint limit,
        GPtrArray *found, char **searched_to, GError **error);

/* ---- parts of statements, for mailbox_search.c and mailbox_merge.c ---- */

/* A condition on the number in a key: that the mailbox is one to be seen (import.h). */
#define MAILBOX_RANGE_SEEN(number)                                                                 \
	" AND NOT EXISTS (SELECT 1 FROM mailbox_hidden h WHERE h.mailbox_id = " number ")"

/* What selects "address" and "mailbox_id" of at most limit keys of a word, in the search's ranges
 * and order, that compare as told with an address. Free: g_free(). */
char *mailbox_range_arms(const MailboxSearch *search, const char *compare, guint limit);
/* Its parameters, which are borrowed. */
void mailbox_range_add(
        DbValues *values, const MailboxSearch *search, const char *prefix, const char *key);
/* Runs a statement whose only parameters are theirs, for a word and that address. */
DbRows *mailbox_range_query(Db *db, const MailboxSearch *search, const char *sql, const char *word,
        const char *key, GError **error);
/* The beginning of a word that the tables hold. Free: g_free(). */
char *mailbox_range_prefix(const char *word);
/* Behind which key the search begins. */
const char *mailbox_range_first(const MailboxSearch *search, const char *after);
/* "" or " DESC". */
const char *mailbox_range_order(const MailboxSearch *search);
/* Keeps a statement that was made, since db.h finds prepared ones by their address. Takes it. */
const char *mailbox_range_sql(char *sql);
/* Takes in the rows that have all words, as long as there is room. */
gboolean mailbox_range_take(Db *db, const MailboxSearch *search, guint limit, GPtrArray *found,
        GPtrArray *rows, GError **error);
/* The address of the last row. Free: g_free(). */
char *mailbox_range_last(const GPtrArray *rows);

#endif
