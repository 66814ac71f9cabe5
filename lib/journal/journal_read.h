/* journal_read.h: the journal as somebody may read it: pages, search and filters, one entry.
 */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_READ_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_READ_H

#include "lib/journal/journal_find.h"
#include "lib/journal/journal_rows.h"

/* An address of an entry. */
typedef struct {
	JournalRole role;
	char *name, *address;
} JournalLine;

typedef struct {
	guint64 id;    /* also its time */
	char *service; /* outside, submission, vacation, own, local */
	guint64 named; /* addresses in To and Cc */
	gboolean bare; /* text and file names were left out */
	char *subject;
	char *envelope_from;
	char *sender,
	        *recipients; /* as the list shows them: of recipients the first JOURNAL_LISTED */
	GPtrArray *lines;    /* JournalLine by role; Bcc only those that the user may know of */
} JournalItem;

typedef struct {
	GPtrArray *items; /* JournalItem, newest first, at most LIST_PAGE; lines: some of Bcc */
	guint64 previous, next; /* cursors of the page before and of the next one; 0 = there is none
	                         */
	gboolean partial; /* the search stopped at its bound: all down to next was looked through */
	gboolean backward;                   /* likewise, but up to previous */
	JournalNamed *mailbox, *participant; /* what the filter means; there are no items unless
	                                        both are known */
} JournalPage;

/* One page in bounded time: what isn't found within that is behind the link to go on. Free:
 * journal_page_free(). */
JournalPage *journal_page(
        Db *db, const JournalViewer *viewer, const JournalFilter *filter, GError **error);
void journal_page_free(JournalPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JournalPage, journal_page_free)

typedef struct {
	char *name;
	guint64 size;
} JournalFile;

/* A mailbox of the office in an entry. */
typedef struct {
	JournalRole role;
	guint64 mailbox_id;
	char *address;
	gboolean deleted; /* since then */
	gboolean reached, protects;
} JournalBox;

typedef struct {
	JournalItem *item; /* with all lines */
	char *text;        /* NULL: none was kept */
	char *writer;      /* name of the user whose own password it was sent with; NULL: unknown */
	GPtrArray *files;  /* JournalFile */
	GPtrArray *mailboxes; /* JournalBox by role */
} JournalEntry;

/* NULL and PS_ERROR_NOT_FOUND if there is none or the user may not read it. Free:
 * journal_entry_free(). */
JournalEntry *journal_entry(Db *db, const JournalViewer *viewer, guint64 id, GError **error);
void journal_entry_free(JournalEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JournalEntry, journal_entry_free)

#endif
