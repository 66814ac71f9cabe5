/* journal_read.c: reads the entries of a page, or one with its text, as far as the reader may. */
#include "lib/journal/journal_read.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/db/db_bulk.h"
#include "lib/journal/journal_find.h"

G_STATIC_ASSERT(LIST_PAGE <= DB_LIST_PAGE);

static const char SQL_ITEMS[] =
        "SELECT id, service, named, subject, envelope_from, sender, recipients, bare FROM journal_entry"
        " WHERE id IN " DB_LIST_PAGE_PLACES " ORDER BY id DESC";
enum {
	ITEM_ID,
	ITEM_SERVICE,
	ITEM_NAMED,
	ITEM_SUBJECT,
	ITEM_ENVELOPE_FROM,
	ITEM_SENDER,
	ITEM_RECIPIENTS,
	ITEM_BARE
};
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
enum { LINE_ENTRY, LINE_ROLE, LINE_NAME, LINE_ADDRESS };
static const char SQL_TEXT[] = "SELECT text FROM journal_text WHERE entry_id = ?";
static const char SQL_WRITER[] =
        "SELECT u.name FROM journal_entry e JOIN user u ON u.id = e.writer_id WHERE e.id = ?";
static const char SQL_FILES[] =
        "SELECT name, size FROM journal_attachment WHERE entry_id = ? ORDER BY place";
enum { FILE_NAME, FILE_SIZE };
static const char SQL_BOXES[] =
        "SELECT b.role, b.mailbox_id, m.address, m.deleted, b.reached, b.protects"
        "  FROM journal_mailbox b JOIN mailbox m ON m.id = b.mailbox_id"
        " WHERE b.entry_id = ? AND b.role <= 3 AND (b.role < 3 OR" JOURNAL_BCC_SHOWN(
                "b.mailbox_id", "b.entry_id") ")"
                                              " ORDER BY b.role, m.address, m.id";
enum { BOX_ROLE, BOX_MAILBOX, BOX_ADDRESS, BOX_DELETED, BOX_REACHED, BOX_PROTECTS };

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

	item->id = db_rows_u64(rows, ITEM_ID);
	item->service = g_strdup(db_rows_text(rows, ITEM_SERVICE));
	item->named = db_rows_u64(rows, ITEM_NAMED);
	item->subject = g_strdup(db_rows_text(rows, ITEM_SUBJECT));
	item->envelope_from = g_strdup(db_rows_text(rows, ITEM_ENVELOPE_FROM));
	item->sender = g_strdup(db_rows_text(rows, ITEM_SENDER));
	item->recipients = g_strdup(db_rows_text(rows, ITEM_RECIPIENTS));
	item->bare = db_rows_u64(rows, ITEM_BARE) != 0;
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
		guint64 id = db_rows_u64(rows, LINE_ENTRY);
		while (at < items->len && ((JournalItem *)items->pdata[at])->id > id)
			at++;
		if (at == items->len)
			break;
		JournalItem *item = items->pdata[at];
		if (item->id != id)
			continue;
		JournalLine *line = g_new0(JournalLine, 1);
		line->role = (JournalRole)db_rows_u64(rows, LINE_ROLE);
		line->name = g_strdup(db_rows_text(rows, LINE_NAME));
		line->address = g_strdup(db_rows_text(rows, LINE_ADDRESS));
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

/* The items of entries that may be read (at most LIST_PAGE), without lines; one that was purged
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

/* What the filter means. */
static gboolean read_named(Db *db, const JournalViewer *viewer, const JournalFilter *filter,
        JournalPage *page, GError **error)
{
	page->mailbox =
	        journal_named_mailbox(db, viewer, filter->knows_all, filter->mailbox, error);
	if (page->mailbox != NULL)
		page->participant =
		        journal_named_participant(db, viewer, filter->participant, error);
	return page->participant != NULL;
}

static gboolean is_known(const JournalPage *page)
{
	return page->mailbox->state == JOURNAL_NAMED_KNOWN &&
	       page->participant->state == JOURNAL_NAMED_KNOWN;
}

/* Cuts what was found to a page, and says where the others begin. searched_to: journal_find(). */
static void set_journal_ends(
        JournalPage *page, const JournalFilter *filter, GArray *found, guint64 searched_to)
{
	guint64 beyond = searched_to;
	guint64 nearest = found->len > 0 ? g_array_index(found, guint64, 0) : 0;

	page->partial = found->len <= LIST_PAGE && searched_to > 0;
	if (found->len > LIST_PAGE) {
		g_array_set_size(found, LIST_PAGE);
		beyond = g_array_index(found, guint64, LIST_PAGE - 1);
	}
	page->backward = filter->before > 0;
	if (page->backward) {
		page->previous = beyond;
		page->next = nearest > 0 ? nearest : filter->before + 1;
	} else {
		page->next = beyond;
		if (filter->after > 0)
			page->previous = nearest > 0 ? nearest : filter->after - 1;
	}
}

JournalPage *journal_page(
        Db *db, const JournalViewer *viewer, const JournalFilter *filter, GError **error)
{
	g_autoptr(JournalPage) page = g_new0(JournalPage, 1);
	g_autoptr(GArray) found = NULL;
	guint64 searched_to = 0;

	if (!read_named(db, viewer, filter, page, error))
		return NULL;
	found = is_known(page) ? journal_find(db, viewer, filter, page->mailbox, page->participant,
	                                 &searched_to, error)
	                       : g_array_new(FALSE, FALSE, sizeof(guint64));
	if (found == NULL)
		return NULL;
	set_journal_ends(page, filter, found, searched_to);
	if (page->backward && page->previous == 0) { /* nothing before it: the first page, whole */
		JournalFilter first = *filter;
		first.after = first.before = 0;
		return journal_page(db, viewer, &first, error);
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
	g_clear_pointer(&page->mailbox, journal_named_free);
	g_clear_pointer(&page->participant, journal_named_free);
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
		file->name = g_strdup(db_rows_text(rows, FILE_NAME));
		file->size = db_rows_u64(rows, FILE_SIZE);
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
		box->role = (JournalRole)db_rows_u64(rows, BOX_ROLE);
		box->mailbox_id = db_rows_u64(rows, BOX_MAILBOX);
		box->address = g_strdup(db_rows_text(rows, BOX_ADDRESS));
		box->deleted = db_rows_u64(rows, BOX_DELETED) != 0;
		box->reached = db_rows_u64(rows, BOX_REACHED) != 0;
		box->protects = db_rows_u64(rows, BOX_PROTECTS) != 0;
		g_ptr_array_add(entry->mailboxes, box);
	}
	return TRUE;
}

static gboolean read_writer(Db *db, guint64 id, JournalEntry *entry, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_WRITER, "u", id);

	if (rows != NULL && db_rows_next(rows))
		entry->writer = g_strdup(db_rows_text(rows, 0));
	return rows != NULL;
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
	        !read_boxes(db, viewer, id, entry, error) || !read_writer(db, id, entry, error))
		return NULL;
	return g_steal_pointer(&entry);
}

void journal_entry_free(JournalEntry *entry)
{
	if (entry == NULL)
		return;
	item_free(entry->item);
	g_free(entry->text);
	g_free(entry->writer);
	g_ptr_array_unref(entry->files);
	g_ptr_array_unref(entry->mailboxes);
	g_free(entry);
}
