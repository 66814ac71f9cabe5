/* mailbox_merge.c: steps the sorted keys of several words to their common addresses.
 *
 * Each list is fetched in pieces from the address on that another list stands at, so what only one
 * of them has is skipped.
 */
#include "lib/mailbox/mailbox_merge.h"

#include <string.h>

#include "lib/db/db_bulk.h"

#define MERGE_KEYS 200 /* a fetch */
#define MERGE_FETCHES 12
static const char SQL_IDS[] =
        "SELECT " MAILBOX_ROW_COLUMNS " FROM mailbox m" MAILBOX_ROW_USAGE MAILBOX_ROW_PEOPLE
        " WHERE m.id IN " DB_LIST_PAGE_PLACES " ORDER BY m.id";
enum { KEY_ADDRESS, KEY_MAILBOX };

typedef struct {
	const char *word;
	GPtrArray *addresses; /* fetched, in order */
	GArray *ids;
	guint position;
	gboolean complete; /* nothing follows what was fetched */
} KeyList;

static void list_clear(KeyList *list)
{
	g_ptr_array_unref(list->addresses);
	g_array_unref(list->ids);
}

static const char *head(const KeyList *list)
{
	return list->position < list->addresses->len ? list->addresses->pdata[list->position]
	                                             : NULL;
}

/* Reads the list's next keys behind key, or from key on. */
static gboolean list_fetch(Db *db, const MailboxSearch *search, KeyList *list, const char *key,
        gboolean with_key, GError **error)
{
	const char *compare = search->descending ? with_key ? "<=" : "<" : with_key ? ">=" : ">";
	g_autofree char *range = mailbox_range_arms(search, compare, MERGE_KEYS);
	const char *sql = mailbox_range_sql(
	        g_strdup_printf("SELECT address, mailbox_id FROM (%s) f ORDER BY address%s", range,
	                mailbox_range_order(search)));
	g_autofree char *from = g_strdup(key); /* key may be one of those that go */
	g_autoptr(DbRows) rows = mailbox_range_query(db, search, sql, list->word, from, error);

	if (rows == NULL)
		return FALSE;
	g_ptr_array_set_size(list->addresses, 0);
	g_array_set_size(list->ids, 0);
	list->position = 0;
	while (db_rows_next(rows)) {
		guint64 id = db_rows_u64(rows, KEY_MAILBOX);
		g_ptr_array_add(list->addresses, g_strdup(db_rows_text(rows, KEY_ADDRESS)));
		g_array_append_val(list->ids, id);
	}
	list->complete = list->addresses->len < MERGE_KEYS;
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

/* Reads the mailboxes by their numbers, in the order of the search. */
static gboolean read_ids(
        Db *db, const MailboxSearch *search, GArray *ids, GPtrArray *found, GError **error)
{
	for (guint done = 0; done < ids->len; done += DB_LIST_PAGE) {
		g_autoptr(DbValues) values = db_values_new();
		db_list_add(values, ids, done, DB_LIST_PAGE);
		g_autoptr(DbRows) rows = db_query_values(db, error, SQL_IDS, values);
		if (rows == NULL)
			return FALSE;
		g_autoptr(GPtrArray) read = mailbox_rows_read(rows);
		if (!mailbox_range_take(db, search, G_MAXUINT, found, read, error))
			return FALSE;
	}
	g_ptr_array_sort(found, search->descending ? compare_addresses_down : compare_addresses);
	return TRUE;
}

/* Steps all lists to their common addresses; a bounded number of fetches. */
static gboolean merge(Db *db, const MailboxSearch *search, KeyList *lists, guint count,
        const char *first, const char *after, guint limit, GArray *hits, char **searched_to,
        GError **error)
{
	g_autofree char *target = g_strdup(first); /* nothing before it is wanted any more */
	g_autofree char *passed = g_strdup(after); /* the last key that was decided on */
	guint fetches = 0;

	for (;;) {
		gboolean same = TRUE;

		for (guint i = 0; i < count; i++) {
			KeyList *list = &lists[i];
			while (head(list) != NULL && before(search, head(list), target))
				list->position++;
			if (head(list) == NULL && !list->complete) {
				if (fetches++ == MERGE_FETCHES) {
					*searched_to = g_steal_pointer(&passed);
					return TRUE;
				}
				if (!list_fetch(db, search, list, target, TRUE, error))
					return FALSE;
			}
			if (head(list) == NULL)
				return TRUE; /* one list is at its end */
			if (strcmp(head(list), target) != 0) {
				same = FALSE;
				g_free(passed);
				passed = g_steal_pointer(&target);
				target = g_strdup(head(list));
			}
		}
		if (!same)
			continue;
		if (strcmp(target, after) != 0)
			g_array_append_val(
			        hits, g_array_index(lists[0].ids, guint64, lists[0].position));
		g_free(passed);
		passed = g_strdup(target);
		if (hits->len == limit)
			return TRUE;
		lists[0].position++;
		if (head(&lists[0]) == NULL && !lists[0].complete) {
			if (fetches++ == MERGE_FETCHES) {
				*searched_to = g_steal_pointer(&passed);
				return TRUE;
			}
			if (!list_fetch(db, search, &lists[0], target, FALSE, error))
				return FALSE;
		}
		if (head(&lists[0]) == NULL)
			return TRUE;
		g_free(target);
		target = g_strdup(head(&lists[0]));
	}
}

gboolean mailbox_merge(Db *db, const MailboxSearch *search, guint words, const char *first,
        const char *after, guint limit, GPtrArray *found, char **searched_to, GError **error)
{
	g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(guint64));
	KeyList lists[MAILBOX_RANGE_WORDS];

	g_assert(words > 0 && words <= MAILBOX_RANGE_WORDS);
	for (guint i = 0; i < words; i++)
		lists[i] = (KeyList){.word = search->words->pdata[i],
		        .addresses = g_ptr_array_new_with_free_func(g_free),
		        .ids = g_array_new(FALSE, FALSE, sizeof(guint64))};
	gboolean ok =
	        merge(db, search, lists, words, first, after, limit, hits, searched_to, error);
	for (guint i = 0; i < words; i++)
		list_clear(&lists[i]);
	return ok && read_ids(db, search, hits, found, error);
}
