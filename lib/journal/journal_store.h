/* journal_store.h: writes the rows of an entry, within the transaction of its mail. */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_STORE_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_STORE_H

#include "lib/journal/journal_kept.h"

typedef struct {
	guint64 id; /* the mail's instant; moves on if that is taken */
	const JournalKept *kept;
	const JournalFacts *facts;
	guint64 writer_id;        /* the user whose own password it was sent with, or 0 */
	const GPtrArray *parties; /* JournalNamed that are stored, with role, place and resolved */
} JournalNew;

/* Writes it with the first instant from id on that is free. *done: the mail has its entry already,
 * nothing was written. */
gboolean journal_store(Db *db, JournalNew *entry, gboolean *done, GError **error);

#endif
