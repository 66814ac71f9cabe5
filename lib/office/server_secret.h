/* server_secret.h: random values that all workers of an office share. */
#ifndef POSTSTELLE_LIB_OFFICE_SERVER_SECRET_H
#define POSTSTELLE_LIB_OFFICE_SERVER_SECRET_H

#include "lib/db/db.h"

#define SERVER_SECRET_SIZE 32

/* The secret of that name (at most 32 ASCII characters), made at its first use. Free:
 * g_bytes_unref(). */
GBytes *server_secret_get(Db *db, const char *name, GError **error);

#endif
