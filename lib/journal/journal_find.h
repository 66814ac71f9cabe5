/* journal_find.h: which entries a page of the journal shows: search, filters and period. */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_FIND_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_FIND_H

#include "lib/db/list_page.h"
#include "lib/journal/journal_named.h"
#include "lib/journal/journal_visible.h"

#define JOURNAL_WORDS_MAX 200 /* octets of a search */
#define JOURNAL_OFFERED 8     /* addresses that a part of one fits */

typedef struct {
	const char *q;           /* words of names, addresses, subject and text; "" = all */
	const char *mailbox;     /* journal_named_mailbox(); "" = all */
	const char *participant; /* journal_named_participant(); "" = all */
	gboolean knows_all;      /* the reader is an administrator, who knows of all mailboxes */
	guint64 from, below;     /* instants: from <= mail < below; below 0 = no end */
	guint64 after;           /* number of the last entry of the page before; 0 = first page */
	guint64 before;          /* or of the first one of the page behind; 0 = not so */
} JournalFilter;

/*
 * The entries of the page and one more, if there is one: guint64, newest first, before an entry
 * oldest first. *searched_to: where the search stopped with more to look at, 0 if it didn't.
 * mailbox, participant: what the filter means; a part that was looked for in vain in all that may
 * be read becomes unknown, of others addresses that it fits are added to the choices (at most
 * JOURNAL_OFFERED). Free: g_array_unref().
 */
GArray *journal_find(Db *db, const JournalViewer *viewer, const JournalFilter *filter,
        JournalNamed *mailbox, JournalNamed *participant, guint64 *searched_to, GError **error);

#endif
