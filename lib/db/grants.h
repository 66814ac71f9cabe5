/* grants.h: compares what a database account may do with what grants.sql gives it. */
#ifndef POSTSTELLE_LIB_DB_GRANTS_H
#define POSTSTELLE_LIB_DB_GRANTS_H

#include "lib/db/db.h"

/*
 * script: the text of grants.sql, its rows for account. *missing: the rights that the account of db
 * lacks, as "UPDATE (seen_at) on session"; *beyond: those on whole tables, the whole database or
 * the server that nobody gave. Free both: g_ptr_array_unref().
 */
gboolean grants_compare(Db *db, const char *script, const char *account, GPtrArray **missing,
        GPtrArray **beyond, GError **error);

#endif
