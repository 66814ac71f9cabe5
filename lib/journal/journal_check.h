/* journal_check.h: compares what is stored of the journal's readers with what follows from
 * entries, their mailboxes and the assignments (journal_rows.h), and reports each difference.
 * It may run while mails are written and purged.
 */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_CHECK_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_CHECK_H

#include "lib/db/db.h"

typedef enum {
	JOURNAL_MISSING,       /* the user should find the entry by topic, and doesn't */
	JOURNAL_EXTRA,         /* the user finds it, and shouldn't */
	JOURNAL_WRONG_PROTECT, /* the entry's mark is not what its mailboxes say */
} JournalFault;

/* topic and user_id as in journal_rows.h; 0 for JOURNAL_WRONG_PROTECT. */
typedef void (*JournalReport)(
        JournalFault fault, guint64 entry_id, guint64 topic, guint64 user_id, gpointer data);

typedef struct {
	guint64 entries, rows; /* that were compared */
	guint64 faults;
} JournalCheck;

gboolean journal_check(
        Db *db, JournalReport report, gpointer data, JournalCheck *check, GError **error);

#endif
