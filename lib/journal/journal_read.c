/* journal_read.c: finds the entries of a page in bounded steps, and reads them. */
#include "lib/journal/journal_read.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/base/fold.h"
#include "lib/db/db_bulk.h"
#include "lib/journal/journal_address.h"

#define FILTERS_STEP 600              /* readable entries; a few ms ... */
#define WORDS_STEP (2 * DB_LIST_LONG) /* ... with their texts some 30 ms */
#define MAX_STEPS 50                  /* of a page */
#define WORDS_US 60000  /* the next step of a search by words begins within this time */
#define FILTERS_US 2000 /* of one without words */
#define WORDS_AT_ONCE 4
G_STATIC_ASSERT(JOURNAL_PAGE <= DB_LIST_PAGE);

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

static const char SQL_ITEMS[] =
        "SELECT id, service, named, subject, envelope_from, sender, recipients, bare FROM journal_entry"
        " WHERE id IN " DB_LIST_PAGE_PLACES " ORDER BY id DESC";
/* In the list: some Bcc lines alone. */
static const char SQL_BCC[] =
        "SELECT p.entry_id, p.role, p.name, p.address FROM journal_party p"
        " WHERE p.entry_id IN " DB_LIST_PAGE_PLACES "   AND p.role = 3 AND p.place < 3"
        "   AND" JOURNAL_BCC_SHOWN(
                "p.mailbox_id", "p.entry_id") " ORDER BY p.entry_id DESC, p.place";
static const char SQL_LINES[] = "SELECT p.entry_id, p.role, p.name, p.address FROM journal_party p"
                                " WHERE p.entry_id = ? AND p.role <= 3"
                                "   AND (p.role < 3 OR" JOURNAL_BCC_SHOWN(
                                        "p.mailbox_id", "p.entry_id") ")"
                                                                      " ORDER BY p.role, p.place";
static const char SQL_TEXT[] = "SELECT text FROM journal_text WHERE entry_id = ?";
static const char SQL_FILES[] =
        "SELECT name, size FROM journal_attachment WHERE entry_id = ? ORDER BY place";
static const char SQL_BOXES[] =
        "SELECT b.role, b.mailbox_id, m.address, m.deleted, b.reached, b.protects"
        "  FROM journal_mailbox b JOIN mailbox m ON m.id = b.mailbox_id"
        " WHERE b.entry_id = ? AND b.role <= 3 AND (b.role < 3 OR" JOURNAL_BCC_SHOWN(
                "b.mailbox_id", "b.entry_id") ")"
                                              " ORDER BY b.role, m.address, m.id";

/* ---- finding ---- */

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

/* The entries of the page and one more, if there is one. *searched_to: where the search stopped
 * with more to look at, 0 if it didn't. Free: g_array_unref(). */
static GArray *find_entries(Db *db, const JournalViewer *viewer, const JournalFilter *filter,
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
	guint limit = plain ? JOURNAL_PAGE + 1 : words->len > 0 ? WORDS_STEP : FILTERS_STEP;
	gint64 end = g_get_monotonic_time() + (words->len > 0 ? WORDS_US : FILTERS_US);
	do {
		g_auto(JournalStep) step = {0};
		if (!journal_visible_step(db, viewer, &range, limit, &step, error))
			return NULL;
		if (words->len == 0)
			g_array_append_vals(found, step.ids->data, step.ids->len);
		else if (!match_words(db, viewer, words, step.ids, found, JOURNAL_PAGE + 1, error))
			return NULL;
		*searched_to = step.more ? step.searched_to : 0;
		range.below = step.searched_to;
	} while (found->len <= JOURNAL_PAGE && *searched_to > 0 && ++steps < MAX_STEPS &&
	         g_get_monotonic_time() < end);
	return g_steal_pointer(&found);
}

/* ---- reading what was found ---- */

static void line_free(gpointer data)
{
	JournalLine *line = data;

	g_free(line->name);
	g_free(line->address);
	g_free(line);
}

static void item_free(gpointer data)
{
	JournalItem *item = data;

	g_free(item->service);
	g_free(item->subject);
	g_free(item->envelope_from);
	g_free(item->sender);
	g_free(item->recipients);
	g_ptr_array_unref(item->lines);
	g_free(item);
}

static JournalItem *row_to_item(DbRows *rows)
{
	JournalItem *item = g_new0(JournalItem, 1);

	item->id = db_rows_u64(rows, 0);
	item->service = g_strdup(db_rows_text(rows, 1));
	item->named = db_rows_u64(rows, 2);
	item->subject = g_strdup(db_rows_text(rows, 3));
	item->envelope_from = g_strdup(db_rows_text(rows, 4));
	item->sender = g_strdup(db_rows_text(rows, 5));
	item->recipients = g_strdup(db_rows_text(rows, 6));
	item->bare = db_rows_u64(rows, 7) != 0;
	item->lines = g_ptr_array_new_with_free_func(line_free);
	return item;
}

/* Adds the lines to the items, which are in the same order. */
static gboolean add_lines(DbRows *rows, GPtrArray *items)
{
	guint at = 0;

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		guint64 id = db_rows_u64(rows, 0);
		while (at < items->len && ((JournalItem *)items->pdata[at])->id > id)
			at++;
		if (at == items->len)
			break;
		JournalItem *item = items->pdata[at];
		if (item->id != id)
			continue;
		JournalLine *line = g_new0(JournalLine, 1);
		line->role = (JournalRole)db_rows_u64(rows, 1);
		line->name = g_strdup(db_rows_text(rows, 2));
		line->address = g_strdup(db_rows_text(rows, 3));
		g_ptr_array_add(item->lines, line);
	}
	return TRUE;
}

static DbRows *query_page(
        Db *db, const char *sql, const GArray *ids, const guint64 *user_id, GError **error)
{
	g_autoptr(DbValues) values = db_values_new();

	db_list_add(values, ids, 0, DB_LIST_PAGE);
	if (user_id != NULL)
		db_values_add_u64(values, *user_id);
	return db_query_values(db, error, sql, values);
}

/* The items of entries that may be read (at most JOURNAL_PAGE), without lines; one that was purged
 * meanwhile is left out. Free: g_ptr_array_unref(). */
static GPtrArray *read_items(Db *db, const GArray *ids, GError **error)
{
	GPtrArray *items = g_ptr_array_new_with_free_func(item_free);

	if (ids->len == 0)
		return items;
	g_autoptr(DbRows) rows = query_page(db, SQL_ITEMS, ids, NULL, error);
	while (rows != NULL && db_rows_next(rows))
		g_ptr_array_add(items, row_to_item(rows));
	if (rows == NULL)
		g_clear_pointer(&items, g_ptr_array_unref);
	return items;
}

static gboolean read_bcc(
        Db *db, const JournalViewer *viewer, const GArray *ids, GPtrArray *items, GError **error)
{
	if (ids->len == 0)
		return TRUE;
	g_autoptr(DbRows) rows = query_page(db, SQL_BCC, ids, &viewer->own, error);
	return add_lines(rows, items);
}

JournalPage *journal_page(
        Db *db, const JournalViewer *viewer, const JournalFilter *filter, GError **error)
{
	g_autoptr(JournalPage) page = g_new0(JournalPage, 1);
	guint64 searched_to = 0;
	g_autoptr(GArray) found = find_entries(db, viewer, filter, &searched_to, error);

	if (found == NULL)
		return NULL;
	if (found->len > JOURNAL_PAGE) {
		g_array_set_size(found, JOURNAL_PAGE);
		page->next = g_array_index(found, guint64, JOURNAL_PAGE - 1);
	} else {
		page->next = searched_to;
		page->partial = searched_to > 0;
	}
	page->items = read_items(db, found, error);
	if (page->items == NULL || !read_bcc(db, viewer, found, page->items, error))
		return NULL;
	return g_steal_pointer(&page);
}

void journal_page_free(JournalPage *page)
{
	if (page == NULL)
		return;
	g_clear_pointer(&page->items, g_ptr_array_unref);
	g_free(page);
}

/* ---- one entry ---- */

static void file_free(gpointer data)
{
	JournalFile *file = data;

	g_free(file->name);
	g_free(file);
}

static void box_free(gpointer data)
{
	JournalBox *box = data;

	g_free(box->address);
	g_free(box);
}

static gboolean read_text(Db *db, guint64 id, JournalEntry *entry, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_TEXT, "u", id);

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows))
		entry->text = g_strdup(db_rows_text(rows, 0));
	return TRUE;
}

static gboolean read_files(Db *db, guint64 id, JournalEntry *entry, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_FILES, "u", id);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		JournalFile *file = g_new0(JournalFile, 1);
		file->name = g_strdup(db_rows_text(rows, 0));
		file->size = db_rows_u64(rows, 1);
		g_ptr_array_add(entry->files, file);
	}
	return TRUE;
}

static gboolean read_boxes(
        Db *db, const JournalViewer *viewer, guint64 id, JournalEntry *entry, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_BOXES, "uu", id, viewer->own);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		JournalBox *box = g_new0(JournalBox, 1);
		box->role = (JournalRole)db_rows_u64(rows, 0);
		box->mailbox_id = db_rows_u64(rows, 1);
		box->address = g_strdup(db_rows_text(rows, 2));
		box->deleted = db_rows_u64(rows, 3) != 0;
		box->reached = db_rows_u64(rows, 4) != 0;
		box->protects = db_rows_u64(rows, 5) != 0;
		g_ptr_array_add(entry->mailboxes, box);
	}
	return TRUE;
}

static JournalEntry *not_found(GError **error)
{
	g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "no such entry");
	return NULL;
}

JournalEntry *journal_entry(Db *db, const JournalViewer *viewer, guint64 id, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));
	gboolean visible = FALSE;

	if (!journal_visible_one(db, viewer, id, &visible, error))
		return NULL;
	if (!visible)
		return not_found(error);
	g_array_append_val(ids, id);
	g_autoptr(GPtrArray) items = read_items(db, ids, error);
	if (items == NULL)
		return NULL;
	if (items->len == 0)
		return not_found(error);
	g_autoptr(DbRows) lines = db_query(db, error, SQL_LINES, "uu", id, viewer->own);
	if (!add_lines(lines, items))
		return NULL;
	g_autoptr(JournalEntry) entry = g_new0(JournalEntry, 1);
	entry->files = g_ptr_array_new_with_free_func(file_free);
	entry->mailboxes = g_ptr_array_new_with_free_func(box_free);
	entry->item = g_ptr_array_steal_index(items, 0);
	if (!read_text(db, id, entry, error) || !read_files(db, id, entry, error) ||
	        !read_boxes(db, viewer, id, entry, error))
		return NULL;
	return g_steal_pointer(&entry);
}

void journal_entry_free(JournalEntry *entry)
{
	if (entry == NULL)
		return;
	item_free(entry->item);
	g_free(entry->text);
	g_ptr_array_unref(entry->files);
	g_ptr_array_unref(entry->mailboxes);
	g_free(entry);
}
