/* journal_entry.c: one mail of Aktivitäten / Maklerbuch. */
#include <string.h>

#include "cgi-bin/format.h"
#include "cgi-bin/journal_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"

/* "Von", "An", ...; each list is a node of its own, so that the page's order is the template's. */
static const char *const role_nodes[] = {"from", "to", "cc", "bcc"};
static const char *const role_texts[] = {"journal.from", "journal.to", "journal.cc", "journal.bcc"};

static void fill_lines(Request *req, const JournalItem *item)
{
	guint counts[G_N_ELEMENTS(role_nodes)] = {0};

	for (guint i = 0; i < item->lines->len; i++) {
		const JournalLine *line = item->lines->pdata[i];
		g_autofree char *shown = journal_page_line(line);
		page_item_set(
		        page_item(page_node(req, role_nodes[line->role]), counts[line->role]++),
		        "a", shown);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(role_nodes); i++) {
		g_autofree char *flag = g_strconcat("has.", role_nodes[i], NULL);
		page_set_flag(req, flag, counts[i] > 0);
	}
}

static void fill_service(Request *req, const JournalItem *item)
{
	g_autofree char *key = g_strdup_printf("journal.service.%s", item->service);

	page_set(req, "j.service", text(req, key));
	if (*item->envelope_from != '\0')
		page_set_address(req, "j.envelope_from", item->envelope_from);
	else
		page_set(req, "j.envelope_from", text(req, "journal.empty_sender"));
}

static void fill_files(Request *req, const JournalEntry *entry)
{
	HDF *list = page_node(req, "files");

	for (guint i = 0; i < entry->files->len; i++) {
		const JournalFile *file = entry->files->pdata[i];
		g_autofree char *size = format_bytes(req, file->size);
		HDF *item = page_item(list, i);
		page_item_set(item, "name",
		        *file->name != '\0' ? file->name : text(req, "journal.no_name"));
		page_item_set(item, "size", size);
	}
}

static void fill_boxes(Request *req, const JournalEntry *entry)
{
	HDF *list = page_node(req, "boxes");

	for (guint i = 0; i < entry->mailboxes->len; i++) {
		const JournalBox *box = entry->mailboxes->pdata[i];
		HDF *item = page_item(list, i);
		page_item_set_address(item, "address", box->address);
		page_item_set(item, "role", text(req, role_texts[box->role]));
		page_item_set(item, "vip", box->protects ? "1" : NULL);
		page_item_set(item, "named", box->reached ? NULL : "1");
		page_item_set(item, "deleted", box->deleted ? "1" : NULL);
		if (request_is_admin(req) && !box->deleted) {
			g_autofree char *href = g_strdup_printf(
			        "%s/mailboxes/%" G_GUINT64_FORMAT, req->prefix, box->mailbox_id);
			page_item_set(item, "href", href);
		}
	}
}

gboolean journal_entry_show(Request *req, GError **error)
{
	JournalViewer viewer = journal_page_viewer(req);
	g_autoptr(JournalEntry) entry = journal_entry(req->db, &viewer, req->ids[0], error);

	if (entry == NULL)
		return FALSE;
	const JournalItem *item = entry->item;
	const char *subject = journal_page_subject(req, item);
	g_autofree char *title = text_with(req, "journal.entry_title", subject, NULL);
	g_autofree char *time = format_date_time(req, item->id);
	page_begin(req, AREA_JOURNAL, title);
	page_crumb(req, subject, NULL);
	page_set(req, "j.time", time);
	page_set(req, "j.text", entry->text);
	if (entry->writer != NULL) {
		g_autofree char *writer = text_with(req, "journal.writer_own", entry->writer, NULL);
		page_set(req, "j.writer", writer);
	}
	page_set_flag(req, "j.own", strcmp(item->service, "own") == 0);
	page_set_flag(req, "j.bare", item->bare);
	fill_service(req, item);
	fill_lines(req, item);
	fill_files(req, entry);
	fill_boxes(req, entry);
	return page_send(req, 200, "journal_entry.cst", error);
}
