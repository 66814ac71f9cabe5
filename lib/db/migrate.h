/* migrate.h: brings the database to this version's schema.
 *
 * Applies sql/NNNN_*.sql in the order of their numbers, each statement by itself, and then those of
 * sql/views.sql that differ from what is there. Restartable at any statement: what exists already
 * is not an error. Two at once, on one server or at two nodes, follow one another
 * (migrate_lease.h). A statement takes as long as it takes.
 */
#ifndef POSTSTELLE_LIB_DB_MIGRATE_H
#define POSTSTELLE_LIB_DB_MIGRATE_H

#include "lib/db/migrate_lease.h"

/* Runs what is missing. waits may be NULL. *applied: how many numbered files were run (0: nothing
 * to do). */
gboolean migrate_run(const Config *config, const char *directory, MigrateWait waits, guint *applied,
        GError **error);

/* The names of the numbered files in directory that the database lacks, in their order; all of them
 * for one that was never migrated. Free: g_ptr_array_unref(). */
GPtrArray *migrate_pending(Db *db, const char *directory, GError **error);

/* Splits a script at its semicolons, leaving comments away and quoted text whole. For tests and
 * migrate_run(). Free: g_ptr_array_unref(). */
GPtrArray *migrate_split(const char *script);

#endif
