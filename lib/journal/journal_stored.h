/* journal_stored.h: entries as they were written, and who was assigned at their time: what the
 * rows of journal_reader follow from (journal_rows.h). */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_STORED_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_STORED_H

#include "lib/db/db.h"
#include "lib/journal/journal_rows.h"

typedef struct {
	guint64 id;
	gboolean protected; /* as the entry itself says */
	JournalFacts *facts;
} JournalStored;

/* At most limit entries with from <= number < below, the oldest first. Free: g_ptr_array_unref().
 */
GPtrArray *journal_stored(Db *db, guint64 from, guint64 below, guint limit, GError **error);

#endif
