/* mailbox_clock.c: locks and sets the clocks of mailboxes, in the order of their numbers. */
#include "lib/mailbox/mailbox_clock.h"

#include "lib/base/error.h"
#include "lib/db/db_bulk.h"

static const char *const SQL_CREATE[DB_BULK] =
        DB_BULK_INSERT("INSERT INTO mailbox_clock (mailbox_id, at) VALUES ", "(?, " DB_NOW ")");
static const char SQL_LOCK_ONE[] = "SELECT at FROM mailbox_clock WHERE mailbox_id = ? FOR UPDATE";
static const char SQL_LOCK[] = "SELECT at FROM mailbox_clock WHERE mailbox_id IN " DB_LIST_PLACES
                               " ORDER BY mailbox_id FOR UPDATE";
/* A statement of its own: NOW(6) is the start of its statement, so inside the locking one it would
 * be older than the wait. */
static const char SQL_NOW[] = "SELECT " DB_NOW;
static const char SQL_SET_ONE[] = "UPDATE mailbox_clock SET at = ? WHERE mailbox_id = ?";
static const char SQL_SET[] = "UPDATE mailbox_clock SET at = ? WHERE mailbox_id IN " DB_LIST_PLACES;

static void add_id(DbValues *values, guint i, gpointer data)
{
	db_values_add_u64(values, *((const guint64 *)data + i));
}

gboolean mailbox_clock_create(Db *db, guint64 *mailbox_ids, guint count, GError **error)
{
	return db_bulk_insert(db, SQL_CREATE, count, add_id, mailbox_ids, error);
}

static gint compare_ids(gconstpointer a, gconstpointer b)
{
	guint64 one = *(const guint64 *)a, other = *(const guint64 *)b;

	return one < other ? -1 : one > other;
}

/* The numbers in their order, each once. Free: g_array_unref(). */
static GArray *sorted(const guint64 *ids, gsize count)
{
	GArray *copy = g_array_sized_new(FALSE, FALSE, sizeof(guint64), (guint)count);
	guint kept = 0;

	g_array_append_vals(copy, ids, (guint)count);
	g_array_sort(copy, compare_ids);
	for (guint i = 0; i < copy->len; i++) {
		guint64 id = g_array_index(copy, guint64, i);
		if (kept == 0 || g_array_index(copy, guint64, kept - 1) != id)
			g_array_index(copy, guint64, kept++) = id;
	}
	g_array_set_size(copy, kept);
	return copy;
}

/* Raises *latest to the clocks of the chunk that begins at first. */
static gboolean lock_chunk(Db *db, const GArray *ids, guint first, guint64 *latest, GError **error)
{
	g_autoptr(DbValues) values = db_values_new();
	g_autoptr(DbRows) rows = NULL;
	guint wanted = MIN(ids->len - first, DB_LIST), found = 0;

	if (wanted == 1) {
		rows = db_query(db, error, SQL_LOCK_ONE, "u", g_array_index(ids, guint64, first));
	} else {
		db_list_add(values, ids, first, DB_LIST);
		rows = db_query_values(db, error, SQL_LOCK, values);
	}
	if (rows == NULL)
		return FALSE;
	for (; db_rows_next(rows); found++)
		*latest = MAX(*latest, db_rows_u64(rows, 0));
	if (found == wanted)
		return TRUE;
	g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "a mailbox has no clock");
	return FALSE;
}

gboolean mailbox_clock_hold(
        Db *db, const guint64 *mailbox_ids, gsize count, guint64 *latest, GError **error)
{
	g_autoptr(GArray) ids = sorted(mailbox_ids, count);

	g_assert(db_in_transaction(db));
	*latest = 0;
	for (guint first = 0; first < ids->len; first += DB_LIST)
		if (!lock_chunk(db, ids, first, latest, error))
			return FALSE;
	return TRUE;
}

gboolean mailbox_clock_lock(
        Db *db, const guint64 *mailbox_ids, gsize count, guint64 *at, GError **error)
{
	guint64 latest = 0;

	if (!mailbox_clock_hold(db, mailbox_ids, count, &latest, error))
		return FALSE;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_NOW, "");
	if (rows == NULL || !db_rows_next(rows))
		return FALSE;
	*at = MAX(db_rows_u64(rows, 0), latest + 1);
	return TRUE;
}

gboolean mailbox_clock_set(
        Db *db, const guint64 *mailbox_ids, gsize count, guint64 at, GError **error)
{
	g_autoptr(GArray) ids = sorted(mailbox_ids, count);

	for (guint first = 0; first < ids->len; first += DB_LIST) {
		g_autoptr(DbValues) values = db_values_new();
		if (ids->len - first == 1) {
			if (db_execute(db, error, SQL_SET_ONE, "uu", at,
			            g_array_index(ids, guint64, first)) < 0)
				return FALSE;
			continue;
		}
		db_values_add_u64(values, at);
		db_list_add(values, ids, first, DB_LIST);
		if (db_execute_values(db, error, SQL_SET, values) < 0)
			return FALSE;
	}
	return TRUE;
}
