/* mailbox_merge_list.h: lists of mailboxes that are merged: each fetched piece by piece, from the
 * place that all of them are stepped to.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_MERGE_LIST_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_MERGE_LIST_H

#include "lib/mailbox/mailbox_range.h"

/* A range, or some that the server puts in one order. */
typedef struct {
	MailboxKeys keys;
	GPtrArray *fetched; /* MailboxRow, in order; NULL: none yet */
	guint position;
	char *begin, *end; /* the first and the last of them; NULL: none */
	gboolean complete; /* nothing follows what was fetched */
} MergePart;

#define MERGE_PARTS 2
typedef struct {
	const MailboxKeys *keys;
	MergePart parts[MERGE_PARTS]; /* in order each */
	guint count;
	guint dense;     /* fetches in a row that hardly any key of the first list lay among */
	gboolean probed; /* it isn't fetched: the first list's keys are looked up in it */
} MergeList;

#define MERGE_LISTS (MAILBOX_PLAN_WORDS + 2) /* a user's and a mark's */
typedef struct {
	Db *db;
	const MailboxSearch *search;
	MergeList lists[MERGE_LISTS];
	guint count;

	/* Where the lists are stepped to. */
	char *place;
	gboolean behind; /* it itself isn't looked for any more */
	char *passed;    /* the one before it, which is decided on */

	char *last;       /* up to where keys of the first list were looked up; NULL: to its end */
	gboolean again;   /* other lists are looked up in: where they stand isn't known any more */
	guint spent;      /* about how many keys a fetch has cost, see mailbox_merge_list.c */
	gboolean enough;  /* only the number of hits is still wanted */
	gboolean bounded; /* too much was fetched: nothing more is */
} Merge;

/* Lists of a search, to be stepped to what comes behind a place; passed is where its page begins.
 * Clear: merge_clear(). */
void merge_init(
        Merge *merge, Db *db, const MailboxSearch *search, const char *place, const char *passed);
void merge_clear(Merge *merge);

/* Moves the place to another key. */
void merge_move(Merge *merge, const char *key);
/* Moves a list to its first key from the place on; the place moves past what was looked up in vain.
 */
gboolean merge_seek(Merge *merge, MergeList *list, GError **error);
/* The key it stands at; NULL: it is at its end. Of a probed one: the place. */
const char *merge_head(const Merge *merge, MergeList *list);
/* Takes the mailbox that all lists stand at. */
MailboxRow *merge_take(Merge *merge);

#endif
