/* journal_find.c: looks through what somebody may read, in bounded steps, for what the filter
 * wants. */
#include "lib/journal/journal_find.h"

#include "lib/base/fold.h"
#include "lib/db/db_bulk.h"
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
/* The addresses of entries that their reader is shown; those of the office's mailboxes alone. */
#define PARTIES(of)                                                                                \
	"SELECT p.entry_id, p.address, p.name FROM journal_party p"                                \
	" WHERE p.entry_id IN " DB_LIST_PAGE_PLACES of                                             \
	" AND (p.role < 3 OR p.role = 3 AND" JOURNAL_BCC_SHOWN(                                    \
	        "p.mailbox_id", "p.entry_id") ") ORDER BY p.entry_id DESC"
static const char SQL_PARTIES[] = PARTIES("");
static const char SQL_OWN_PARTIES[] = PARTIES(" AND p.mailbox_id > 0");
enum { PARTY_ENTRY, PARTY_ADDRESS, PARTY_NAME };

typedef struct {
	const JournalViewer *viewer;
	JournalRange range;
	const GArray *topics; /* NULL: the range's */
	GPtrArray *patterns;  /* the words as LIKE wants them */
	JournalNamed *mailbox, *participant;
} JournalSearch;

static void add_patterns(GPtrArray *patterns, const GPtrArray *words)
{
	for (guint i = 0; i < words->len; i++)
		g_ptr_array_add(patterns, g_strdup_printf("%% %s%%", (char *)words->pdata[i]));
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

static void offer(GPtrArray *choices, const char *address)
{
	if (choices->len < JOURNAL_OFFERED &&
	        !g_ptr_array_find_with_equal_func(choices, address, g_str_equal, NULL))
		g_ptr_array_add(choices, g_strdup(address));
}

/* Leaves those of a piece (newest first) that show an address which the part fits. */
static gboolean match_part(Db *db, const JournalViewer *viewer, const char *sql,
        JournalNamed *named, GArray *piece, GError **error)
{
	g_autoptr(GArray) left = g_array_new(FALSE, FALSE, sizeof(guint64));

	for (guint at = 0; named->part != NULL && at < piece->len; at += DB_LIST_PAGE) {
		g_autoptr(DbValues) values = db_values_new();
		db_list_add(values, piece, at, DB_LIST_PAGE);
		db_values_add_u64(values, viewer->own);
		g_autoptr(DbRows) rows = db_query_values(db, error, sql, values);
		if (rows == NULL)
			return FALSE;
		while (db_rows_next(rows)) {
			guint64 id = db_rows_u64(rows, PARTY_ENTRY);
			const char *address = db_rows_text(rows, PARTY_ADDRESS);
			if (!address_part_matches(
			            named->part, address, db_rows_text(rows, PARTY_NAME)))
				continue;
			offer(named->choices, address);
			if (left->len == 0 || g_array_index(left, guint64, left->len - 1) != id)
				g_array_append_val(left, id);
		}
	}
	if (named->part != NULL) {
		g_array_set_size(piece, 0);
		g_array_append_vals(piece, left->data, left->len);
	}
	return TRUE;
}

/* Adds the ids that have all words to found, until it holds enough of them. */
static gboolean match_words(Db *db, const JournalSearch *search, const GArray *ids, GArray *found,
        guint enough, GError **error)
{
	const GPtrArray *words = search->patterns;

	for (guint at = 0; at < ids->len && found->len < enough; at += DB_LIST_LONG) {
		g_autoptr(GArray) piece = g_array_new(FALSE, FALSE, sizeof(guint64));
		g_array_append_vals(
		        piece, &g_array_index(ids, guint64, at), MIN(ids->len - at, DB_LIST_LONG));
		for (guint first = 0; first < words->len; first += WORDS_AT_ONCE)
			if (!match_piece(db, search->viewer, words, first, piece, error))
				return FALSE;
		if (!match_part(
		            db, search->viewer, SQL_OWN_PARTIES, search->mailbox, piece, error) ||
		        !match_part(
		                db, search->viewer, SQL_PARTIES, search->participant, piece, error))
			return FALSE;
		g_array_append_vals(found, piece->data, piece->len);
	}
	return TRUE;
}

/* Which topics a search goes through: several of mailboxes, or one, and a second one. */
static void choose_topics(JournalSearch *search)
{
	const GArray *first = search->mailbox->topics, *second = search->participant->topics;

	if (first->len == 0) {
		first = second;
		second = NULL;
	}
	search->range.topic = first->len > 0 ? g_array_index(first, guint64, 0) : JOURNAL_TOPIC_ALL;
	search->topics = first->len > 1 ? first : NULL;
	search->range.second =
	        second != NULL && second->len > 0 ? g_array_index(second, guint64, 0) : 0;
}

static gboolean next_step(
        Db *db, const JournalSearch *search, guint limit, JournalStep *step, GError **error)
{
	return search->topics != NULL ? journal_visible_topics(db, search->viewer, search->topics,
	                                        &search->range, limit, step, error)
	                              : journal_visible_step(db, search->viewer, &search->range,
	                                        limit, step, error);
}

/* Goes on in steps until enough is found, nothing is left or the bound is reached. */
static GArray *run_search(
        Db *db, JournalSearch *search, guint enough, guint64 *searched_to, GError **error)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(guint64));
	gboolean by_words = search->patterns->len > 0;
	gboolean plain = !by_words && search->range.second == 0;
	guint limit = plain ? LIST_PAGE + 1 : by_words ? WORDS_STEP : FILTERS_STEP;
	gint64 end = g_get_monotonic_time() + (by_words ? WORDS_US : FILTERS_US);
	guint steps = 0;

	do {
		g_auto(JournalStep) step = {0};
		if (!next_step(db, search, limit, &step, error))
			return NULL;
		if (!by_words)
			g_array_append_vals(found, step.ids->data, step.ids->len);
		else if (!match_words(db, search, step.ids, found, enough, error))
			return NULL;
		*searched_to = step.more ? step.searched_to : 0;
		if (search->range.backward)
			search->range.from = step.searched_to + 1;
		else
			search->range.below = step.searched_to;
	} while (found->len<enough && * searched_to> 0 && ++steps < MAX_STEPS &&
	         g_get_monotonic_time() < end);
	journal_visible_sort(found, search->range.backward);
	return g_steal_pointer(&found);
}

/* A part that nothing was found by is unknown if no entry that may be read, of whatever time and
 * other filter, shows an address that it fits. */
static gboolean judge(Db *db, const JournalViewer *viewer, JournalNamed *named, gboolean is_mailbox,
        GError **error)
{
	g_autoptr(GPtrArray) patterns = g_ptr_array_new_with_free_func(g_free);
	JournalNamed nothing = {0};
	JournalSearch search = {.viewer = viewer,
	        .range = {.below = G_MAXINT64},
	        .patterns = patterns,
	        .mailbox = is_mailbox ? named : &nothing,
	        .participant = is_mailbox ? &nothing : named};
	guint64 searched_to = 0;

	if (named->part == NULL)
		return TRUE;
	add_patterns(patterns, named->part->words);
	g_autoptr(GArray) found = run_search(db, &search, 1, &searched_to, error);
	if (found == NULL)
		return FALSE;
	if (found->len == 0 && searched_to == 0)
		named->state = JOURNAL_NAMED_UNKNOWN;
	return TRUE;
}

GArray *journal_find(Db *db, const JournalViewer *viewer, const JournalFilter *filter,
        JournalNamed *mailbox, JournalNamed *participant, guint64 *searched_to, GError **error)
{
	g_autoptr(GPtrArray) patterns = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) words = fold_searched_words(filter->q);
	guint64 below = filter->below > 0 ? filter->below : G_MAXINT64;
	JournalSearch search = {.viewer = viewer,
	        .range = {.from = MAX(filter->from, filter->before + 1),
	                .below = filter->after > 0 ? MIN(filter->after, below) : below,
	                .backward = filter->before > 0},
	        .patterns = patterns,
	        .mailbox = mailbox,
	        .participant = participant};

	*searched_to = 0;
	add_patterns(patterns, words);
	if (mailbox->part != NULL)
		add_patterns(patterns, mailbox->part->words);
	if (participant->part != NULL)
		add_patterns(patterns, participant->part->words);
	choose_topics(&search);
	g_autoptr(GArray) found = run_search(db, &search, LIST_PAGE + 1, searched_to, error);
	if (found == NULL)
		return NULL;
	if (found->len == 0 && *searched_to == 0 && filter->after == 0 && filter->before == 0 &&
	        (!judge(db, viewer, mailbox, TRUE, error) ||
	                !judge(db, viewer, participant, FALSE, error)))
		return NULL;
	return g_steal_pointer(&found);
}
