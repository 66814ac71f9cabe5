/* migrate_lease.h: one migration at a time, on one database server or a cluster of several.
 *
 * GET_LOCK() is local to a node; so the right to migrate is a row: who holds it and until when,
 * renewed on a connection of its own while statements run as long as they take. A holder that
 * died is followed when its time is over.
 */
#ifndef POSTSTELLE_LIB_DB_MIGRATE_LEASE_H
#define POSTSTELLE_LIB_DB_MIGRATE_LEASE_H

#include "lib/db/db.h"

typedef struct MigrateLease MigrateLease;

/* Told once who is waited for: host and process. */
typedef void (*MigrateWait)(const char *holder);

/*
 * Waits (at most 10 minutes) until nobody else migrates. config is borrowed for the life of the
 * lease; waits may be NULL. NULL and error: PS_ERROR_UNAVAILABLE if somebody else still migrates.
 * Free: migrate_lease_free(), which lets the next one begin.
 */
MigrateLease *migrate_lease_take(const Config *config, MigrateWait waits, GError **error);
void migrate_lease_free(MigrateLease *lease);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrateLease, migrate_lease_free)

/* To be asked before each statement. FALSE and PS_ERROR_UNAVAILABLE: somebody else has taken over,
 * or nobody can be asked. */
gboolean migrate_lease_hold(MigrateLease *lease, GError **error);

#endif
