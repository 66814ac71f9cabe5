/* mailbox_sorted.c: finds all hits by their keys, and has the server put these in order. */
#include "lib/mailbox/mailbox_sorted.h"

#include "lib/db/db_bulk.h"
#include "lib/db/list_page.h"
#include "lib/mailbox/mailbox_search.h"

G_STATIC_ASSERT(MAILBOX_SORTED_MAX == DB_LIST_LONG);

/* Of the hits, numbers and addresses, those of a page are found by what they are put in order by,
 * and then their rows. */
#define PAGE(columns, of, name, usage, order)                                                      \
	"SELECT " MAILBOX_ROW_COLUMNS " FROM (SELECT " columns " FROM (%s) k STRAIGHT_JOIN " of    \
	" ORDER BY " order LIST_PAGE_LIMIT ") " name " STRAIGHT_JOIN mailbox m ON m.id = " name    \
	".id" usage " ORDER BY " order
#define NAME(behind, down)                                                                         \
	PAGE("n.id, n.name_sort",                                                                  \
	        "mailbox n ON n.id = k.mailbox_id WHERE n.name_sort " behind " ?", "n",            \
	        MAILBOX_ROW_USAGE, "n.name_sort" down)
#define STORAGE(behind, down)                                                                          \
	PAGE("k.mailbox_id AS id, u.bytes, u.username, u.last_login",                                  \
	        "mailbox_usage u ON u.username = k.address WHERE ((u.bytes = ? AND u.username " behind \
	        " CONVERT(? USING ascii)) OR u.bytes " behind " ?)",                                   \
	        "u", "", "u.bytes" down ", u.username" down)
#define BY_IDS "SELECT id AS mailbox_id, address FROM mailbox WHERE id IN " DB_LIST_LONG_PLACES

static char *page_text(const MailboxPlace *place, const char *hits)
{
	if (place->by_name)
		return place->descending ? g_strdup_printf(NAME("<", " DESC"), hits)
		                         : g_strdup_printf(NAME(">", ""), hits);
	return place->descending ? g_strdup_printf(STORAGE("<", " DESC"), hits)
	                         : g_strdup_printf(STORAGE(">", ""), hits);
}

/* values: the parameters of hits. */
static gboolean read_sorted(Db *db, const MailboxPlace *place, const char *hits, DbValues *values,
        GPtrArray *found, GError **error)
{
	if (place->by_name) {
		db_values_add_octets(values, place->name_sort, place->size);
	} else {
		db_values_add_u64(values, place->bytes);
		db_values_add_text(values, place->address);
		db_values_add_u64(values, place->bytes);
	}
	g_autoptr(DbRows) rows =
	        db_query_values(db, error, mailbox_range_sql(page_text(place, hits)), values);
	if (rows == NULL)
		return FALSE;
	g_ptr_array_extend_and_steal(found, mailbox_rows_read(rows));
	return TRUE;
}

/* Hits that lists alone don't say. */
static gboolean sort_hits(
        Db *db, const MailboxPlace *place, const GPtrArray *hits, GPtrArray *found, GError **error)
{
	g_autoptr(DbValues) values = db_values_new();
	g_autoptr(GArray) ids = mailbox_rows_ids(hits);

	if (ids->len == 0)
		return TRUE;
	db_list_add(values, ids, 0, DB_LIST_LONG);
	return read_sorted(db, place, BY_IDS, values, found, error);
}

/* The whole of one list. */
static gboolean sort_list(Db *db, const MailboxSearch *search, const MailboxPlace *place,
        GPtrArray *found, GError **error)
{
	const MailboxKeys *keys = search->lists->pdata[0];
	g_autoptr(DbValues) values = db_values_new();
	g_autofree char *hits = mailbox_range_text(search, keys, MAILBOX_SORTED_MAX);

	mailbox_range_values(values, keys, mailbox_range_first(search, ""));
	return read_sorted(db, place, hits, values, found, error);
}

gboolean mailbox_sorted(Db *db, const MailboxSearch *search, const MailboxPlace *place,
        GPtrArray *found, MailboxTotal *total, GPtrArray **first, char **searched_to,
        GError **error)
{
	MailboxSearch all = *search;
	gboolean whole = mailbox_range_is_whole(search);
	guint enough = MAILBOX_SORTED_MAX + 1;
	guint64 number = 0;

	/* To count keys is cheaper than to hand over their mailboxes. */
	if (whole && !mailbox_range_count(db, search->lists->pdata[0], enough, &number, error))
		return FALSE;
	if (whole && number < enough) {
		*total = (MailboxTotal){.known = TRUE, .count = (guint)number};
		return number == 0 || sort_list(db, search, place, found, error);
	}
	g_autoptr(GPtrArray) hits = g_ptr_array_new_with_free_func(mailbox_row_free);
	all.light = TRUE;
	if (!mailbox_search(db, &all, "", whole ? LIST_PAGE + 1 : enough, hits, searched_to, error))
		return FALSE;
	gboolean all_found = !whole && hits->len < enough && *searched_to == NULL;
	*total = (MailboxTotal){.known = TRUE,
	        .more = !all_found,
	        .count = whole ? MAILBOX_SORTED_MAX : MIN(hits->len, MAILBOX_SORTED_MAX)};
	/* Of those that weren't looked for there may be none. */
	if (*searched_to != NULL && total->count > 0)
		total->count--;
	if (all_found)
		return sort_hits(db, place, hits, found, error);
	*first = g_steal_pointer(&hits);
	return TRUE;
}
