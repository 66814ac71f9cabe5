/* pool.h: connections to the database, lent to one callback at a time (a session's callbacks run on
 * different threads). As many are open as callbacks ever ran at once.
 *
 * When no host of the database took a connection several times in a row, nobody tries again for
 * some seconds, so that waiting clients get their 451 at once. A connection that was lost, or a
 * lock that wasn't free in time, concerns that one mail.
 */
#ifndef POSTSTELLE_MILTER_POOL_H
#define POSTSTELLE_MILTER_POOL_H

#include "lib/db/db.h"

/* Before any other thread: tries a first connection; whether there is one is no error. config is
 * borrowed until pool_close(). */
void pool_open(const Config *config);
/* When nobody has borrowed one. */
void pool_close(void);

/* NULL and PS_ERROR_UNAVAILABLE while nobody tries. Give back: pool_give(). */
Db *pool_take(GError **error);
/* failure: what went wrong with it, or NULL. */
void pool_give(Db *db, const GError *failure);

#endif
