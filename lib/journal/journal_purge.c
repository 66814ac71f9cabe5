/* journal_purge.c: removes entries that are too old, with the reader rows that follow from each. */
#include "lib/journal/journal_purge.h"

#include "lib/db/db_bulk.h"
#include "lib/journal/journal_stored.h"

#define BATCH 20
#define DAY_US ((guint64)24 * 3600 * G_USEC_PER_SEC)

static const char SQL_KEEP[] = "SELECT journal_keep_days, " DB_NOW " FROM setting WHERE id = 1";
enum { KEEP_DAYS, KEEP_NOW };
static const char SQL_READERS[] = "DELETE FROM journal_reader WHERE topic = ? AND entry_id = ?"
                                  " AND user_id IN " DB_LIST_PLACES;
/* The entry goes last, and within the same transaction. */
static const char *const SQL_REST[] = {
        "DELETE FROM journal_text WHERE entry_id >= ? AND entry_id <= ?",
        "DELETE FROM journal_attachment WHERE entry_id >= ? AND entry_id <= ?",
        "DELETE FROM journal_party WHERE entry_id >= ? AND entry_id <= ?",
        "DELETE FROM journal_mailbox WHERE entry_id >= ? AND entry_id <= ?",
        "DELETE FROM journal_entry WHERE id >= ? AND id <= ?",
};
/* A mail that is just being written keeps its addresses' numbers locked. */
static const char SQL_LOCK_ADDRESS[] = "SELECT id FROM journal_address WHERE id = ? FOR UPDATE";
static const char SQL_USED[] = "SELECT 1 FROM journal_reader WHERE topic = ? LIMIT 1";
static const char SQL_ADDRESS[] = "DELETE FROM journal_address WHERE id = ?";

typedef struct {
	guint64 below;
	GPtrArray *entries; /* of the present run: JournalStored */
} PurgeWork;

/* Deletes the rows of one topic, from number first on; returns where the next topic begins. */
static gboolean delete_topic(
        Db *db, guint64 entry_id, const GArray *rows, guint *first, GError **error)
{
	g_autoptr(GArray) users = g_array_new(FALSE, FALSE, sizeof(guint64));
	guint64 topic = g_array_index(rows, JournalRow, *first).topic;

	for (; *first < rows->len && g_array_index(rows, JournalRow, *first).topic == topic;
	        ++*first)
		g_array_append_val(users, g_array_index(rows, JournalRow, *first).user_id);
	for (guint at = 0; at < users->len; at += DB_LIST) {
		g_autoptr(DbValues) values = db_values_new();
		db_values_add_u64(values, topic);
		db_values_add_u64(values, entry_id);
		db_list_add(values, users, at, DB_LIST);
		if (db_execute_values(db, error, SQL_READERS, values) < 0)
			return FALSE;
	}
	return TRUE;
}

static gboolean delete_readers(Db *db, const JournalStored *entry, GError **error)
{
	g_autoptr(GArray) rows = journal_rows(entry->facts);

	for (guint first = 0; first < rows->len;)
		if (!delete_topic(db, entry->id, rows, &first, error))
			return FALSE;
	return TRUE;
}

static gboolean purge_entries(Db *db, gpointer data, GError **error)
{
	PurgeWork *work = data;

	g_clear_pointer(&work->entries, g_ptr_array_unref);
	work->entries = journal_stored(db, 0, work->below, BATCH, error);
	if (work->entries == NULL)
		return FALSE;
	if (work->entries->len == 0)
		return TRUE;
	for (guint i = 0; i < work->entries->len; i++)
		if (!delete_readers(db, work->entries->pdata[i], error))
			return FALSE;
	const JournalStored *first = work->entries->pdata[0],
	                    *last = work->entries->pdata[work->entries->len - 1];
	for (gsize i = 0; i < G_N_ELEMENTS(SQL_REST); i++)
		if (db_execute(db, error, SQL_REST[i], "uu", first->id, last->id) < 0)
			return FALSE;
	return TRUE;
}

/* An address that nobody finds anything by any more. */
static gboolean forget_address(Db *db, gpointer data, GError **error)
{
	guint64 id = *(guint64 *)data;
	g_autoptr(DbRows) locked = db_query(db, error, SQL_LOCK_ADDRESS, "u", id);

	if (locked == NULL)
		return FALSE;
	g_autoptr(DbRows) used = db_query(db, error, SQL_USED, "u", JOURNAL_TOPIC_ADDRESS(id));
	if (used == NULL)
		return FALSE;
	return db_rows_next(used) || db_execute(db, error, SQL_ADDRESS, "u", id) >= 0;
}

static gboolean forget_addresses(Db *db, const GPtrArray *entries, GError **error)
{
	g_autoptr(GHashTable) ids = g_hash_table_new(g_int64_hash, g_int64_equal);
	GHashTableIter iter;
	gpointer id;

	for (guint i = 0; i < entries->len; i++) {
		const GArray *parties = ((const JournalStored *)entries->pdata[i])->facts->parties;
		for (guint j = 0; j < parties->len; j++)
			g_hash_table_add(ids, &g_array_index(parties, JournalParty, j).address_id);
	}
	g_hash_table_iter_init(&iter, ids);
	while (g_hash_table_iter_next(&iter, &id, NULL))
		if (!db_transaction(db, forget_address, id, error))
			return FALSE;
	return TRUE;
}

gboolean journal_purge_step(Db *db, guint *removed, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_KEEP, "");
	PurgeWork work = {0};

	*removed = 0;
	if (rows == NULL)
		return FALSE;
	guint64 days = db_rows_next(rows) ? db_rows_u64(rows, KEEP_DAYS) : 0;
	guint64 now = days > 0 ? db_rows_u64(rows, KEEP_NOW) : 0;
	if (days == 0 || now < days * DAY_US)
		return TRUE;
	work.below = now - days * DAY_US;
	gboolean ok = db_transaction(db, purge_entries, &work, error) &&
	              forget_addresses(db, work.entries, error);
	*removed = ok ? work.entries->len : 0;
	g_clear_pointer(&work.entries, g_ptr_array_unref);
	return ok;
}
