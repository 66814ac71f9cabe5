/* mailbox_range.h: statements over the keys that list mailboxes in the order of their addresses.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_RANGE_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_RANGE_H

#include "lib/mailbox/mailbox_plan.h"
#include "lib/mailbox/mailbox_row.h"

/* Whether one list holds what is searched for, and nothing else. */
gboolean mailbox_range_is_whole(const MailboxSearch *search);
/* How many mailboxes of a list there are, at most max. */
gboolean mailbox_range_count(
        Db *db, const MailboxKeys *keys, guint max, guint64 *count, GError **error);

/*
 * Of a search with one list: adds to found (MailboxRow) up to limit mailboxes behind the address
 * after ("" = from the beginning), in the order of their addresses. *searched_to: NULL if nothing
 * is left beyond them or limit was reached; otherwise the address at which a bound stopped the
 * search. Free: g_free().
 */
gboolean mailbox_range_search(Db *db, const MailboxSearch *search, const char *after, guint limit,
        GPtrArray *found, char **searched_to, GError **error);

/* At most limit mailboxes of a list (number and address alone) behind the address, or with it, in
 * the search's order. numbered FALSE: the number may be left out (0). NULL and error on failure.
 * Free: g_ptr_array_unref(). */
GPtrArray *mailbox_range_keys(Db *db, const MailboxSearch *search, const MailboxKeys *keys,
        gboolean numbered, const char *address, gboolean with, guint limit, GError **error);

/* The same, but only those that are in each of the other lists (MailboxKeys, of at most
 * MAILBOX_RANGE_PROBED ranges of mailbox_find) as well. *last: the address up to which limit of the
 * first were looked at, NULL if there are no more. Free: g_free(). */
#define MAILBOX_RANGE_PROBED 2
GPtrArray *mailbox_range_probe(Db *db, const MailboxSearch *search, const MailboxKeys *keys,
        const GPtrArray *others, const char *address, gboolean with, guint limit, char **last,
        GError **error);
gboolean mailbox_range_may_probe(const MailboxKeys *keys);

/* ---- parts of statements, for mailbox_search.c, mailbox_merge.c and mailbox_sorted.c ---- */

/* What selects "address" and "mailbox_id" of the first mailboxes of each of a list's ranges behind
 * an address, in no order; its parameters. Free: g_free(). */
char *mailbox_range_text(const MailboxSearch *search, const MailboxKeys *keys, guint limit);
void mailbox_range_values(DbValues *values, const MailboxKeys *keys, const char *address);
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
