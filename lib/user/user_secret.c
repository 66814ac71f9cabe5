/* user_secret.c: reads and writes the hashes of users' passwords. */
#include "lib/user/user_secret.h"

#define COLUMNS "SELECT id, active, password_hash FROM user"
enum { C_ID, C_ACTIVE, C_HASH };

static const char SQL_FIND[] = COLUMNS " WHERE login = ?";
static const char SQL_LOAD[] = COLUMNS " WHERE id = ?";
static const char SQL_STORE[] = "UPDATE user SET password_hash = ? WHERE id = ?";

void user_secret_clear(UserSecret *secret)
{
	g_free(secret->hash);
}

static gboolean take_secret(DbRows *rows, UserSecret *secret)
{
	*secret = (UserSecret){0};
	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows))
		*secret = (UserSecret){.user_id = db_rows_u64(rows, C_ID),
		        .active = db_rows_u64(rows, C_ACTIVE) != 0,
		        .hash = g_strdup(db_rows_text(rows, C_HASH))};
	return TRUE;
}

gboolean user_secret_find(Db *db, const char *login, UserSecret *secret, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_FIND, "s", login);

	return take_secret(rows, secret);
}

gboolean user_secret_load(Db *db, guint64 user_id, UserSecret *secret, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LOAD, "u", user_id);

	return take_secret(rows, secret);
}

gboolean user_secret_store(Db *db, guint64 user_id, const char *hash, GError **error)
{
	return db_execute(db, error, SQL_STORE, "au", hash, user_id) == 1;
}
