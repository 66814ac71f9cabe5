/* journal_visible.c: ranges of journal_reader that somebody may read, and one entry of them. */
#include "lib/journal/journal_visible.h"

#include <string.h>

#include "lib/journal/journal_rows.h"

#define WIDE_STEP 1000

static const char SQL_ONE[] = "SELECT entry_id FROM journal_reader"
                              " WHERE topic = 0 AND user_id IN (?, ?) AND entry_id = ?";
/* One range of the primary key. (A list of users or OR in its place reads everything.) */
#define RANGE(order)                                                                               \
	"SELECT entry_id FROM journal_reader"                                                      \
	" WHERE topic = ? AND user_id = ? AND entry_id >= ? AND entry_id < ?"                      \
	" ORDER BY entry_id" order " LIMIT ?"
/* Entries with many topics and readers: what the user may read of them, and which have the topic.
 */
#define WIDE(order)                                                                                \
	"SELECT w.entry_id, t.entry_id IS NOT NULL AS found"                                       \
	" FROM (" RANGE(                                                                           \
	        order) ") w LEFT JOIN journal_reader t"                                            \
	               " ON t.topic = ? AND t.user_id = 18446744073709551615 AND t.entry_id = w.entry_id"
/* Whether an entry that may be read is in a second topic as well: by one of three keys. */
#define IN_SECOND "a.entry_id IS NOT NULL OR b.entry_id IS NOT NULL OR c.entry_id IS NOT NULL"
#define SECOND                                                                                     \
	" LEFT JOIN journal_reader a ON a.topic = ? AND a.user_id = ? AND a.entry_id = f.entry_id" \
	" LEFT JOIN journal_reader b ON b.topic = ? AND b.user_id = ? AND b.entry_id = f.entry_id" \
	" LEFT JOIN journal_reader c"                                                              \
	" ON c.topic = ? AND c.user_id = 18446744073709551615 AND c.entry_id = f.entry_id"         \
	" ORDER BY f.entry_id"
typedef struct {
	const char *range, *wide, *range_second, *wide_second;
} RangeSql;
#define RANGE_SQL(order)                                                                           \
	{                                                                                          \
		.range = "SELECT f.entry_id, 1 FROM (" RANGE(                                      \
		        order) ") f ORDER BY f.entry_id" order,                                    \
		.wide = WIDE(order) " ORDER BY w.entry_id" order,                                  \
		.range_second =                                                                    \
		        "SELECT f.entry_id, " IN_SECOND " FROM (" RANGE(order) ") f" SECOND order, \
		.wide_second = "SELECT f.entry_id, f.found AND (" IN_SECOND                        \
		               ") FROM (" WIDE(order) ") f" SECOND order,                          \
	}
static const RangeSql sql_newest = RANGE_SQL(" DESC"), sql_oldest = RANGE_SQL("");
enum { C_ENTRY, C_FITS };

JournalViewer journal_viewer(guint64 user_id, UserJournal journal_right)
{
	return (JournalViewer){.none = journal_right == USER_JOURNAL_NONE,
	        .any = journal_right == USER_JOURNAL_ALL ? JOURNAL_EVERYBODY : user_id,
	        .own = user_id};
}

gboolean journal_visible_one(
        Db *db, const JournalViewer *viewer, guint64 entry_id, gboolean *visible, GError **error)
{
	g_autoptr(DbRows) rows =
	        db_query(db, error, SQL_ONE, "uuu", viewer->any, viewer->own, entry_id);

	*visible = FALSE;
	if (rows == NULL)
		return FALSE;
	*visible = db_rows_next(rows) && !viewer->none;
	return TRUE;
}

static gint oldest_first(gconstpointer a, gconstpointer b)
{
	guint64 one = *(const guint64 *)a, other = *(const guint64 *)b;

	return one < other ? -1 : one > other;
}

static gint newest_first(gconstpointer a, gconstpointer b)
{
	return oldest_first(b, a);
}

void journal_visible_sort(GArray *ids, gboolean backward)
{
	g_array_sort(ids, backward ? oldest_first : newest_first);
}

/* Is an entry behind the one at which a search stopped (0: it didn't), in the search's direction?
 */
static gboolean is_beyond(const JournalRange *range, guint64 id, guint64 stop)
{
	return stop > 0 && (range->backward ? id > stop : id < stop);
}

/* Sorts, and leaves each number that isn't beyond stop once. */
static void tidy(const JournalRange *range, GArray *ids, guint64 stop)
{
	guint kept = 0;

	journal_visible_sort(ids, range->backward);
	for (guint i = 0; i < ids->len; i++) {
		guint64 id = g_array_index(ids, guint64, i);
		if (!is_beyond(range, id, stop) &&
		        (kept == 0 || g_array_index(ids, guint64, kept - 1) != id))
			g_array_index(ids, guint64, kept++) = id;
	}
	g_array_set_size(ids, kept);
}

/* Adds the entries that the rows say were found. *stop becomes the last one that was looked at if
 * the limit cut them off there, before what stops the search so far. */
static gboolean add_found(
        const JournalRange *range, DbRows *rows, guint limit, GArray *ids, guint64 *stop)
{
	guint64 id = 0;
	guint count = 0;

	if (rows == NULL)
		return FALSE;
	for (; db_rows_next(rows); count++) {
		id = db_rows_u64(rows, C_ENTRY);
		if (db_rows_u64(rows, C_FITS) != 0)
			g_array_append_val(ids, id);
	}
	if (count == limit && !is_beyond(range, id, *stop))
		*stop = id;
	return TRUE;
}

static const RangeSql *sql_of(const JournalRange *range)
{
	return range->backward ? &sql_oldest : &sql_newest;
}

/* A reader's entries. */
static gboolean add_range(Db *db, const JournalViewer *viewer, const JournalRange *range,
        guint64 user_id, guint limit, GArray *ids, guint64 *stop, GError **error)
{
	g_autoptr(DbRows) rows =
	        range->second == 0
	                ? db_query(db, error, sql_of(range)->range, "uuuuu", range->topic, user_id,
	                          range->from, range->below, (guint64)limit)
	                : db_query(db, error, sql_of(range)->range_second, "uuuuuuuuuu",
	                          range->topic, user_id, range->from, range->below, (guint64)limit,
	                          range->second, viewer->any, range->second, viewer->own,
	                          range->second);

	return add_found(range, rows, limit, ids, stop);
}

static gboolean add_wide(Db *db, const JournalViewer *viewer, const JournalRange *range,
        GArray *ids, guint64 *stop, GError **error)
{
	guint64 from = range->backward ? range->from : MAX(range->from, *stop);
	guint64 below = range->backward && *stop > 0 ? MIN(range->below, *stop + 1) : range->below;
	g_autoptr(DbRows) rows =
	        range->second == 0
	                ? db_query(db, error, sql_of(range)->wide, "uuuuuu", JOURNAL_TOPIC_WIDE,
	                          viewer->own, from, below, (guint64)WIDE_STEP, range->topic)
	                : db_query(db, error, sql_of(range)->wide_second, "uuuuuuuuuuu",
	                          JOURNAL_TOPIC_WIDE, viewer->own, from, below, (guint64)WIDE_STEP,
	                          range->topic, range->second, viewer->any, range->second,
	                          viewer->own, range->second);

	return add_found(range, rows, WIDE_STEP, ids, stop);
}

/* Puts what was found in order. stop: the last entry that was looked at, if there are more. */
static void finish(const JournalRange *range, JournalStep *step, guint limit, guint64 stop)
{
	tidy(range, step->ids, stop);
	step->more = stop > 0 || step->ids->len > limit;
	step->searched_to = stop;
	if (step->ids->len > limit) {
		g_array_set_size(step->ids, limit);
		step->searched_to = g_array_index(step->ids, guint64, limit - 1);
	}
}

gboolean journal_visible_step(Db *db, const JournalViewer *viewer, const JournalRange *range,
        guint limit, JournalStep *step, GError **error)
{
	guint64 stop = 0;

	g_assert(limit > 0 && limit <= WIDE_STEP);
	*step = (JournalStep){.ids = g_array_new(FALSE, FALSE, sizeof(guint64))};
	if (viewer->none)
		return TRUE;
	if (!add_range(db, viewer, range, viewer->any, limit, step->ids, &stop, error) ||
	        (viewer->own != viewer->any && !add_range(db, viewer, range, viewer->own, limit,
	                                               step->ids, &stop, error)) ||
	        (range->topic != JOURNAL_TOPIC_ALL &&
	                !add_wide(db, viewer, range, step->ids, &stop, error)))
		return FALSE;
	finish(range, step, limit, stop);
	return TRUE;
}

gboolean journal_visible_topics(Db *db, const JournalViewer *viewer, const GArray *topics,
        const JournalRange *range, guint limit, JournalStep *step, GError **error)
{
	guint64 stop = 0;

	*step = (JournalStep){.ids = g_array_new(FALSE, FALSE, sizeof(guint64))};
	for (guint i = 0; i < topics->len; i++) {
		g_auto(JournalStep) one = {0};
		JournalRange of_one = *range;
		of_one.topic = g_array_index(topics, guint64, i);
		if (!journal_visible_step(db, viewer, &of_one, limit, &one, error))
			return FALSE;
		g_array_append_vals(step->ids, one.ids->data, one.ids->len);
		if (one.more && !is_beyond(range, one.searched_to, stop))
			stop = one.searched_to;
	}
	finish(range, step, limit, stop);
	return TRUE;
}

void journal_step_clear(JournalStep *step)
{
	g_clear_pointer(&step->ids, g_array_unref);
}
