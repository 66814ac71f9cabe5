/*
 * migrate.h: brings the database to this version's schema.
 *
 * Applies sql/NNNN_*.sql in the order of their numbers, each statement by itself, and then
 * sql/views.sql always. Restartable at any statement: what exists already is not an error. Two
 * at once are safe: a lock keeps them apart on one server, and on several nodes every statement
 * may be run twice.
 */
#ifndef POSTSTELLE_LIB_DB_MIGRATE_H
#define POSTSTELLE_LIB_DB_MIGRATE_H

#include "lib/db/db.h"

/* Runs what is missing. *applied: how many numbered files were run (0: nothing to do). */
gboolean migrate_run(Db *db, const char *directory, guint *applied, GError **error);

/* Splits a script at its semicolons, leaving comments away and quoted text whole. For tests and
 * migrate_run(). Free: g_ptr_array_unref(). */
GPtrArray *migrate_split(const char *script);

#endif
