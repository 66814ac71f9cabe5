/* mailbox_merge.c: steps sorted lists of mailboxes to their common addresses.
 *
 * Each list is fetched in pieces from the address on that another list stands at, so what only one
 * of them has is skipped. A list that has far more than the first one isn't fetched: the first
 * one's mailboxes are looked up in it.
 */
#include "lib/mailbox/mailbox_merge.h"

#include <string.h>

#include "lib/db/db_bulk.h"

#define MERGE_KEYS 200 /* a fetch */
#define MERGE_DENSE 50 /* fewer keys of the first list lie among those of a dense one */
#define MERGE_FETCHES 16
#define MERGE_BRIEF 5
#define MERGE_LISTS (MAILBOX_PLAN_WORDS + 2) /* a user's and a mark's */
static const char SQL_IDS[] = "SELECT " MAILBOX_ROW_COLUMNS " FROM mailbox m" MAILBOX_ROW_USAGE
                              " WHERE m.id IN " DB_LIST_PAGE_PLACES " ORDER BY m.id";

typedef struct {
	const MailboxKeys *keys;
	GPtrArray *fetched; /* MailboxRow, in order; NULL: none yet */
	guint position;
	gboolean complete; /* nothing follows what was fetched */
	GPtrArray *others; /* MailboxKeys that its keys are looked up in; NULL: none */
	char *last;        /* up to where that was done */
} MergeList;

static const char *head(const MergeList *list)
{
	return list->fetched != NULL && list->position < list->fetched->len
	               ? ((const MailboxRow *)list->fetched->pdata[list->position])->address
	               : NULL;
}

static void list_clear(MergeList *list)
{
	g_clear_pointer(&list->fetched, g_ptr_array_unref);
	g_clear_pointer(&list->others, g_ptr_array_unref);
	g_clear_pointer(&list->last, g_free);
}

/* Reads the list's next keys behind key, or from key on. */
static gboolean list_fetch(Db *db, const MailboxSearch *search, MergeList *list, const char *key,
        gboolean with_key, GError **error)
{
	guint limit = MERGE_KEYS;
	char *last = NULL;
	GPtrArray *fetched =
	        list->others != NULL
	                ? mailbox_range_probe(db, search, list->keys, list->others, key, with_key,
	                          limit, &last, error)
	                : mailbox_range_keys(db, search, list->keys, key, with_key, limit, error);

	if (fetched == NULL)
		return FALSE;
	list->complete = list->others != NULL ? last == NULL : fetched->len < limit;
	g_clear_pointer(&list->fetched, g_ptr_array_unref);
	list->fetched = fetched;
	list->position = 0;
	g_free(list->last);
	list->last = last;
	return TRUE;
}

/* Is a before b in the search's direction? */
static gboolean before(const MailboxSearch *search, const char *a, const char *b)
{
	return search->descending ? strcmp(a, b) > 0 : strcmp(a, b) < 0;
}

static gint compare_addresses(gconstpointer a, gconstpointer b)
{
	return strcmp(
	        (*(const MailboxRow *const *)a)->address, (*(const MailboxRow *const *)b)->address);
}

static gint compare_addresses_down(gconstpointer a, gconstpointer b)
{
	return compare_addresses(b, a);
}

/* Reads what a page shows of the mailboxes, in the order of the search. */
static GPtrArray *read_rows(
        Db *db, const MailboxSearch *search, const GPtrArray *hits, GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(mailbox_row_free);
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));

	for (guint i = 0; i < hits->len; i++)
		g_array_append_val(ids, ((const MailboxRow *)hits->pdata[i])->id);
	for (guint done = 0; done < ids->len; done += DB_LIST_PAGE) {
		g_autoptr(DbValues) values = db_values_new();
		db_list_add(values, ids, done, DB_LIST_PAGE);
		g_autoptr(DbRows) rows = db_query_values(db, error, SQL_IDS, values);
		if (rows == NULL)
			return NULL;
		g_autoptr(GPtrArray) read = mailbox_rows_read(rows);
		g_ptr_array_extend_and_steal(found, g_steal_pointer(&read));
	}
	g_ptr_array_sort(found, search->descending ? compare_addresses_down : compare_addresses);
	return g_steal_pointer(&found);
}

/* Where the lists are stepped to. */
typedef struct {
	char *key;
	gboolean behind; /* it itself isn't looked for any more */
	guint fetches;
	gboolean enough;  /* only their number is still wanted */
	gboolean bounded; /* there were too many of them */
} MergePlace;

/* Moves the place to another key; the one before it is decided on, and told in *passed. */
static void place_move(MergePlace *place, const char *key, char **passed)
{
	g_free(*passed);
	*passed = place->key;
	place->key = g_strdup(key);
	place->behind = FALSE;
}

/* Moves a list to its first key from the place on; the place moves past what was looked up in vain.
 */
static gboolean list_seek(Db *db, const MailboxSearch *search, MergeList *list, MergePlace *place,
        char **passed, GError **error)
{
	for (;;) {
		while (head(list) != NULL &&
		        (before(search, head(list), place->key) ||
		                (place->behind && strcmp(head(list), place->key) == 0)))
			list->position++;
		if (head(list) != NULL || list->complete)
			return TRUE;
		if (list->last != NULL && !before(search, list->last, place->key)) {
			place_move(place, list->last, passed);
			place->behind = TRUE;
		}
		place->bounded = place->fetches++ >=
		                 (search->brief || place->enough ? MERGE_BRIEF : MERGE_FETCHES);
		if (place->bounded)
			return TRUE;
		if (!list_fetch(db, search, list, place->key, !place->behind, error))
			return FALSE;
		if (list->others == NULL)
			return TRUE;
	}
}

/* Steps all lists to their common addresses, one after the other, until all stand at the same. */
static gboolean merge(Db *db, const MailboxSearch *search, MergeList *lists, guint count,
        MergePlace *place, guint limit, GPtrArray *hits, char **passed, GError **error)
{
	guint same = 0, most = search->total != NULL ? MAX(limit, MAILBOX_TOTAL_MAX + 1) : limit;

	for (guint i = 0; hits->len < most; i = (i + 1) % count) {
		MergeList *list = &lists[i];
		if (!list_seek(db, search, list, place, passed, error))
			return FALSE;
		if (place->bounded || head(list) == NULL)
			return TRUE;
		if (place->behind || strcmp(head(list), place->key) != 0) {
			place_move(place, head(list), passed);
			same = 0;
		}
		if (++same < count)
			continue;
		g_ptr_array_add(hits, list->fetched->pdata[list->position]);
		list->fetched->pdata[list->position++] = NULL;
		place->behind = TRUE;
		place->enough = hits->len >= limit;
		same = 0;
	}
	return TRUE;
}

/* What of the hits is wanted; where some are left out for their words, the search may go on behind
 * the last. */
static gboolean take_hits(Db *db, const MailboxSearch *search, GPtrArray *hits, guint limit,
        GPtrArray *found, char **searched_to, GError **error)
{
	g_autoptr(GPtrArray) rows = search->light && !search->look
	                                    ? g_ptr_array_ref(hits)
	                                    : read_rows(db, search, hits, error);

	if (rows == NULL)
		return FALSE;
	if (*searched_to == NULL && hits->len == limit && search->look)
		*searched_to = mailbox_range_last(hits);
	return mailbox_range_take(db, search, limit, found, rows, error);
}

/* Are the keys of the other list that were fetched so close to each other that few of the first one
 * lie among them, and few before them? (Many before them are skipped.) */
static gboolean lies_among(
        const MailboxSearch *search, const MergeList *first, const MergeList *other)
{
	const MailboxRow *from = other->fetched->pdata[0];
	const MailboxRow *to = other->fetched->pdata[other->fetched->len - 1];
	guint ahead = 0, among = 0;

	for (guint i = 0; i < first->fetched->len; i++) {
		const char *address = ((const MailboxRow *)first->fetched->pdata[i])->address;
		if (before(search, address, from->address))
			ahead++;
		else if (before(search, address, to->address))
			among++;
	}
	return ahead < MERGE_KEYS / 2 && among < MERGE_DENSE;
}

/* Is the list one that the first one, of which keys are fetched, is looked up in? */
static gboolean is_dense(Db *db, const MailboxSearch *search, const MergeList *first,
        MergeList *list, gboolean *dense, GError **error)
{
	*dense = FALSE;
	if (!mailbox_range_may_probe(list->keys) || first->fetched->len == 0)
		return TRUE;
	*dense = first->complete;
	if (*dense)
		return TRUE;
	if (!list_fetch(db, search, list, head(first), TRUE, error))
		return FALSE;
	*dense = !list->complete && lies_among(search, first, list);
	return TRUE;
}

/* Takes the lists away that the first one's keys are to be looked up in. */
static gboolean choose_lists(Db *db, const MailboxSearch *search, MergeList *lists, guint *count,
        MergePlace *place, GError **error)
{
	g_autoptr(GPtrArray) others = g_ptr_array_new();
	guint kept = 1;

	if (!list_fetch(db, search, &lists[0], place->key, FALSE, error))
		return FALSE;
	place->fetches++;
	for (guint i = 1; i < *count; i++) {
		gboolean dense = FALSE;
		if (!is_dense(db, search, &lists[0], &lists[i], &dense, error))
			return FALSE;
		place->fetches += lists[i].fetched != NULL;
		if (dense) {
			g_ptr_array_add(others, search->lists->pdata[i]);
			list_clear(&lists[i]);
		} else if (kept++ < i) {
			lists[kept - 1] = lists[i];
			lists[i] = (MergeList){0};
		}
	}
	*count = kept;
	if (others->len > 0) {
		list_clear(&lists[0]);
		lists[0].complete = FALSE;
		lists[0].others = g_steal_pointer(&others);
	}
	return TRUE;
}

/* Leaves the hits that are wanted as such. */
static void take_total(MailboxTotal *total, GPtrArray *hits, guint limit, gboolean bounded)
{
	*total = (MailboxTotal){.known = TRUE,
	        .count = MIN(hits->len, MAILBOX_TOTAL_MAX),
	        .more = bounded || hits->len > MAILBOX_TOTAL_MAX};
	/* Of those that weren't looked for there may be none. */
	if (bounded && total->count == hits->len && total->count > 0)
		total->count--;
	if (hits->len > limit)
		g_ptr_array_set_size(hits, (gint)limit);
}

gboolean mailbox_merge(Db *db, const MailboxSearch *search, const char *first, const char *after,
        guint limit, GPtrArray *found, char **searched_to, GError **error)
{
	g_autoptr(GPtrArray) hits = g_ptr_array_new_with_free_func(mailbox_row_free);
	g_autofree char *passed = g_strdup(after);
	MergeList lists[MERGE_LISTS] = {0};
	MergePlace place = {.key = g_strdup(first), .behind = TRUE};
	guint count = search->lists->len;

	g_assert(count > 0 && count <= MERGE_LISTS);
	for (guint i = 0; i < count; i++)
		lists[i].keys = search->lists->pdata[i];
	gboolean ok = (search->pairs || choose_lists(db, search, lists, &count, &place, error)) &&
	              merge(db, search, lists, count, &place, limit, hits, &passed, error);
	for (guint i = 0; i < count; i++)
		list_clear(&lists[i]);
	if (ok && search->total != NULL)
		take_total(search->total, hits, limit, place.bounded);
	if (place.bounded && hits->len < limit)
		*searched_to = place.behind ? g_strdup(place.key) : g_steal_pointer(&passed);
	g_free(place.key);
	return ok && take_hits(db, search, hits, limit, found, searched_to, error);
}
