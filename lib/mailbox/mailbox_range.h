/* mailbox_range.h: mailboxes by domain, state and at most one word: ranges of the keys of
 * mailbox_find.h, in the order of addresses, names or storage.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_RANGE_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_RANGE_H

#include "lib/db/db.h"
#include "lib/mailbox/mailbox_row.h"

#define MAILBOX_RANGE_SORTED 200 /* hits that are put in another order than by address */
#define MAILBOX_RANGE_WORDS 4    /* that statements look at; other words are looked at in rows */

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
gboolean mailbox_range_covers(const MailboxSearch *search);

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

/* All live mailboxes: the active and the inactive ones, which are two ranges. */
#define mailbox_range_is_live(search) ((search)->state == 0)

/* What selects "address" and "mailbox_id" of at most limit keys of a word, in the search's domain,
 * state and order, that compare as told with an address. Free: g_free(). */
char *mailbox_range_arms(const MailboxSearch *search, const char *compare, guint limit);
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
void mailbox_range_take(
        const MailboxSearch *search, guint limit, GPtrArray *found, GPtrArray *rows);
/* The address of the last row. Free: g_free(). */
char *mailbox_range_last(const GPtrArray *rows);

#endif
