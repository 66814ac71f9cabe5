/* journal_purge.h: the journal's retention: entries older than the office keeps them go for good.
 */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_PURGE_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_PURGE_H

#include "lib/db/db.h"

/* Removes a small batch of entries that are older than setting.journal_keep_days (0: none is),
 * the oldest first, with all that follows from them. *removed: how many; 0 = nothing is left to
 * do now. */
gboolean journal_purge_step(Db *db, guint *removed, GError **error);

#endif
