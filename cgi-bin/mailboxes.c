/* mailboxes.c: Postfächer: search, filters, order and pages of the mailbox list. */
#include <string.h>

#include "cgi-bin/absence_page.h"
#include "cgi-bin/attention.h"
#include "cgi-bin/domain_options.h"
#include "cgi-bin/field.h"
#include "cgi-bin/first_steps.h"
#include "cgi-bin/format.h"
#include "cgi-bin/list_count.h"
#include "cgi-bin/mailbox_query.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pager.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/mailbox/bulk.h"
#include "lib/mailbox/mailbox_ending.h"

/* A column's link leads to its other order, or first to the one that people want: the fullest
 * mailboxes first. */
static void fill_column(Request *req, const MailboxQuery *query, const char *column,
        MailboxSort sort, const char *first, const char *second)
{
	gboolean current = query->filter.sort == sort;
	g_autofree char *href_name = g_strdup_printf("by.%s.href", column);
	g_autofree char *sort_name = g_strdup_printf("by.%s.sort", column);
	g_autofree char *path = mailbox_query_path(
	        "/mailboxes", query, current && strcmp(query->sort, first) == 0 ? second : first);

	page_setf(req, href_name, "%s%s", req->prefix, path);
	if (current)
		page_set(req, sort_name, query->filter.descending ? "descending" : "ascending");
}

/* "312 gefunden", or of more than are counted "mehr als 1.000 gefunden". */
static gboolean fill_count(Request *req, const MailboxQuery *query, MailboxPage *page,
        GString *caption, GError **error)
{
	g_autofree char *list = mailbox_query_path("", query, "");

	if (!list_count(req, list, page, error))
		return FALSE;
	gboolean more = page->total.more;
	if (more && page->total.count == 0) /* nobody knows yet whether there are any */
		return TRUE;
	g_autofree char *number = format_count(req, page->total.count);
	g_autofree char *found =
	        text_with(req, more ? "list.found_more" : "list.found", number, NULL);
	g_string_append_printf(caption, ", %s", found);
	return TRUE;
}

static gboolean fill_caption(Request *req, const MailboxQuery *query, const char *domain,
        MailboxPage *page, GError **error)
{
	const MailboxQuery plain = {.sort = ""};
	g_autoptr(GString) caption = g_string_new(text(req, mailbox_query_state_caption(query)));

	if (domain != NULL)
		g_string_append_printf(caption, ", %s", domain);
	if (*query->filter.q != '\0') {
		g_autofree char *words =
		        text_with(req, "mailboxes.caption_q", query->filter.q, NULL);
		g_string_append_printf(caption, ", %s", words);
	}
	if (query->filter.user_id != 0) {
		g_autofree char *user = text_with(req, "mailboxes.caption_user", query->user, NULL);
		g_string_append_printf(caption, ", %s", user);
	}
	if (!fill_count(req, query, page, caption, error))
		return FALSE;
	g_string_append_printf(caption, ", %s",
	        text(req, mailbox_query_sort_caption(page->unsorted ? &plain : query)));
	page_set(req, "caption", caption->str);
	return TRUE;
}

static void fill_list_pager(Request *req, const MailboxQuery *query, const MailboxPage *page)
{
	g_autofree char *path = mailbox_query_path("/mailboxes", query, query->sort);
	const ListAt at = {query->filter.after, query->filter.before};

	pager_keep(req, path, &at);
	pager_fill(req, path, page->previous == NULL, page->next,
	        page->partial ? page->searched_to : NULL);
	pager_previous(req, path, page->previous, page->partial && page->backward);
	if (!page->partial && page->unsorted)
		page_set(req, "pager.note", text(req, "mailboxes.unsorted"));
}

static char *user_names(Request *req, const MailboxRow *row)
{
	GString *names = g_string_new(NULL);
	guint shown = g_strv_length(row->users);

	for (guint i = 0; i < shown; i++) {
		g_string_append(names, i > 0 ? ", " : "");
		g_string_append(names, row->users[i]);
	}
	if (row->users_count > shown) {
		g_autofree char *more = g_strdup_printf("%u", row->users_count - shown);
		g_autofree char *rest = text_with(req, "mailboxes.more_users", more, NULL);
		g_string_append_printf(names, " %s", rest);
	}
	return g_string_free(names, FALSE);
}

static void fill_mailbox(Request *req, HDF *item, const MailboxRow *row)
{
	page_item_set_number(item, NULL, row->id);
	page_item_set_address(item, "a", row->address);
	if (*row->email_name != '\0')
		page_item_set(item, "n", row->email_name);
	if (row->note != NULL && *row->note != '\0')
		page_item_set(item, "q", row->note);
	if (!row->active || !domain_options_active(req, row->domain_id))
		page_item_set(item, "x", "1");
	if (row->vip)
		page_item_set(item, "v", "1");
	if (row->known)
		page_item_set(item, "w", "1");
	if (row->absent) {
		page_item_take(item, "o",
		        absence_page_state(req, TRUE, row->absent_from, row->absent_until));
	}
	if (row->users != NULL)
		page_item_take(item, "u", user_names(req, row));
	if (row->quota_mb > 0) {
		g_autofree char *used = format_bytes(req, row->bytes);
		g_autofree char *limit = format_bytes(req, row->quota_mb * 1024 * 1024);
		page_item_take(item, "s", text_with(req, "mailboxes.usage_of", used, limit, NULL));
		page_item_take(item, "p", format_percent(row->bytes, row->quota_mb));
	} else {
		page_item_take(item, "s", format_bytes(req, row->bytes));
	}
	if (row->last_login > 0)
		page_item_take(item, "l", format_date(req, row->last_login * G_USEC_PER_SEC));
	if (row->deleted) {
		g_autofree char *day = format_date(req, row->deleted_at);
		g_autofree char *until = format_date(req, row->deleted_at + MAILBOX_RESTORE_US);
		page_item_take(item, "d", text_with(req, "mailboxes.deleted_on", day, until, NULL));
	}
}

/* Only the form, with what is wrong with it: a list would be another one than was asked for. */
static gboolean show_refused(Request *req, const MailboxQuery *query, GError **error)
{
	page_begin(req, AREA_SETTINGS_EMAIL, text(req, "mailboxes.title"));
	page_set(req, "label.q", text(req, "mailboxes.q"));
	mailbox_query_fill(req, query);
	return mailbox_query_offer(req, query, error) &&
	       page_send(req, 422, "mailboxes.cst", error);
}

gboolean mailboxes_show(Request *req, GError **error)
{
	g_auto(MailboxQuery) query = {0};
	guint64 open_run = 0;
	guint count = 0;

	if (!mailbox_query_read(req, &query, error))
		return FALSE;
	if (!domain_options_fill(req, "dom", query.filter.domain_id, FALSE, &count, error))
		return FALSE;
	if (field_has_errors(req))
		return show_refused(req, &query, error);
	g_autoptr(MailboxPage) page = mailbox_list(req->db, &query.filter, error);
	if (page == NULL || (req->session->has_run && !bulk_open_run(req->db, &open_run, error)))
		return FALSE;
	page_begin(req, AREA_SETTINGS_EMAIL, text(req, "mailboxes.title"));
	mailbox_query_fill(req, &query);
	if (!fill_caption(
	            req, &query, domain_options_name(req, query.filter.domain_id), page, error))
		return FALSE;
	fill_column(req, &query, "address", MAILBOX_SORT_ADDRESS, "", "-address");
	fill_column(req, &query, "name", MAILBOX_SORT_NAME, "name", "-name");
	fill_column(req, &query, "storage", MAILBOX_SORT_STORAGE, "-storage", "storage");
	gboolean is_whole = *query.filter.q == '\0' && *query.state == '\0' &&
	                    query.filter.domain_id == 0 && query.filter.user_id == 0 &&
	                    page->previous == NULL;
	if (page->rows->len == 0 ? !first_steps_fill(req, error)
	                         : is_whole && !attention_fill(req, error))
		return FALSE;
	HDF *list = page_node(req, "r");
	for (guint i = 0; i < page->rows->len; i++)
		fill_mailbox(req, page_item(list, i), page->rows->pdata[i]);
	fill_list_pager(req, &query, page);
	g_autofree char *csv = mailbox_query_path("/mailboxes.csv", &query, query.sort);
	page_setf(req, "csv.href", "%s%s", req->prefix, csv);
	/* What is being done to many mailboxes goes on when somebody looks at it. */
	if (open_run != 0)
		page_setf(req, "open.href", "%s/mailboxes/bulk/%" G_GUINT64_FORMAT, req->prefix,
		        open_run);
	return page_send(req, 200, "mailboxes.cst", error);
}
