/* mailbox_list.c: puts pages of the list together, in any of its orders, and their cursors. */
#include "lib/mailbox/mailbox_list.h"

#include "lib/mailbox/mailbox_count.h"
#include "lib/mailbox/mailbox_sorted.h"

#define LIMIT (LIST_PAGE + 1) /* one more says that there is a next page */
#define USAGE_STEPS 6

#define NAME(key, of)                                                                              \
	"SELECT " MAILBOX_ROW_COLUMNS " FROM mailbox m FORCE INDEX (" key ")" MAILBOX_ROW_USAGE    \
	" WHERE m.deleted = 0" of " AND m.name_sort"
#define NAME_UP " > ? ORDER BY m.name_sort" LIST_PAGE_LIMIT
#define NAME_DOWN " < ? ORDER BY m.name_sort DESC" LIST_PAGE_LIMIT
static const char SQL_NAME[] = NAME("mailbox_name", "") NAME_UP;
static const char SQL_NAME_DOWN[] = NAME("mailbox_name", "") NAME_DOWN;
static const char SQL_DOMAIN_NAME[] = NAME("mailbox_domain_name", " AND m.domain_id = ?") NAME_UP;
static const char SQL_DOMAIN_NAME_DOWN[] =
        NAME("mailbox_domain_name", " AND m.domain_id = ?") NAME_DOWN;

/* Rows of purged mailboxes have no mailbox; those of deleted ones are left out by the program. */
#define USAGE(key)                                                                                 \
	"SELECT " MAILBOX_ROW_OF(                                                                  \
	        "u.username") " FROM mailbox_usage u FORCE INDEX (" key ")"                        \
	                      " LEFT JOIN address d ON d.address = u.username AND d.is_alias = 0"  \
	                      " LEFT JOIN mailbox m ON m.id = d.mailbox_id WHERE"
#define OF_DOMAIN " u.domain = CONVERT(? USING ascii) AND"
#define UP                                                                                         \
	" ((u.bytes = ? AND u.username > CONVERT(? USING ascii)) OR u.bytes > ?)"                  \
	" ORDER BY u.bytes, u.username LIMIT 56"
#define DOWN                                                                                       \
	" ((u.bytes = ? AND u.username < CONVERT(? USING ascii)) OR u.bytes < ?)"                  \
	" ORDER BY u.bytes DESC, u.username DESC LIMIT 56"
static const char SQL_USAGE[] = USAGE("mailbox_usage_bytes") UP;
static const char SQL_USAGE_DOWN[] = USAGE("mailbox_usage_bytes") DOWN;
static const char SQL_DOMAIN_USAGE[] = USAGE("mailbox_usage_domain") OF_DOMAIN UP;
static const char SQL_DOMAIN_USAGE_DOWN[] = USAGE("mailbox_usage_domain") OF_DOMAIN DOWN;
static const char SQL_DOMAIN_OF[] = "SELECT name FROM domain WHERE id = ?";

enum { TOTAL_HIDDEN, TOTAL_COUNT };

void mailbox_page_free(MailboxPage *page)
{
	if (page == NULL)
		return;
	g_ptr_array_unref(page->rows);
	g_free(page->next);
	g_free(page->previous);
	g_free(page->searched_to);
	mailbox_search_free(page->search);
	g_free(page);
}

/* ---- the orders ---- */

/* Tells that the search has stopped at an address, and takes it. */
static void go_on_behind(MailboxPage *page, char *searched_to)
{
	page->partial = TRUE;
	page->searched_to = searched_to;
	page->next = g_strconcat("a.", searched_to, NULL);
}

static gboolean by_address(Db *db, const MailboxFilter *filter, const MailboxSearch *all,
        MailboxPage *page, GError **error)
{
	MailboxSearch search = *all;
	g_autofree char *searched_to = NULL;

	/* Where the order asked for isn't possible it is the plain one. */
	search.descending =
	        filter->sort == MAILBOX_SORT_ADDRESS ? filter->descending : filter->backward;
	if (*filter->after == '\0' && !search.look)
		search.total = &page->total;
	if (!mailbox_search(db, &search, mailbox_cursor_address(filter->after), LIMIT, page->rows,
	            &searched_to, error))
		return FALSE;
	if (searched_to != NULL && page->rows->len < LIMIT)
		go_on_behind(page, g_steal_pointer(&searched_to));
	return TRUE;
}

static gboolean by_name(Db *db, const MailboxFilter *filter, MailboxPage *page, GError **error)
{
	g_autoptr(GBytes) cursor = mailbox_cursor_name(filter->after);
	MailboxPlace place =
	        mailbox_cursor_place(filter->sort, filter->descending, filter->after, cursor);
	const void *key = place.name_sort;
	gsize size = place.size;
	g_autoptr(DbRows) rows =
	        filter->domain_id == 0
	                ? db_query(db, error, filter->descending ? SQL_NAME_DOWN : SQL_NAME, "b",
	                          key, size)
	                : db_query(db, error,
	                          filter->descending ? SQL_DOMAIN_NAME_DOWN : SQL_DOMAIN_NAME, "ub",
	                          filter->domain_id, key, size);

	if (rows == NULL)
		return FALSE;
	g_ptr_array_unref(page->rows);
	page->rows = mailbox_rows_read(rows);
	return TRUE;
}

static char *domain_name(Db *db, guint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_DOMAIN_OF, "u", id);

	if (rows == NULL)
		return NULL;
	return g_strdup(db_rows_next(rows) ? db_rows_text(rows, 0) : "");
}

static gboolean by_storage(Db *db, const MailboxFilter *filter, MailboxPage *page, GError **error)
{
	MailboxPlace place =
	        mailbox_cursor_place(filter->sort, filter->descending, filter->after, NULL);
	gboolean down = filter->descending;
	guint64 bytes = place.bytes;
	g_autofree char *username = g_strdup(place.address);
	g_autofree char *domain =
	        filter->domain_id != 0 ? domain_name(db, filter->domain_id, error) : g_strdup("");

	if (domain == NULL)
		return FALSE;
	for (guint steps = 0; page->rows->len < LIMIT; steps++) {
		if (steps == USAGE_STEPS) {
			page->partial = TRUE;
			page->searched_to = g_strdup(username);
			page->next = g_strdup_printf("s.%" G_GUINT64_FORMAT ".%s", bytes, username);
			return TRUE;
		}
		g_autoptr(DbRows) rows =
		        filter->domain_id == 0
		                ? db_query(db, error, down ? SQL_USAGE_DOWN : SQL_USAGE, "uau",
		                          bytes, username, bytes)
		                : db_query(db, error,
		                          down ? SQL_DOMAIN_USAGE_DOWN : SQL_DOMAIN_USAGE, "auau",
		                          domain, bytes, username, bytes);
		if (rows == NULL)
			return FALSE;
		g_autoptr(GPtrArray) read = mailbox_rows_read(rows);
		if (read->len == 0)
			return TRUE;
		for (guint i = 0; i < read->len; i++) {
			const MailboxRow *row = read->pdata[i];
			bytes = row->bytes;
			g_free(username);
			username = g_strdup(row->address);
			if (row->id != 0 && !row->deleted && page->rows->len < LIMIT) {
				g_ptr_array_add(page->rows, read->pdata[i]);
				read->pdata[i] = NULL;
			}
		}
	}
	return TRUE;
}

/* The first page by address, of the first hits. */
static gboolean first_by_address(
        Db *db, GPtrArray *first, char *searched_to, MailboxPage *page, GError **error)
{
	if (first->len > LIMIT)
		g_ptr_array_set_size(first, LIMIT);
	g_autoptr(GPtrArray) rows = mailbox_rows_whole(db, first, FALSE, error);
	if (rows == NULL)
		return FALSE;
	g_ptr_array_extend_and_steal(page->rows, g_steal_pointer(&rows));
	if (searched_to != NULL && page->rows->len < LIMIT)
		go_on_behind(page, g_strdup(searched_to));
	return TRUE;
}

/* Together with words, a state or a user, as long as there are few hits. */
static gboolean sorted_hits(Db *db, const MailboxFilter *filter, const MailboxSearch *search,
        MailboxPage *page, GError **error)
{
	g_autoptr(GBytes) cursor = mailbox_cursor_name(filter->after);
	MailboxPlace begin =
	        mailbox_cursor_place(filter->sort, filter->descending, filter->after, cursor);
	g_autoptr(GPtrArray) first = NULL;
	g_autofree char *searched_to = NULL;

	if (!mailbox_sorted(
	            db, search, &begin, page->rows, &page->total, &first, &searched_to, error))
		return FALSE;
	page->unsorted = first != NULL;
	if (first == NULL)
		return TRUE;
	return filter->backward ? by_address(db, filter, search, page, error)
	                        : first_by_address(db, first, searched_to, page, error);
}

/* ---- */

MailboxSearch *mailbox_list_search(Db *db, const MailboxFilter *filter, GError **error)
{
	return mailbox_plan(
	        db, filter->q, filter->domain_id, filter->user_id, filter->state, error);
}

static gboolean fill_page(Db *db, const MailboxFilter *filter, MailboxPage *page, GError **error)
{
	const MailboxSearch *search = page->search;
	gboolean filtered = *filter->q != '\0' || filter->state != 0 || filter->user_id != 0;

	if (filter->sort == MAILBOX_SORT_ADDRESS)
		return by_address(db, filter, search, page, error);
	if (!filtered && filter->sort == MAILBOX_SORT_NAME)
		return by_name(db, filter, page, error);
	if (!filtered)
		return by_storage(db, filter, page, error);
	page->unsorted = g_str_has_prefix(filter->after, "a."); /* as the page before this one */
	return page->unsorted ? by_address(db, filter, search, page, error)
	                      : sorted_hits(db, filter, search, page, error);
}

static MailboxPage *read_page(Db *db, const MailboxFilter *filter, GError **error)
{
	g_autoptr(MailboxPage) page = g_new0(MailboxPage, 1);

	page->search = mailbox_list_search(db, filter, error);
	page->rows = g_ptr_array_new_with_free_func(mailbox_row_free);
	if (page->search == NULL || !fill_page(db, filter, page, error))
		return NULL;
	if (page->rows->len > LIST_PAGE) {
		g_ptr_array_set_size(page->rows, LIST_PAGE);
		page->partial = FALSE;
		g_free(page->next);
		page->next = mailbox_cursor(page->unsorted ? MAILBOX_SORT_ADDRESS : filter->sort,
		        page->rows->pdata[LIST_PAGE - 1]);
	}
	if (!mailbox_rows_complete(db, page->rows, error))
		return NULL;
	return g_steal_pointer(&page);
}

MailboxPage *mailbox_list(Db *db, const MailboxFilter *filter, GError **error)
{
	MailboxFilter back = *filter;
	gboolean first = *filter->after == '\0';

	if (filter->before == NULL || *filter->before == '\0') {
		MailboxPage *page = read_page(db, filter, error);
		if (page != NULL && !first)
			page->previous =
			        page->rows->len > 0
			                ? mailbox_cursor(page->unsorted ? MAILBOX_SORT_ADDRESS
			                                                : filter->sort,
			                          page->rows->pdata[0])
			                : g_strdup(filter->after);
		return page;
	}
	back.after = filter->before;
	back.before = "";
	back.descending = !filter->descending;
	back.backward = TRUE;
	g_autoptr(MailboxPage) page = read_page(db, &back, error);
	if (page == NULL)
		return NULL;
	if (page->next == NULL) { /* nothing before it: the first page, whole */
		back = *filter;
		back.before = back.after = "";
		return mailbox_list(db, &back, error);
	}
	list_page_turn(page->rows);
	page->previous = g_steal_pointer(&page->next);
	page->next = page->rows->len == 0
	                     ? g_strdup(filter->before)
	                     : mailbox_cursor(page->unsorted ? MAILBOX_SORT_ADDRESS : filter->sort,
	                               page->rows->pdata[page->rows->len - 1]);
	page->backward = TRUE;
	return g_steal_pointer(&page);
}

/* The list whose number is kept and wanted; NULL: none. */
static const MailboxKeys *counted_list(const MailboxPage *page)
{
	const GPtrArray *lists = page->search->lists;
	gboolean whole = page->previous == NULL && page->next == NULL;

	return !whole && !page->total.known && lists->len == 1 && !page->search->look &&
	                       mailbox_count_is_kept(lists->pdata[0])
	               ? lists->pdata[0]
	               : NULL;
}

gboolean mailbox_list_total(Db *db, MailboxPage *page, GError **error)
{
	const MailboxKeys *keys = counted_list(page);

	if (keys == NULL)
		return TRUE;
	g_autoptr(DbValues) values = db_values_new();
	g_autofree char *sum = mailbox_count_sql(keys);
	mailbox_count_values(values, keys);
	const char *sql = mailbox_range_sql(g_strconcat(
	        "SELECT EXISTS (SELECT 1 FROM mailbox_hidden), CAST(", sum, " AS UNSIGNED)", NULL));
	g_autoptr(DbRows) rows = db_query_values(db, error, sql, values);
	if (rows == NULL)
		return FALSE;
	/* Hidden ones are counted in. */
	if (db_rows_next(rows) && db_rows_u64(rows, TOTAL_HIDDEN) == 0)
		page->total = (MailboxTotal){
		        .known = TRUE, .count = (guint)db_rows_u64(rows, TOTAL_COUNT)};
	return TRUE;
}
