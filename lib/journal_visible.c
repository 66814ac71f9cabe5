/* journal_visible.c: see journal_visible.h. */
#include "lib/journal_visible.h"

#include <string.h>

#include "lib/db_bulk.h"
#include "lib/journal_rows.h"

#define WIDE_STEP 1000

static const char SQL_ONE[] = "SELECT entry_id FROM journal_reader"
                              " WHERE topic = 0 AND user_id IN (?, ?) AND entry_id = ?";
/* One range of the primary key. (A list of users or OR in its place reads everything.) */
static const char SQL_RANGE[] =
        "SELECT entry_id FROM journal_reader"
        " WHERE topic = ? AND user_id = ? AND entry_id >= ? AND entry_id < ?"
        " ORDER BY entry_id DESC LIMIT ?";
/* Entries with many topics and readers: what the user may read of them, and which have the topic.
 */
static const char SQL_WIDE[] =
        "SELECT w.entry_id, t.entry_id IS NOT NULL"
        "  FROM (SELECT entry_id FROM journal_reader"
        "         WHERE topic = 1 AND user_id = ? AND entry_id >= ? AND entry_id < ?"
        "         ORDER BY entry_id DESC LIMIT 1000) w"
        "  LEFT JOIN journal_reader t"
        "    ON t.topic = ? AND t.user_id = 18446744073709551615 AND t.entry_id = w.entry_id"
        " ORDER BY w.entry_id DESC";
static const char SQL_SECOND[] =
        "SELECT DISTINCT entry_id FROM journal_reader"
        " WHERE topic = ? AND user_id IN (?, ?, 18446744073709551615)"
        "   AND entry_id IN " DB_LIST_LONG_PLACES " ORDER BY entry_id DESC";

JournalEyes journal_eyes(guint64 user_id, const char *journal_right)
{
	gboolean all = strcmp(journal_right, "all") == 0;

	return (JournalEyes){.none = !all && strcmp(journal_right, "own") != 0,
	        .any = all ? JOURNAL_EVERYBODY : user_id,
	        .own = user_id};
}

gboolean journal_visible_one(
        Db *db, const JournalEyes *eyes, guint64 entry_id, gboolean *visible, GError **error)
{
	g_autoptr(DbRows) rows =
	        db_query(db, error, SQL_ONE, "uuu", eyes->any, eyes->own, entry_id);

	*visible = FALSE;
	if (rows == NULL)
		return FALSE;
	*visible = db_rows_next(rows) && !eyes->none;
	return TRUE;
}

static gint newest_first(gconstpointer a, gconstpointer b)
{
	guint64 one = *(const guint64 *)a, other = *(const guint64 *)b;

	return one > other ? -1 : one < other;
}

/* Sorts, and leaves each number of at least floor once. */
static void tidy(GArray *ids, guint64 floor)
{
	guint kept = 0;

	g_array_sort(ids, newest_first);
	for (guint i = 0; i < ids->len; i++) {
		guint64 id = g_array_index(ids, guint64, i);
		if (id >= floor && (kept == 0 || g_array_index(ids, guint64, kept - 1) != id))
			g_array_index(ids, guint64, kept++) = id;
	}
	g_array_set_size(ids, kept);
}

/* Adds a reader's entries. *floor is raised to the last one if the limit cut them off there. */
static gboolean add_range(Db *db, const JournalRange *range, guint64 user_id, guint limit,
        GArray *ids, guint64 *floor, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_RANGE, "uuuuu", range->topic, user_id,
	        range->from, range->below, (guint64)limit);
	guint64 id = 0;
	guint count = 0;

	if (rows == NULL)
		return FALSE;
	for (; db_rows_next(rows); count++) {
		id = db_rows_u64(rows, 0);
		g_array_append_val(ids, id);
	}
	if (count == limit)
		*floor = MAX(*floor, id);
	return TRUE;
}

static gboolean add_wide(Db *db, const JournalEyes *eyes, const JournalRange *range, GArray *ids,
        guint64 *floor, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_WIDE, "uuuu", eyes->own,
	        MAX(range->from, *floor), range->below, range->topic);
	guint64 id = 0;
	guint count = 0;

	if (rows == NULL)
		return FALSE;
	for (; db_rows_next(rows); count++) {
		id = db_rows_u64(rows, 0);
		if (db_rows_u64(rows, 1) != 0)
			g_array_append_val(ids, id);
	}
	if (count == WIDE_STEP)
		*floor = MAX(*floor, id);
	return TRUE;
}

/* Leaves the entries that are in the second topic as well. All of them may be read. */
static gboolean keep_second(
        Db *db, const JournalEyes *eyes, guint64 topic, GArray *ids, GError **error)
{
	g_autoptr(GArray) kept = g_array_new(FALSE, FALSE, sizeof(guint64));

	for (guint first = 0; first < ids->len; first += DB_LIST_LONG) {
		g_autoptr(DbValues) values = db_values_new();
		db_values_add_u64(values, topic);
		db_values_add_u64(values, eyes->any);
		db_values_add_u64(values, eyes->own);
		db_list_add(values, ids, first, DB_LIST_LONG);
		g_autoptr(DbRows) rows = db_query_values(db, error, SQL_SECOND, values);
		if (rows == NULL)
			return FALSE;
		while (db_rows_next(rows)) {
			guint64 id = db_rows_u64(rows, 0);
			g_array_append_val(kept, id);
		}
	}
	g_array_set_size(ids, 0);
	g_array_append_vals(ids, kept->data, kept->len);
	return TRUE;
}

gboolean journal_visible_step(Db *db, const JournalEyes *eyes, const JournalRange *range,
        guint limit, JournalStep *step, GError **error)
{
	guint64 floor = 0;

	g_assert(limit > 0 && limit <= WIDE_STEP);
	*step = (JournalStep){.ids = g_array_new(FALSE, FALSE, sizeof(guint64))};
	if (eyes->none)
		return TRUE;
	if (!add_range(db, range, eyes->any, limit, step->ids, &floor, error) ||
	        (eyes->own != eyes->any &&
	                !add_range(db, range, eyes->own, limit, step->ids, &floor, error)) ||
	        (range->topic != JOURNAL_TOPIC_ALL &&
	                !add_wide(db, eyes, range, step->ids, &floor, error)))
		return FALSE;
	tidy(step->ids, floor);
	step->more = floor > 0 || step->ids->len > limit;
	if (step->ids->len > limit) {
		g_array_set_size(step->ids, limit);
		floor = 0;
	}
	step->looked_at = step->ids->len;
	if (step->more)
		step->searched_to =
		        floor > 0 ? floor : g_array_index(step->ids, guint64, limit - 1);
	return range->second == 0 || keep_second(db, eyes, range->second, step->ids, error);
}

void journal_step_clear(JournalStep *step)
{
	g_clear_pointer(&step->ids, g_array_unref);
}
