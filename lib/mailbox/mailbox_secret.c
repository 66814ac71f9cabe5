/* mailbox_secret.c: stores and opens passwords of mailboxes, and says who may know one. */
#include "lib/mailbox/mailbox_secret.h"

#include "lib/base/error.h"
#include "lib/base/password.h"
#include "lib/office/mailbox_mark.h"

/* at 0: now; version 0: whatever it is. */
static const char SQL_PASSWORD[] =
        "UPDATE mailbox SET password_hash = ?, password_sealed = ?, password_key_id = ?,"
        " password_changed_at = COALESCE(NULLIF(?, 0), " DB_NOW "), version = version + 1"
        " WHERE id = ? AND ? IN (0, version) AND deleted IN (0, 3)";
static const char SQL_SEALED[] =
        "SELECT password_sealed, password_key_id FROM mailbox WHERE id = ?";
enum { SEALED_OCTETS, SEALED_KEY };
static const char SQL_BEGIN_SEEN[] =
        "INSERT IGNORE INTO password_seen (mailbox_id, user_id, seen_at) VALUES (?, ?, 0)";
static const char SQL_SEEN[] =
        "UPDATE password_seen SET seen_at = " DB_NOW " WHERE mailbox_id = ? AND user_id = ?";

gint64 mailbox_secret_store(Db *db, const KeyRing *ring, guint64 mailbox_id, guint64 version,
        guint64 at, GError **error)
{
	char *password = password_generate();
	g_autofree char *hash = password_hash(password);
	g_autoptr(GError) failure = NULL;
	g_autoptr(GBytes) sealed = seal_close(ring, mailbox_id, password, &failure);
	gsize size = 0;

	password_free(password);
	if (failure != NULL) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return -1;
	}
	const void *octets = sealed != NULL ? g_bytes_get_data(sealed, &size) : NULL;
	return db_execute(db, error, SQL_PASSWORD, "abauuu", hash, octets, size,
	        sealed != NULL ? keyring_current(ring) : NULL, at, mailbox_id, version);
}

char *mailbox_secret_open(Db *db, const KeyRing *ring, guint64 mailbox_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_SEALED, "u", mailbox_id);
	gsize size = 0;

	if (rows == NULL)
		return NULL;
	const guint8 *sealed = db_rows_next(rows) ? db_rows_blob(rows, SEALED_OCTETS, &size) : NULL;
	if (sealed == NULL) {
		g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "the password was not sealed");
		return NULL;
	}
	return seal_open(ring, db_rows_text(rows, SEALED_KEY), mailbox_id, sealed, size, error);
}

gboolean mailbox_secret_note_seen(Db *db, guint64 mailbox_id, guint64 user_id, GError **error)
{
	return user_id == 0 ||
	       (db_execute(db, error, SQL_BEGIN_SEEN, "uu", mailbox_id, user_id) >= 0 &&
	               db_execute(db, error, SQL_SEEN, "uu", mailbox_id, user_id) == 1 &&
	               mailbox_mark_refresh(db, mailbox_id, error));
}
