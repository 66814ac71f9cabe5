/* server_secret.c: reads a secret that all workers share, or makes it. */
#include "lib/office/server_secret.h"

#include <stdlib.h>

#include "lib/base/error.h"

static const char SQL_LOAD[] = "SELECT value FROM server_secret WHERE name = ?";
static const char SQL_MAKE[] = "INSERT IGNORE INTO server_secret (name, value) VALUES (?, ?)";

static gboolean load_secret(Db *db, const char *name, GBytes **secret, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LOAD, "a", name);
	gsize size;

	*secret = NULL;
	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows)) {
		const guint8 *value = db_rows_blob(rows, 0, &size);
		*secret = g_bytes_new(value, size);
	}
	return TRUE;
}

GBytes *server_secret_get(Db *db, const char *name, GError **error)
{
	guint8 fresh[SERVER_SECRET_SIZE];
	GBytes *secret;

	if (!load_secret(db, name, &secret, error) || secret != NULL)
		return secret;
	arc4random_buf(fresh, sizeof(fresh));
	/* Whoever comes first wins; what counts is what the table then says. */
	if (db_execute(db, error, SQL_MAKE, "ab", name, fresh, sizeof(fresh)) < 0 ||
	        !load_secret(db, name, &secret, error))
		return NULL;
	if (secret == NULL)
		g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "server secret %s can't be stored",
		        name);
	return secret;
}
