/* journal_find.c: looks through what somebody may read, in bounded steps, for what the filter
 * wants. */
#include "lib/journal/journal_find.h"

#include "lib/base/fold.h"
#include "lib/db/db_bulk.h"
#include "lib/journal/journal_address.h"
#include "lib/journal/journal_rows.h"

#define FILTERS_STEP 600              /* readable entries; a few ms ... */
#define WORDS_STEP (2 * DB_LIST_LONG) /* ... with their texts some 30 ms */
#define MAX_STEPS 50                  /* of a page */
#define WORDS_US 60000  /* the next step of a search by words begins within this time */
#define FILTERS_US 2000 /* of one without words */
#define WORDS_AT_ONCE 4

#define BCC_HAS_WORD                                                                               \
	" OR t.has_bcc = 1 AND EXISTS (SELECT 1 FROM journal_party p"                              \
	" WHERE p.entry_id = t.entry_id AND p.role = 3 AND p.folded LIKE ? AND" JOURNAL_BCC_SHOWN( \
	        "p.mailbox_id", "p.entry_id") ")"
#define HAS_WORD " AND (t.folded LIKE ?" BCC_HAS_WORD ")"

static const char SQL_WORDS[] =
        "SELECT t.entry_id FROM journal_text t WHERE t.entry_id IN " DB_LIST_LONG_PLACES HAS_WORD
                HAS_WORD HAS_WORD HAS_WORD " ORDER BY t.entry_id DESC";
/* A mailbox that was purged has no address any more, but the one it had. */
static const char SQL_PURGED[] = "SELECT MAX(id) FROM mailbox WHERE address = ? AND deleted = 2";
static const char SQL_ADDRESS[] = "SELECT id FROM journal_address WHERE address = ?";

/* What the filter's addresses stand for; an unknown one takes the same way as a known one. */
static gboolean find_topics(
        Db *db, const JournalFilter *filter, JournalRange *range, GError **error)
{
	g_autofree char *mailbox = journal_address_normal(filter->mailbox);
	g_autofree char *participant = journal_address_normal(filter->participant);
	g_autoptr(GPtrArray) both = g_ptr_array_new();
	guint64 topics[2] = {0, 0};

	g_ptr_array_add(both, mailbox);
	g_ptr_array_add(both, participant);
	g_autoptr(GHashTable) resolved = journal_address_resolve(db, both, error);
	if (resolved == NULL)
		return FALSE;
	if (*filter->mailbox != '\0') {
		const JournalResolved *one = g_hash_table_lookup(resolved, mailbox);
		g_autoptr(DbRows) purged = db_query(db, error, SQL_PURGED, "a",
		        g_str_is_ascii(one->normal) ? one->normal : "?");
		if (purged == NULL)
			return FALSE;
		guint64 id = one->mailbox_id != 0   ? one->mailbox_id
		             : db_rows_next(purged) ? db_rows_u64(purged, 0)
		                                    : 0;
		topics[0] = id != 0 ? JOURNAL_TOPIC_MAILBOX(id) : JOURNAL_NO_TOPIC;
	}
	if (*filter->participant != '\0') {
		const JournalResolved *one = g_hash_table_lookup(resolved, participant);
		g_autoptr(DbRows) rows = db_query(db, error, SQL_ADDRESS, "s", one->normal);
		if (rows == NULL)
			return FALSE;
		topics[1] = db_rows_next(rows) ? JOURNAL_TOPIC_ADDRESS(db_rows_u64(rows, 0))
		                               : JOURNAL_NO_TOPIC;
	}
	range->topic = topics[0] != 0 ? topics[0] : topics[1];
	range->second = topics[0] != 0 ? topics[1] : 0;
	return TRUE;
}

/* The words as LIKE wants them. Free: g_ptr_array_unref(). */
static GPtrArray *patterns(const char *q)
{
	g_autoptr(GPtrArray) words = fold_searched_words(q);
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < words->len; i++)
		g_ptr_array_add(list, g_strdup_printf("%% %s%%", (char *)words->pdata[i]));
	return list;
}

/* Of a piece of ids those that have WORDS_AT_ONCE words from first on. */
static gboolean match_piece(Db *db, const JournalViewer *viewer, const GPtrArray *words,
        guint first, GArray *piece, GError **error)
{
	g_autoptr(DbValues) values = db_values_new();

	if (piece->len == 0)
		return TRUE;
	db_list_add(values, piece, 0, DB_LIST_LONG);
	for (guint i = first; i < first + WORDS_AT_ONCE; i++) {
		const char *word = i < words->len ? words->pdata[i] : "%";
		db_values_add_text(values, word);
		db_values_add_text(values, word);
		db_values_add_u64(values, viewer->own);
	}
	g_autoptr(DbRows) rows = db_query_values(db, error, SQL_WORDS, values);
	if (rows == NULL)
		return FALSE;
	g_array_set_size(piece, 0);
	while (db_rows_next(rows)) {
		guint64 id = db_rows_u64(rows, 0);
		g_array_append_val(piece, id);
	}
	return TRUE;
}

/* Adds the ids that have all words to found, until it holds enough of them. */
static gboolean match_words(Db *db, const JournalViewer *viewer, const GPtrArray *words,
        const GArray *ids, GArray *found, guint enough, GError **error)
{
	for (guint at = 0; at < ids->len && found->len < enough; at += DB_LIST_LONG) {
		g_autoptr(GArray) piece = g_array_new(FALSE, FALSE, sizeof(guint64));
		g_array_append_vals(
		        piece, &g_array_index(ids, guint64, at), MIN(ids->len - at, DB_LIST_LONG));
		for (guint first = 0; first < words->len; first += WORDS_AT_ONCE)
			if (!match_piece(db, viewer, words, first, piece, error))
				return FALSE;
		g_array_append_vals(found, piece->data, piece->len);
	}
	return TRUE;
}

GArray *journal_find(Db *db, const JournalViewer *viewer, const JournalFilter *filter,
        guint64 *searched_to, GError **error)
{
	g_autoptr(GPtrArray) words = patterns(filter->q);
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(guint64));
	guint64 below = filter->below > 0 ? filter->below : G_MAXINT64;
	JournalRange range = {.from = filter->from,
	        .below = filter->after > 0 ? MIN(filter->after, below) : below};
	guint steps = 0;

	*searched_to = 0;
	if (!find_topics(db, filter, &range, error))
		return NULL;
	gboolean plain = words->len == 0 && range.second == 0;
	guint limit = plain ? LIST_PAGE + 1 : words->len > 0 ? WORDS_STEP : FILTERS_STEP;
	gint64 end = g_get_monotonic_time() + (words->len > 0 ? WORDS_US : FILTERS_US);
	do {
		g_auto(JournalStep) step = {0};
		if (!journal_visible_step(db, viewer, &range, limit, &step, error))
			return NULL;
		if (words->len == 0)
			g_array_append_vals(found, step.ids->data, step.ids->len);
		else if (!match_words(db, viewer, words, step.ids, found, LIST_PAGE + 1, error))
			return NULL;
		*searched_to = step.more ? step.searched_to : 0;
		range.below = step.searched_to;
	} while (found->len <= LIST_PAGE && *searched_to > 0 && ++steps < MAX_STEPS &&
	         g_get_monotonic_time() < end);
	return g_steal_pointer(&found);
}
