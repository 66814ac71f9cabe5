/* mailbox_sorted.c: finds all hits by their keys, then has the server put these in order. */
#include "lib/mailbox/mailbox_sorted.h"

#include "lib/db/db_bulk.h"
#include "lib/db/list_page.h"
#include "lib/mailbox/mailbox_search.h"

G_STATIC_ASSERT(MAILBOX_SORTED_MAX == DB_LIST_LONG);

#define NAME(behind, down)                                                                         \
	"SELECT " MAILBOX_ROW_COLUMNS " FROM mailbox m" MAILBOX_ROW_USAGE                          \
	" WHERE m.id IN " DB_LIST_LONG_PLACES " AND m.name_sort " behind                           \
	" ? ORDER BY m.name_sort" down LIST_PAGE_LIMIT
#define STORAGE(behind, down)                                                                      \
	"SELECT " MAILBOX_ROW_COLUMNS " FROM mailbox m"                                            \
	" STRAIGHT_JOIN mailbox_usage u ON u.username = m.address"                                 \
	" WHERE m.id IN " DB_LIST_LONG_PLACES " AND ((u.bytes = ? AND m.address " behind           \
	" CONVERT(? USING ascii)) OR u.bytes " behind " ?)"                                        \
	" ORDER BY u.bytes" down ", m.address" down LIST_PAGE_LIMIT
static const char SQL_NAME[] = NAME(">", "");
static const char SQL_NAME_DOWN[] = NAME("<", " DESC");
static const char SQL_STORAGE[] = STORAGE(">", "");
static const char SQL_STORAGE_DOWN[] = STORAGE("<", " DESC");

static DbRows *query(Db *db, const GArray *ids, const MailboxPlace *place, GError **error)
{
	g_autoptr(DbValues) values = db_values_new();

	db_list_add(values, ids, 0, DB_LIST_LONG);
	if (place->by_name) {
		db_values_add_octets(values, place->name_sort, place->size);
		return db_query_values(
		        db, error, place->descending ? SQL_NAME_DOWN : SQL_NAME, values);
	}
	db_values_add_u64(values, place->bytes);
	db_values_add_text(values, place->address);
	db_values_add_u64(values, place->bytes);
	return db_query_values(
	        db, error, place->descending ? SQL_STORAGE_DOWN : SQL_STORAGE, values);
}

gboolean mailbox_sorted(Db *db, const MailboxSearch *search, const MailboxPlace *place,
        GPtrArray *found, MailboxTotal *total, GPtrArray **first, char **searched_to,
        GError **error)
{
	MailboxSearch all = *search;
	g_autoptr(GPtrArray) hits = g_ptr_array_new_with_free_func(mailbox_row_free);

	all.light = TRUE;
	if (!mailbox_search(db, &all, "", MAILBOX_SORTED_MAX + 1, hits, searched_to, error))
		return FALSE;
	gboolean all_found = hits->len <= MAILBOX_SORTED_MAX && *searched_to == NULL;
	*total = (MailboxTotal){
	        .known = TRUE, .more = !all_found, .count = MIN(hits->len, MAILBOX_SORTED_MAX)};
	/* Of those that weren't looked for there may be none. */
	if (*searched_to != NULL && total->count > 0)
		total->count--;
	if (!all_found) {
		*first = g_steal_pointer(&hits);
		return TRUE;
	}
	if (hits->len == 0)
		return TRUE;
	g_autoptr(GArray) ids = mailbox_rows_ids(hits);
	g_autoptr(DbRows) rows = query(db, ids, place, error);
	if (rows == NULL)
		return FALSE;
	g_ptr_array_extend_and_steal(found, mailbox_rows_read(rows));
	return TRUE;
}
