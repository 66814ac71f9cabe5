/* mailbox_list.c: see mailbox_list.h. */
#include "lib/mailbox_list.h"

#include <string.h>

#include "lib/address.h"
#include "lib/fold.h"
#include "lib/mailbox_search.h"

#define LIMIT (MAILBOX_LIST_PAGE + 1) /* one more says that there is a next page */
#define USAGE_STEPS 6

/* %s: ">" or "<", "" or "DESC" */
#define NAME_FROM                                                                                  \
	" LEFT JOIN mailbox_usage u ON u.username = m.address"                                     \
	" WHERE m.deleted = 0"
static const char SQL_NAME[] =
        "SELECT " MAILBOX_ROW_COLUMNS " FROM mailbox m FORCE INDEX (mailbox_name)" NAME_FROM
        " AND m.name_sort > ? ORDER BY m.name_sort LIMIT 51";
static const char SQL_NAME_DOWN[] =
        "SELECT " MAILBOX_ROW_COLUMNS " FROM mailbox m FORCE INDEX (mailbox_name)" NAME_FROM
        " AND m.name_sort < ? ORDER BY m.name_sort DESC LIMIT 51";
static const char SQL_DOMAIN_NAME[] =
        "SELECT " MAILBOX_ROW_COLUMNS " FROM mailbox m FORCE INDEX (mailbox_domain_name)" NAME_FROM
        " AND m.domain_id = ? AND m.name_sort > ? ORDER BY m.name_sort LIMIT 51";
static const char SQL_DOMAIN_NAME_DOWN[] =
        "SELECT " MAILBOX_ROW_COLUMNS " FROM mailbox m FORCE INDEX (mailbox_domain_name)" NAME_FROM
        " AND m.domain_id = ? AND m.name_sort < ? ORDER BY m.name_sort DESC LIMIT 51";

/* Rows of purged mailboxes have no mailbox; those of deleted ones are left out by the program. */
#define USAGE_HEAD                                                                                 \
	"SELECT " MAILBOX_ROW_COLUMNS ", u.username FROM (SELECT username, bytes FROM mailbox_usage"
#define USAGE_TAIL                                                                                 \
	" LIMIT 56) u LEFT JOIN address a ON a.address = u.username AND a.is_alias = 0"            \
	" LEFT JOIN mailbox m ON m.id = a.mailbox_id"
#define UP                                                                                         \
	" ((bytes = ? AND username > CONVERT(? USING ascii)) OR bytes > ?) ORDER BY bytes, username"
#define DOWN                                                                                       \
	" ((bytes = ? AND username < CONVERT(? USING ascii)) OR bytes < ?)"                        \
	" ORDER BY bytes DESC, username DESC"
static const char SQL_USAGE[] = USAGE_HEAD " FORCE INDEX (mailbox_usage_bytes) WHERE" UP USAGE_TAIL
                                           " ORDER BY u.bytes, u.username";
static const char SQL_USAGE_DOWN[] =
        USAGE_HEAD " FORCE INDEX (mailbox_usage_bytes) WHERE" DOWN USAGE_TAIL
                   " ORDER BY u.bytes DESC, u.username DESC";
#define OF_DOMAIN " FORCE INDEX (mailbox_usage_domain) WHERE domain = CONVERT(? USING ascii) AND"
static const char SQL_DOMAIN_USAGE[] =
        USAGE_HEAD OF_DOMAIN UP USAGE_TAIL " ORDER BY u.bytes, u.username";
static const char SQL_DOMAIN_USAGE_DOWN[] =
        USAGE_HEAD OF_DOMAIN DOWN USAGE_TAIL " ORDER BY u.bytes DESC, u.username DESC";
static const char SQL_DOMAIN_OF[] = "SELECT name FROM domain WHERE id = ?";

#define TEN "?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
#define FIFTY "(" TEN ", " TEN ", " TEN ", " TEN ", " TEN ")"
/* Two short statements over their keys alone; who may know a password is decided here, by the rule
 * of SQL_KNOWN in mailbox.c, since the same in SQL costs more than the page's own statement. */
static const char SQL_USERS[] =
        "SELECT a.mailbox_id, a.removed_at, a.assigned_at, a.user_id, u.name, u.active, u.deactivated_at"
        "  FROM assignment a FORCE INDEX (assignment_mailbox) STRAIGHT_JOIN user u ON u.id = a.user_id"
        " WHERE a.mailbox_id IN " FIFTY " AND (a.removed_at = 0 OR a.removed_at > ?)";
static const char SQL_SEEN[] = "SELECT s.mailbox_id, s.seen_at, s.user_id, u.active, u.role"
                               "  FROM password_seen s STRAIGHT_JOIN user u ON u.id = s.user_id"
                               " WHERE s.mailbox_id IN " FIFTY;

G_STATIC_ASSERT(MAILBOX_LIST_PAGE == 50);

void mailbox_page_free(MailboxPage *page)
{
	if (page == NULL)
		return;
	g_ptr_array_unref(page->rows);
	g_free(page->next);
	g_free(page->searched_to);
	g_free(page);
}

/* ---- cursors: a letter for the order, a dot, the last row's place in it ---- */

static char *cursor_of(MailboxSort sort, const MailboxRow *row)
{
	if (sort == MAILBOX_SORT_NAME) {
		g_autoptr(GBytes) key = fold_name_sort(row->email_name, row->address);
		gsize size;
		const guchar *octets = g_bytes_get_data(key, &size);
		g_autofree char *base64 = g_base64_encode(octets, size);
		g_strdelimit(g_strdelimit(base64, "+", '-'), "/", '_');
		return g_strconcat("n.", base64, NULL);
	}
	if (sort == MAILBOX_SORT_STORAGE)
		return g_strdup_printf("s.%" G_GUINT64_FORMAT ".%s", row->bytes, row->address);
	return g_strconcat("a.", row->address, NULL);
}

static const char *plain_ascii(const char *text)
{
	return g_str_is_ascii(text) && strlen(text) <= ADDRESS_MAX ? text : "";
}

static const char *address_cursor(const char *after)
{
	return g_str_has_prefix(after, "a.") ? plain_ascii(after + 2) : "";
}

/* NULL: not a cursor of this order. */
static GBytes *name_cursor(const char *after)
{
	if (!g_str_has_prefix(after, "n."))
		return NULL;
	g_autofree char *base64 = g_strdup(after + 2);
	gsize size = 0;
	g_strdelimit(g_strdelimit(base64, "-", '+'), "_", '/');
	guchar *octets = g_base64_decode(base64, &size);
	return g_bytes_new_take(octets, size);
}

static gboolean storage_cursor(const char *after, guint64 *bytes, const char **address)
{
	char *end;

	if (!g_str_has_prefix(after, "s.") || !g_ascii_isdigit(after[2]))
		return FALSE;
	*bytes = g_ascii_strtoull(after + 2, &end, 10);
	*address = *end == '.' ? plain_ascii(end + 1) : "";
	return *bytes <= G_MAXINT64;
}

/* ---- the orders ---- */

static gboolean by_address(
        Db *db, const MailboxFilter *filter, GPtrArray *words, MailboxPage *page, GError **error)
{
	/* Where the order asked for isn't possible it is the plain one. */
	MailboxSearch search = {.words = words,
	        .domain_id = filter->domain_id,
	        .state = filter->state,
	        .descending = filter->descending && filter->sort == MAILBOX_SORT_ADDRESS};

	if (!mailbox_search(db, &search, address_cursor(filter->after), LIMIT, page->rows,
	            &page->searched_to, error))
		return FALSE;
	if (page->searched_to != NULL && page->rows->len < LIMIT) {
		page->partial = TRUE;
		page->next = g_strconcat("a.", page->searched_to, NULL);
	}
	return TRUE;
}

static gboolean by_name(Db *db, const MailboxFilter *filter, MailboxPage *page, GError **error)
{
	static const guchar last[] = {0xff, 0xff};
	g_autoptr(GBytes) cursor = name_cursor(filter->after);
	gsize size = filter->descending ? sizeof(last) : 0;
	const void *key = cursor != NULL ? g_bytes_get_data(cursor, &size) : last;
	g_autoptr(DbRows) rows =
	        filter->domain_id == 0
	                ? db_query(db, error, filter->descending ? SQL_NAME_DOWN : SQL_NAME, "b",
	                          key, size)
	                : db_query(db, error,
	                          filter->descending ? SQL_DOMAIN_NAME_DOWN : SQL_DOMAIN_NAME, "ub",
	                          filter->domain_id, key, size);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows))
		g_ptr_array_add(page->rows, mailbox_row_read(rows));
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
	gboolean down = filter->descending;
	guint64 bytes = down ? G_MAXINT64 : 0;
	const char *start = down ? "~" : "";
	g_autofree char *domain =
	        filter->domain_id != 0 ? domain_name(db, filter->domain_id, error) : g_strdup("");

	if (domain == NULL)
		return FALSE;
	storage_cursor(filter->after, &bytes, &start);
	g_autofree char *username = g_strdup(start);
	for (guint steps = 0; page->rows->len < LIMIT; steps++) {
		guint count = 0;

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
		while (db_rows_next(rows)) {
			count++;
			bytes = db_rows_u64(rows, 10);
			g_free(username);
			username = g_strdup(db_rows_text(rows, 11));
			if (!db_rows_is_null(rows, 0) && db_rows_u64(rows, 7) == 0 &&
			        page->rows->len < LIMIT)
				g_ptr_array_add(page->rows, mailbox_row_read(rows));
		}
		if (count == 0)
			return TRUE;
	}
	return TRUE;
}

/* ---- name or storage together with words or a state: up to MAILBOX_LIST_SORTED hits ---- */

/* Below, at or above the cursor in rising order. */
static int compare_name_keys(const MailboxRow *a, const MailboxRow *b)
{
	g_autoptr(GBytes) one = fold_name_sort(a->email_name, a->address);
	g_autoptr(GBytes) other = fold_name_sort(b->email_name, b->address);

	return g_bytes_compare(one, other);
}

static gint rising_name(gconstpointer a, gconstpointer b)
{
	return compare_name_keys(*(const MailboxRow *const *)a, *(const MailboxRow *const *)b);
}

static gint rising_storage(gconstpointer a, gconstpointer b)
{
	const MailboxRow *one = *(const MailboxRow *const *)a;
	const MailboxRow *other = *(const MailboxRow *const *)b;

	if (one->bytes != other->bytes)
		return one->bytes < other->bytes ? -1 : 1;
	return strcmp(one->address, other->address);
}

/* < 0: the row lies before the cursor in rising order. */
static int compare_to_cursor(const MailboxFilter *filter, const MailboxRow *row)
{
	if (filter->sort == MAILBOX_SORT_NAME) {
		g_autoptr(GBytes) cursor = name_cursor(filter->after);
		g_autoptr(GBytes) key = fold_name_sort(row->email_name, row->address);
		return cursor != NULL ? g_bytes_compare(key, cursor) : filter->descending ? -1 : 1;
	}
	guint64 bytes = 0;
	const char *address = "";
	if (!storage_cursor(filter->after, &bytes, &address))
		return filter->descending ? -1 : 1;
	if (row->bytes != bytes)
		return row->bytes < bytes ? -1 : 1;
	return strcmp(row->address, address);
}

/* *done FALSE: too many hits. */
static gboolean sorted_hits(Db *db, const MailboxFilter *filter, GPtrArray *words,
        MailboxPage *page, gboolean *done, GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(mailbox_row_free);
	g_autofree char *searched_to = NULL;
	MailboxSearch search = {
	        .words = words, .domain_id = filter->domain_id, .state = filter->state};

	if (!mailbox_search(db, &search, "", MAILBOX_LIST_SORTED + 1, found, &searched_to, error))
		return FALSE;
	*done = found->len <= MAILBOX_LIST_SORTED && searched_to == NULL;
	if (!*done)
		return TRUE;
	g_ptr_array_sort(found, filter->sort == MAILBOX_SORT_NAME ? rising_name : rising_storage);
	for (guint i = 0; i < found->len && page->rows->len < LIMIT; i++) {
		guint at = filter->descending ? found->len - 1 - i : i;
		int place = compare_to_cursor(filter, found->pdata[at]);
		if (filter->descending ? place < 0 : place > 0) {
			g_ptr_array_add(page->rows, found->pdata[at]);
			found->pdata[at] = NULL;
		}
	}
	return TRUE;
}

/* ---- users ---- */

static MailboxRow *find_row(const MailboxPage *page, guint64 id)
{
	for (guint i = 0; i < page->rows->len; i++) {
		MailboxRow *row = page->rows->pdata[i];
		if (row->id == id)
			return row;
	}
	return NULL;
}

typedef struct {
	guint64 mailbox_id, user_id;
} Assigned;

static gboolean is_assigned(const GArray *assigned, guint64 mailbox_id, guint64 user_id)
{
	for (guint i = 0; i < assigned->len; i++) {
		const Assigned *one = &g_array_index(assigned, Assigned, i);
		if (one->mailbox_id == mailbox_id && one->user_id == user_id)
			return TRUE;
	}
	return FALSE;
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Those who are assigned now, before those who were, as the key has them. */
static void take_users(const MailboxPage *page, DbRows *rows, GArray *assigned)
{
	while (db_rows_next(rows)) {
		MailboxRow *row = find_row(page, db_rows_u64(rows, 0));
		guint64 removed_at = db_rows_u64(rows, 1);
		Assigned one = {db_rows_u64(rows, 0), db_rows_u64(rows, 3)};
		if (row == NULL)
			continue;
		gboolean active = db_rows_u64(rows, 5) != 0;
		gboolean knew = active || db_rows_u64(rows, 6) > MAX(db_rows_u64(rows, 2),
		                                                         row->password_changed_at);
		if (removed_at != 0) {
			if (removed_at > row->password_changed_at && knew &&
			        (!active || !is_assigned(assigned, one.mailbox_id, one.user_id)))
				row->known = TRUE;
			continue;
		}
		g_array_append_val(assigned, one);
		row->known = row->known || (knew && !active);
		if (row->users == NULL)
			row->users = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_add(row->users, g_strdup(db_rows_text(rows, 4)));
	}
	for (guint i = 0; i < page->rows->len; i++) {
		MailboxRow *row = page->rows->pdata[i];
		if (row->users == NULL)
			continue;
		row->users_count = row->users->len;
		g_ptr_array_sort(row->users, compare_names);
		g_ptr_array_set_size(row->users, (gint)MIN(row->users_count, MAILBOX_LIST_NAMES));
	}
}

static void take_seen(const MailboxPage *page, DbRows *rows, const GArray *assigned)
{
	while (db_rows_next(rows)) {
		MailboxRow *row = find_row(page, db_rows_u64(rows, 0));
		gboolean active = db_rows_u64(rows, 3) != 0;
		if (row != NULL && db_rows_u64(rows, 1) > row->password_changed_at &&
		        (!active || (strcmp(db_rows_text(rows, 4), "admin") != 0 &&
		                            !is_assigned(assigned, row->id, db_rows_u64(rows, 2)))))
			row->known = TRUE;
	}
}

static gboolean add_users(Db *db, const MailboxPage *page, GError **error)
{
	g_autoptr(DbValues) ids = db_values_new();
	g_autoptr(DbValues) ids_and_time = db_values_new();
	g_autoptr(GArray) assigned = g_array_new(FALSE, FALSE, sizeof(Assigned));
	guint64 oldest = G_MAXINT64;

	if (page->rows->len == 0)
		return TRUE;
	for (guint i = 0; i < MAILBOX_LIST_PAGE; i++) {
		const MailboxRow *row = page->rows->pdata[MIN(i, page->rows->len - 1)];
		db_values_add_u64(ids, row->id);
		db_values_add_u64(ids_and_time, row->id);
		oldest = MIN(oldest, row->password_changed_at);
	}
	db_values_add_u64(ids_and_time, oldest);
	g_autoptr(DbRows) rows = db_query_values(db, error, SQL_USERS, ids_and_time);
	if (rows == NULL)
		return FALSE;
	take_users(page, rows, assigned);
	g_autoptr(DbRows) seen = db_query_values(db, error, SQL_SEEN, ids);
	if (seen == NULL)
		return FALSE;
	take_seen(page, seen, assigned);
	return TRUE;
}

/* ---- */

static gboolean fill(
        Db *db, const MailboxFilter *filter, GPtrArray *words, MailboxPage *page, GError **error)
{
	gboolean filtered = words->len > 0 || filter->state != 0;
	gboolean done = FALSE;

	if (filter->sort == MAILBOX_SORT_ADDRESS)
		return by_address(db, filter, words, page, error);
	if (!filtered && filter->sort == MAILBOX_SORT_NAME)
		return by_name(db, filter, page, error);
	if (!filtered)
		return by_storage(db, filter, page, error);
	/* A page before this one was in address order already. */
	if (!g_str_has_prefix(filter->after, "a.") &&
	        !sorted_hits(db, filter, words, page, &done, error))
		return FALSE;
	if (done)
		return TRUE;
	page->unsorted = TRUE;
	return by_address(db, filter, words, page, error);
}

MailboxPage *mailbox_list(Db *db, const MailboxFilter *filter, GError **error)
{
	g_autoptr(MailboxPage) page = g_new0(MailboxPage, 1);
	g_autoptr(GPtrArray) words = fold_searched_words(filter->q);

	page->rows = g_ptr_array_new_with_free_func(mailbox_row_free);
	if (words->len == 0 && *filter->q != '\0')
		return g_steal_pointer(&page); /* nothing that a word could begin with */
	if (!fill(db, filter, words, page, error))
		return NULL;
	if (page->rows->len > MAILBOX_LIST_PAGE) {
		g_ptr_array_set_size(page->rows, MAILBOX_LIST_PAGE);
		page->partial = FALSE;
		g_free(page->next);
		page->next = cursor_of(page->unsorted ? MAILBOX_SORT_ADDRESS : filter->sort,
		        page->rows->pdata[MAILBOX_LIST_PAGE - 1]);
	}
	return add_users(db, page, error) ? g_steal_pointer(&page) : NULL;
}
