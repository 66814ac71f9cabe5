/* journal_check.c: finds the entries whose reader rows aren't what follows from them.
 *
 * The rows of an entry have no key of their own, so both sides are summed up by slices of entries
 * first (a count, and a sum of each row's hash): wanted rows in the order of entries, stored ones
 * in the order of their key. Only the entries of slices that differ are looked at one by one.
 */
#include "lib/journal/journal_check.h"

#include <string.h>

#include "lib/journal/journal_stored.h"

#define SLICE 200        /* entries */
#define SCAN_STEP "5000" /* stored rows a statement */

/* A mail may be a little later than the clock, when its microsecond was taken. */
static const char SQL_BELOW[] =
        "SELECT GREATEST(" DB_NOW ", (SELECT COALESCE(MAX(id), 0) + 1 FROM journal_entry))";
static const char SQL_SCAN[] = "SELECT topic, user_id, entry_id FROM journal_reader"
                               " WHERE topic > ? OR (topic = ? AND user_id > ?)"
                               "    OR (topic = ? AND user_id = ? AND entry_id > ?)"
                               " ORDER BY topic, user_id, entry_id LIMIT " SCAN_STEP;
enum { SCAN_TOPIC, SCAN_USER, SCAN_ENTRY };
static const char SQL_ROW[] =
        "SELECT 1 FROM journal_reader WHERE topic = ? AND user_id = ? AND entry_id = ?";

typedef struct {
	guint64 first; /* entry; the slice reaches to the next one's first */
	guint64 count, sum;
} Slice;

typedef struct {
	guint64 entry_id, topic, user_id;
} SliceKey;

typedef struct {
	Db *db;
	JournalReport report;
	gpointer data;
	JournalCheck *check;
	guint64 below;           /* later mails are left alone */
	GArray *wanted, *stored; /* Slice */
	GHashTable *bad; /* numbers of slices, and the keys of their rows as they should be */
} CheckWork;

static guint64 mix(guint64 x)
{
	x ^= x >> 30;
	x *= G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
	x ^= x >> 27;
	x *= G_GUINT64_CONSTANT(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static guint64 hash_key(const SliceKey *key)
{
	return mix(key->entry_id + mix(key->topic + mix(key->user_id + 1)));
}

static guint key_hash(gconstpointer key)
{
	return (guint)hash_key(key);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, sizeof(SliceKey)) == 0;
}

static void add_to(Slice *slice, const SliceKey *key)
{
	slice->count++;
	slice->sum += hash_key(key);
}

static void fault(CheckWork *work, JournalFault kind, const SliceKey *key)
{
	work->check->faults++;
	work->report(kind, key->entry_id, key->topic, key->user_id, work->data);
}

/* ---- what should be there ---- */

static gboolean is_marked_right(const JournalStored *entry)
{
	return entry->protected == journal_facts_protected(entry->facts);
}

/* What differs is read once more: it may have been purged between the statements that read it. */
static gboolean check_mark(CheckWork *work, const JournalStored *entry, GError **error)
{
	SliceKey key = {.entry_id = entry->id};

	if (is_marked_right(entry))
		return TRUE;
	g_autoptr(GPtrArray) again = journal_stored(work->db, entry->id, entry->id + 1, 1, error);
	if (again == NULL)
		return FALSE;
	if (again->len > 0 && !is_marked_right(again->pdata[0]))
		fault(work, JOURNAL_WRONG_PROTECT, &key);
	return TRUE;
}

static void sum_entry(CheckWork *work, Slice *slice, const JournalStored *entry)
{
	g_autoptr(GArray) rows = journal_rows(entry->facts);
	SliceKey key = {.entry_id = entry->id};

	for (guint i = 0; i < rows->len; i++) {
		key.topic = g_array_index(rows, JournalRow, i).topic;
		key.user_id = g_array_index(rows, JournalRow, i).user_id;
		add_to(slice, &key);
	}
	work->check->entries++;
	work->check->rows += rows->len;
}

/* The first slice begins before all entries, for rows that belong to none. */
static gboolean sum_wanted(CheckWork *work, GError **error)
{
	guint64 from = 0;

	for (;;) {
		g_autoptr(GPtrArray) entries =
		        journal_stored(work->db, from, work->below, SLICE, error);
		Slice slice = {.first = from};
		if (entries == NULL)
			return FALSE;
		for (guint i = 0; i < entries->len; i++) {
			if (!check_mark(work, entries->pdata[i], error))
				return FALSE;
			sum_entry(work, &slice, entries->pdata[i]);
		}
		g_array_append_val(work->wanted, slice);
		slice.count = slice.sum = 0;
		g_array_append_val(work->stored, slice);
		if (entries->len < SLICE)
			return TRUE;
		from = ((JournalStored *)entries->pdata[SLICE - 1])->id + 1;
	}
}

/* ---- what is there ---- */

static guint slice_of(const CheckWork *work, guint64 entry_id)
{
	guint low = 0, high = work->wanted->len;

	while (high - low > 1) {
		guint middle = low + (high - low) / 2;
		if (g_array_index(work->wanted, Slice, middle).first <= entry_id)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Calls see for each stored row of the entries that are checked. */
static gboolean scan(CheckWork *work,
        gboolean (*see)(CheckWork *work, const SliceKey *key, GError **error), GError **error)
{
	SliceKey key = {0};

	for (gboolean more = TRUE; more;) {
		g_autoptr(DbRows) rows = db_query(work->db, error, SQL_SCAN, "uuuuuu", key.topic,
		        key.topic, key.user_id, key.topic, key.user_id, key.entry_id);
		if (rows == NULL)
			return FALSE;
		for (more = FALSE; db_rows_next(rows); more = TRUE) {
			key = (SliceKey){.topic = db_rows_u64(rows, SCAN_TOPIC),
			        .user_id = db_rows_u64(rows, SCAN_USER),
			        .entry_id = db_rows_u64(rows, SCAN_ENTRY)};
			if (key.entry_id < work->below && !see(work, &key, error))
				return FALSE;
		}
	}
	return TRUE;
}

static gboolean sum_stored(CheckWork *work, const SliceKey *key, GError **error)
{
	(void)error;
	add_to(&g_array_index(work->stored, Slice, slice_of(work, key->entry_id)), key);
	return TRUE;
}

/* ---- slices that differ, one by one ---- */

/* The rows that entry_id should have now; an empty list if it is gone. Free: g_array_unref(). */
static GArray *wanted_now(CheckWork *work, guint64 entry_id, GError **error)
{
	g_autoptr(GPtrArray) entries = journal_stored(work->db, entry_id, entry_id + 1, 1, error);

	if (entries == NULL)
		return NULL;
	if (entries->len == 0)
		return g_array_new(FALSE, FALSE, sizeof(JournalRow));
	return journal_rows(((JournalStored *)entries->pdata[0])->facts);
}

/* Reports the row unless it is right by now: entries are written and purged meanwhile. */
static gboolean verify(CheckWork *work, const SliceKey *key, GError **error)
{
	g_autoptr(GArray) rows = wanted_now(work, key->entry_id, error);
	gboolean wanted = FALSE;

	if (rows == NULL)
		return FALSE;
	g_autoptr(DbRows) found =
	        db_query(work->db, error, SQL_ROW, "uuu", key->topic, key->user_id, key->entry_id);
	if (found == NULL)
		return FALSE;
	gboolean stored = db_rows_next(found);
	for (guint i = 0; i < rows->len; i++) {
		const JournalRow *row = &g_array_index(rows, JournalRow, i);
		wanted = wanted || (row->topic == key->topic && row->user_id == key->user_id);
	}
	if (wanted != stored)
		fault(work, wanted ? JOURNAL_MISSING : JOURNAL_EXTRA, key);
	return TRUE;
}

/* A set of all rows that the slice should have. */
static GHashTable *slice_rows(CheckWork *work, guint number, GError **error)
{
	const Slice *slice = &g_array_index(work->wanted, Slice, number);
	guint64 below = number + 1 < work->wanted->len
	                        ? g_array_index(work->wanted, Slice, number + 1).first
	                        : work->below;
	g_autoptr(GPtrArray) entries = journal_stored(work->db, slice->first, below, SLICE, error);
	GHashTable *set = g_hash_table_new_full(key_hash, key_equal, g_free, NULL);

	for (guint i = 0; entries != NULL && i < entries->len; i++) {
		const JournalStored *entry = entries->pdata[i];
		g_autoptr(GArray) rows = journal_rows(entry->facts);
		for (guint j = 0; j < rows->len; j++) {
			SliceKey key = {.entry_id = entry->id,
			        .topic = g_array_index(rows, JournalRow, j).topic,
			        .user_id = g_array_index(rows, JournalRow, j).user_id};
			g_hash_table_add(set, g_memdup2(&key, sizeof(key)));
		}
	}
	if (entries == NULL)
		g_clear_pointer(&set, g_hash_table_unref);
	return set;
}

static void set_free(gpointer set)
{
	g_hash_table_unref(set);
}

static gboolean find_bad(CheckWork *work, GError **error)
{
	work->bad = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, set_free);
	for (guint i = 0; i < work->wanted->len; i++) {
		const Slice *wanted = &g_array_index(work->wanted, Slice, i);
		const Slice *stored = &g_array_index(work->stored, Slice, i);
		if (wanted->count == stored->count && wanted->sum == stored->sum)
			continue;
		GHashTable *set = slice_rows(work, i, error);
		if (set == NULL)
			return FALSE;
		g_hash_table_insert(work->bad, GUINT_TO_POINTER(i), set);
	}
	return TRUE;
}

/* Strikes out what is there as it should be; what shouldn't be there is reported. */
static gboolean strike_out(CheckWork *work, const SliceKey *key, GError **error)
{
	GHashTable *set =
	        g_hash_table_lookup(work->bad, GUINT_TO_POINTER(slice_of(work, key->entry_id)));

	return set == NULL || g_hash_table_remove(set, key) || verify(work, key, error);
}

static gboolean report_missing(CheckWork *work, GError **error)
{
	GHashTableIter slices, rows;
	gpointer set, key;

	g_hash_table_iter_init(&slices, work->bad);
	while (g_hash_table_iter_next(&slices, NULL, &set)) {
		g_hash_table_iter_init(&rows, set);
		while (g_hash_table_iter_next(&rows, &key, NULL))
			if (!verify(work, key, error))
				return FALSE;
	}
	return TRUE;
}

static gboolean compare(CheckWork *work, GError **error)
{
	if (!sum_wanted(work, error) || !scan(work, sum_stored, error) || !find_bad(work, error))
		return FALSE;
	return g_hash_table_size(work->bad) == 0 ||
	       (scan(work, strike_out, error) && report_missing(work, error));
}

gboolean journal_check(
        Db *db, JournalReport report, gpointer data, JournalCheck *check, GError **error)
{
	g_autoptr(DbRows) now = db_query(db, error, SQL_BELOW, "");
	CheckWork work = {.db = db, .report = report, .data = data, .check = check};

	*check = (JournalCheck){0};
	if (now == NULL || !db_rows_next(now))
		return FALSE;
	work.below = db_rows_u64(now, 0);
	work.wanted = g_array_new(FALSE, FALSE, sizeof(Slice));
	work.stored = g_array_new(FALSE, FALSE, sizeof(Slice));
	gboolean ok = compare(&work, error);
	g_array_unref(work.wanted);
	g_array_unref(work.stored);
	g_clear_pointer(&work.bad, g_hash_table_unref);
	return ok;
}
