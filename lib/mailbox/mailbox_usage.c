/* mailbox_usage.c: makes the rows that Dovecot writes to, and keeps the limits in them. */
#include "lib/mailbox/mailbox_usage.h"

static const char SQL_CREATE[] = "INSERT IGNORE INTO mailbox_usage (username) VALUES (?)";
static const char SQL_BEGIN[] =
        "UPDATE mailbox_usage SET bytes = 0, messages = 0, last_login = 0, quota_mb = ?"
        " WHERE username = ?";
static const char SQL_LIMIT[] = "UPDATE mailbox_usage SET quota_mb = ? WHERE username = ?";
#define LIMIT_OF "IF(m.deleted = 1, 0, m.quota_mb)"
#define DIFFERENT                                                                                  \
	" FROM mailbox m JOIN mailbox_usage u ON u.username = m.address"                           \
	" WHERE m.deleted < 2 AND u.quota_mb <> " LIMIT_OF " LIMIT 1000"
static const char SQL_DIFFERENT[] = "SELECT m.address, " LIMIT_OF DIFFERENT;
enum { C_ADDRESS, C_QUOTA };

gboolean mailbox_usage_create(Db *db, const char *address, guint64 quota_mb, GError **error)
{
	return db_execute(db, error, SQL_CREATE, "a", address) >= 0 &&
	       db_execute(db, error, SQL_BEGIN, "ua", quota_mb, address) >= 0;
}

gboolean mailbox_usage_limit(Db *db, const char *address, guint64 quota_mb, GError **error)
{
	return db_execute(db, error, SQL_LIMIT, "ua", quota_mb, address) >= 0;
}

gboolean mailbox_usage_complete(Db *db, GError **error)
{
	for (gboolean more = TRUE; more;) {
		g_autoptr(DbRows) rows = db_query(db, error, SQL_DIFFERENT, "");
		if (rows == NULL)
			return FALSE;
		more = FALSE;
		while (db_rows_next(rows)) {
			more = TRUE;
			if (!mailbox_usage_limit(db, db_rows_text(rows, C_ADDRESS),
			            db_rows_u64(rows, C_QUOTA), error))
				return FALSE;
		}
	}
	return TRUE;
}

gboolean mailbox_usage_wrong(Db *db, GPtrArray *wrong, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_DIFFERENT, "");

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows))
		g_ptr_array_add(wrong, g_strdup(db_rows_text(rows, C_ADDRESS)));
	return TRUE;
}
