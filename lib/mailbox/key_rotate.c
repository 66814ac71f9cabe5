/* key_rotate.c: seals passwords anew, batch by batch, until none needs an older key. */
#include "lib/mailbox/key_rotate.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/base/password.h"
#include "lib/office/change_log.h"

static const char SQL_NEXT[] =
        "SELECT id, password_sealed, password_key_id FROM mailbox"
        " WHERE id > ? AND password_sealed IS NOT NULL AND password_key_id <> ?"
        " ORDER BY id LIMIT 100";
enum { C_MAILBOX, C_SEALED, C_KEY };
/* Not if it was changed meanwhile: then it is sealed with the newest key already, or seen in the
 * next round. The version stays: nobody's open form is about this. */
static const char SQL_SEAL[] = "UPDATE mailbox SET password_sealed = ?, password_key_id = ?"
                               " WHERE id = ? AND password_sealed = ?";
static const char SQL_USED[] = "SELECT 1 FROM mailbox WHERE password_key_id = ?"
                               " AND password_sealed IS NOT NULL LIMIT 1";
static const char SQL_KEYS[] =
        "SELECT DISTINCT password_key_id FROM mailbox WHERE password_sealed IS NOT NULL";

typedef struct {
	const KeyRing *ring;
	guint64 after, last; /* a batch begins behind the first and ends with the other */
	gboolean more;
	KeyRotation batch;
} SealWork;

/* One row; what can't be opened is counted and stays as it is. */
static gboolean seal_row(Db *db, SealWork *work, DbRows *rows, GError **error)
{
	guint64 id = db_rows_u64(rows, C_MAILBOX);
	gsize size = 0, fresh_size;
	const guint8 *old = db_rows_blob(rows, C_SEALED, &size);
	char *password = seal_open(work->ring, db_rows_text(rows, C_KEY), id, old, size, NULL);

	if (password == NULL) {
		work->batch.unreadable++;
		return TRUE;
	}
	g_autoptr(GBytes) fresh = seal_close(work->ring, id, password, error);
	password_free(password);
	if (fresh == NULL)
		return FALSE;
	const void *octets = g_bytes_get_data(fresh, &fresh_size);
	gint64 changed = db_execute(db, error, SQL_SEAL, "baub", octets, fresh_size,
	        keyring_current(work->ring), id, old, size);
	work->batch.sealed += changed > 0;
	return changed >= 0;
}

static gboolean seal_batch(Db *db, gpointer data, GError **error)
{
	SealWork *work = data;
	g_autoptr(DbRows) rows =
	        db_query(db, error, SQL_NEXT, "ua", work->after, keyring_current(work->ring));

	work->batch = (KeyRotation){0, 0};
	work->last = work->after;
	work->more = FALSE;
	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		work->more = TRUE;
		work->last = db_rows_u64(rows, C_MAILBOX);
		if (!seal_row(db, work, rows, error))
			return FALSE;
	}
	return TRUE;
}

/* All rows once. */
static gboolean seal_round(Db *db, const KeyRing *ring, KeyRotation *done, GError **error)
{
	SealWork work = {.ring = ring, .more = TRUE};

	*done = (KeyRotation){0, 0};
	while (work.more) {
		if (!db_transaction(db, seal_batch, &work, error))
			return FALSE;
		work.after = work.last;
		done->sealed += work.batch.sealed;
		done->unreadable += work.batch.unreadable;
	}
	return TRUE;
}

typedef struct {
	const Actor *actor;
	const char *id;
} RotationWork;

static gboolean log_rotation(Db *db, gpointer data, GError **error)
{
	const RotationWork *work = data;

	return change_log_add(db, work->actor, 0, work->id, "key.rotated", "", NULL, NULL, error);
}

gboolean key_rotate(
        Db *db, const KeyRing *ring, const Actor *actor, KeyRotation *done, GError **error)
{
	RotationWork work = {actor, keyring_current(ring)};
	KeyRotation again;

	if (!seal_round(db, ring, done, error))
		return FALSE;
	/* What a request that had read the old file sealed meanwhile. */
	do {
		if (!seal_round(db, ring, &again, error))
			return FALSE;
		done->sealed += again.sealed;
		done->unreadable = again.unreadable;
	} while (again.sealed > 0);
	return db_transaction(db, log_rotation, &work, error);
}

gboolean key_is_used(Db *db, const char *id, gboolean *used, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_USED, "a", id);

	if (rows == NULL)
		return FALSE;
	*used = db_rows_next(rows);
	return TRUE;
}

gboolean key_rotation_unfinished(Db *db, const KeyRing *ring, gboolean *unfinished, GError **error)
{
	*unfinished = FALSE;
	for (guint i = 0; i + 1 < keyring_count(ring) && !*unfinished; i++)
		if (!key_is_used(db, keyring_id(ring, i), unfinished, error))
			return FALSE;
	return TRUE;
}

GPtrArray *key_missing(Db *db, const KeyRing *ring, GError **error)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(DbRows) rows = db_query(db, error, SQL_KEYS, "");

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows))
		if (!keyring_has(ring, db_rows_text(rows, 0)))
			g_ptr_array_add(ids, g_strdup(db_rows_text(rows, 0)));
	return g_steal_pointer(&ids);
}
