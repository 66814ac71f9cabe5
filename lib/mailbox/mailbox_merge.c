/* mailbox_merge.c: steps sorted lists of mailboxes to their common addresses.
 *
 * Each list is fetched in pieces from the address on that another list stands at, so what only one
 * of them has is skipped.
 */
#include "lib/mailbox/mailbox_merge.h"

#include <string.h>

#include "lib/db/db_bulk.h"

#define MERGE_FIRST 100 /* keys of a list's first fetch */
#define MERGE_KEYS 400  /* of the others */
#define MERGE_FETCHES 16
#define MERGE_LISTS (MAILBOX_PLAN_WORDS + 2) /* a user's and a mark's */
static const char SQL_IDS[] =
        "SELECT " MAILBOX_ROW_COLUMNS " FROM mailbox m" MAILBOX_ROW_USAGE MAILBOX_ROW_PEOPLE
        " WHERE m.id IN " DB_LIST_PAGE_PLACES " ORDER BY m.id";

typedef struct {
	const MailboxKeys *keys;
	GPtrArray *fetched; /* MailboxRow, in order; NULL: none yet */
	guint position;
	gboolean complete; /* nothing follows what was fetched */
} MergeList;

static const char *head(const MergeList *list)
{
	return list->fetched != NULL && list->position < list->fetched->len
	               ? ((const MailboxRow *)list->fetched->pdata[list->position])->address
	               : NULL;
}

/* Reads the list's next keys behind key, or from key on. */
static gboolean list_fetch(Db *db, const MailboxSearch *search, MergeList *list, const char *key,
        gboolean with_key, GError **error)
{
	guint limit = list->fetched == NULL ? MERGE_FIRST : MERGE_KEYS;
	GPtrArray *fetched =
	        mailbox_range_keys(db, search, list->keys, key, with_key, limit, error);

	if (fetched == NULL)
		return FALSE;
	if (list->fetched != NULL)
		g_ptr_array_unref(list->fetched);
	list->fetched = fetched;
	list->position = 0;
	list->complete = fetched->len < limit;
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
	gboolean bounded; /* there were too many of them */
} MergePlace;

/* Moves a list to its first key from the place on. */
static gboolean list_seek(
        Db *db, const MailboxSearch *search, MergeList *list, MergePlace *place, GError **error)
{
	while (head(list) != NULL &&
	        (before(search, head(list), place->key) ||
	                (place->behind && strcmp(head(list), place->key) == 0)))
		list->position++;
	if (head(list) != NULL || list->complete)
		return TRUE;
	place->bounded = place->fetches++ == MERGE_FETCHES;
	return place->bounded || list_fetch(db, search, list, place->key, !place->behind, error);
}

/* Moves the place to another key; the one before it is decided on, and told in *passed. */
static void place_move(MergePlace *place, const char *key, char **passed)
{
	g_free(*passed);
	*passed = place->key;
	place->key = g_strdup(key);
	place->behind = FALSE;
}

/* Steps all lists to their common addresses, one after the other, until all stand at the same. */
static gboolean merge(Db *db, const MailboxSearch *search, MergeList *lists, MergePlace *place,
        guint limit, GPtrArray *hits, char **passed, GError **error)
{
	guint count = search->lists->len, same = 0;

	for (guint i = 0; hits->len < limit; i = (i + 1) % count) {
		MergeList *list = &lists[i];
		if (!list_seek(db, search, list, place, error))
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

gboolean mailbox_merge(Db *db, const MailboxSearch *search, const char *first, const char *after,
        guint limit, GPtrArray *found, char **searched_to, GError **error)
{
	g_autoptr(GPtrArray) hits = g_ptr_array_new_with_free_func(mailbox_row_free);
	g_autofree char *passed = g_strdup(after);
	MergeList lists[MERGE_LISTS] = {0};
	MergePlace place = {.key = g_strdup(first), .behind = TRUE};

	g_assert(search->lists->len > 0 && search->lists->len <= MERGE_LISTS);
	for (guint i = 0; i < search->lists->len; i++)
		lists[i].keys = search->lists->pdata[i];
	gboolean ok = merge(db, search, lists, &place, limit, hits, &passed, error);
	for (guint i = 0; i < search->lists->len; i++)
		if (lists[i].fetched != NULL)
			g_ptr_array_unref(lists[i].fetched);
	if (place.bounded)
		*searched_to = place.behind ? g_strdup(place.key) : g_steal_pointer(&passed);
	g_free(place.key);
	return ok && take_hits(db, search, hits, limit, found, searched_to, error);
}
