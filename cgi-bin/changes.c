/* changes.c: Änderungsprotokoll: who changed what, newest first. */
#include <string.h>

#include "cgi-bin/change_row.h"
#include "cgi-bin/field.h"
#include "cgi-bin/format.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pager.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/address.h"
#include "lib/base/user_login.h"
#include "lib/office/change_log.h"

#define MAX_WORDS 200

static char *changes_path(Request *req, const ChangeFilter *filter)
{
	const QueryPart parts[] = {{"q", query_line(req, "q", MAX_WORDS)},
	        {"mailbox", query_line(req, "mailbox", REQUEST_MAX_PATH)}, {"user", filter->user}};

	return pager_path("/changes", parts, G_N_ELEMENTS(parts));
}

gboolean changes_show(Request *req, GError **error)
{
	const char *words = query_words(req, "q", MAX_WORDS);
	const char *mailbox = query_line(req, "mailbox", REQUEST_MAX_PATH);
	g_autofree char *own = address_own(mailbox, "mailbox", NULL);
	const char *login = query_line(req, "user", REQUEST_MAX_PATH);
	g_autofree char *user = user_login_normal(login);
	ChangeFilter filter = {.q = field_has_errors(req) ? "" : words,
	        .mailbox = *mailbox == '\0' ? ""
	                   : own != NULL    ? own
	                                    : "?",
	        .user = user};

	g_ascii_string_to_unsigned(
	        query_line(req, "after", 20), 10, 1, G_MAXINT64, &filter.after, NULL);
	g_autoptr(ChangePage) page = change_log_page(req->db, &filter, error);
	if (page == NULL)
		return FALSE;
	page_begin(req, AREA_CHANGES, text(req, "changes.title"));
	page_set(req, "f.q", words);
	page_set(req, "f.mailbox", mailbox);
	page_set(req, "f.user", login);
	HDF *list = page_node(req, "r");
	for (guint i = 0; i < page->changes->len; i++)
		change_row_fill(req, page_item(list, i), page->changes->pdata[i]);
	g_autofree char *path = changes_path(req, &filter);
	g_autofree char *searched_to = page->partial ? format_date_time(req, page->next_at) : NULL;
	pager_fill_number(req, path, filter.after == 0, page->next, searched_to);
	return page_send(req, field_has_errors(req) ? 422 : 200, "changes.cst", error);
}
