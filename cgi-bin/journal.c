/* journal.c: Aktivitäten / Maklerbuch: the mails that somebody may read, newest first. */
#include <string.h>

#include "cgi-bin/field.h"
#include "cgi-bin/format.h"
#include "cgi-bin/journal_page.h"
#include "cgi-bin/list_filter.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pager.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/address_readable.h"
#include "lib/base/digits.h"
#include "lib/journal/journal.h"
#include "lib/journal/journal_address.h"
#include "lib/journal/journal_read.h"

typedef struct {
	JournalFilter filter;
	ListPeriod period;
} JournalQuery;

#define PARTS 5

static void fill_journal_parts(const JournalQuery *query, QueryPart parts[PARTS])
{
	const QueryPart all[PARTS] = {{"q", query->filter.q}, {"mailbox", query->filter.mailbox},
	        {"participant", query->filter.participant}, {"from", query->period.from},
	        {"to", query->period.to}};

	memcpy(parts, all, sizeof(all));
}

/* *usable: names and words aren't too long to look for them. */
static JournalQuery read_filter(Request *req, gboolean *usable)
{
	JournalQuery query = {
	        .filter = {.q = query_words(req, "q", JOURNAL_WORDS_MAX),
	                .mailbox = query_words(req, "mailbox", JOURNAL_ADDRESS_MAX),
	                .participant = query_words(req, "participant", JOURNAL_ADDRESS_MAX),
	                .knows_all = request_is_admin(req)}};

	*usable = !field_has_errors(req);
	query.period = list_filter_period(req);
	query.filter.from = query.period.from_us;
	query.filter.below = query.period.below_us;
	query.filter.after = pager_number(req, "after");
	query.filter.before = pager_number(req, "before");
	return query;
}

/* What a field of the filter means: an error if there is nothing to show, and links to each of
 * several. */
static void fill_named(Request *req, const JournalQuery *query, const char *name,
        const char *unknown, const JournalNamed *named)
{
	QueryPart parts[PARTS];

	fill_journal_parts(query, parts);
	if (named->state == JOURNAL_NAMED_UNKNOWN)
		field_error(req, name, unknown);
	else if (named->state == JOURNAL_NAMED_MANY)
		field_error(req, name, "many");
	for (guint i = 0; named->choices->len > 1 && i < named->choices->len; i++) {
		g_autofree char *readable = address_readable(named->choices->pdata[i]);
		list_filter_choice(req, "/journal", parts, PARTS, name, readable, readable);
	}
}

/* The first addresses of To and Cc, and how many more; of Bcc what the reader may know. */
static char *recipients(Request *req, const JournalItem *item)
{
	g_autofree char *named = address_readable(item->recipients);
	GString *list = g_string_new(named);

	if (item->named > JOURNAL_LISTED) {
		g_autofree char *count =
		        g_strdup_printf("%" G_GUINT64_FORMAT, item->named - JOURNAL_LISTED);
		g_autofree char *more = text_with(req, "journal.more", count, NULL);
		g_string_append_printf(list, " %s", more);
	}
	for (guint i = 0; i < item->lines->len; i++) {
		const JournalLine *line = item->lines->pdata[i];
		g_autofree char *address = address_readable(line->address);
		g_autofree char *bcc = text_with(req, "journal.list_bcc", address, NULL);
		g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", bcc);
	}
	return g_string_free(list, FALSE);
}

static void fill_entry(Request *req, HDF *row, const JournalItem *item)
{
	char *time = format_date_time(req, item->id);
	GString *exact = g_string_new(time);

	page_item_set_number(row, NULL, item->id);
	/* Many mails have one subject; what is heard tells their links apart. */
	guint ms = (guint)(item->id / 1000 % 60000);
	g_string_append_c(exact, ':');
	digits_append(exact, ms / 1000, 2);
	g_string_append_c(exact, ',');
	digits_append(exact, ms % 1000, 3);
	page_item_take(row, "t", time);
	page_item_take(row, "e", g_string_free(exact, FALSE));
	page_item_set_address(row, "f", item->sender);
	page_item_take(row, "a", recipients(req, item));
	page_item_set(row, "s", journal_page_subject(req, item));
}

static void fill_form(Request *req, const JournalQuery *query)
{
	static const char *const rights[] = {[USER_JOURNAL_ALL] = "journal.rights_all",
	        [USER_JOURNAL_OWN] = "journal.rights_own",
	        [USER_JOURNAL_NONE] = "journal.rights_none"};

	page_begin(req, AREA_JOURNAL, text(req, "journal.title"));
	page_set(req, "f.q", query->filter.q);
	page_set(req, "f.mailbox", query->filter.mailbox);
	page_set(req, "f.participant", query->filter.participant);
	page_set(req, "rights", text(req, rights[req->session->journal_right]));
}

gboolean journal_show(Request *req, GError **error)
{
	gboolean usable = FALSE;
	JournalQuery query = read_filter(req, &usable);

	fill_form(req, &query);
	page_set_flag(req, "denied", req->session->journal_right == USER_JOURNAL_NONE);
	if (!usable)
		return page_send(req, 422, "journal.cst", error);
	/* What a name means is told even where a day is wrong. */
	JournalViewer viewer = journal_page_viewer(req);
	g_autoptr(JournalPage) page = journal_page(req->db, &viewer, &query.filter, error);
	if (page == NULL)
		return FALSE;
	fill_named(req, &query, "mailbox", query.filter.knows_all ? "unknown" : "unknown_to_you",
	        page->mailbox);
	fill_named(req, &query, "participant", "unknown", page->participant);
	if (field_has_errors(req))
		return page_send(req, 422, "journal.cst", error);
	HDF *list = page_node(req, "r");
	for (guint i = 0; i < page->items->len; i++)
		fill_entry(req, page_item(list, i), page->items->pdata[i]);
	QueryPart parts[PARTS];
	fill_journal_parts(&query, parts);
	g_autofree char *path = pager_path("/journal", parts, PARTS);
	const ListAt at = pager_at(req, PAGER_NUMBER_MAX);
	pager_keep(req, path, &at);
	const PagerNumbers ends = {page->previous, page->next, page->backward};
	g_autofree char *searched_to =
	        page->partial ? format_date_time(req, page->backward ? page->previous : page->next)
	                      : NULL;
	pager_fill_numbers(req, path, &ends, searched_to);
	return page_send(req, 200, "journal.cst", error);
}
