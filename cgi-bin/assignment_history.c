/* assignment_history.c: fills the table of earlier assignments, page by page. */
#include "cgi-bin/assignment_history.h"

#include "cgi-bin/format.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pager.h"
#include "cgi-bin/text.h"
#include "lib/mailbox/assignment.h"

static void fill_assignment(
        Request *req, HDF *item, const Assignment *assignment, gboolean of_mailbox)
{
	g_autofree char *user = g_strdup_printf("%s (%s)", assignment->name, assignment->login);
	g_autofree char *from = format_date_time(req, assignment->assigned_at);
	g_autofree char *until = format_date_time(req, assignment->removed_at);

	if (of_mailbox)
		page_item_set(item, "what", user);
	else
		page_item_set_address(item, "what", assignment->address);
	page_item_set(item, "from", from);
	page_item_set(item, "until", until);
}

static gboolean fill_history(
        Request *req, const GPtrArray *list, gboolean of_mailbox, const char *path)
{
	if (list == NULL)
		return FALSE;
	page_set(req, "past_head", text(req, of_mailbox ? "assignments.user" : "my.mailbox"));
	HDF *node = page_node(req, "past");
	for (guint i = 0; i < MIN(list->len, LIST_PAGE); i++)
		fill_assignment(req, page_item(node, i), list->pdata[i], of_mailbox);
	if (list->len > LIST_PAGE) {
		const Assignment *last = list->pdata[LIST_PAGE - 1];
		page_setf(req, "past_href",
		        "%s%s?ended_before=%" G_GUINT64_FORMAT "&with=%" G_GUINT64_FORMAT,
		        req->prefix, path, last->removed_at,
		        of_mailbox ? last->user_id : last->mailbox_id);
	}
	return TRUE;
}

gboolean assignment_history_of_mailbox(
        Request *req, guint64 mailbox_id, const char *path, GError **error)
{
	g_autoptr(GPtrArray) list = assignment_past_of_mailbox(req->db, mailbox_id,
	        pager_number(req, "ended_before"), pager_number(req, "with"), error);

	return fill_history(req, list, TRUE, path);
}

gboolean assignment_history_of_user(Request *req, guint64 user_id, const char *path, GError **error)
{
	g_autoptr(GPtrArray) list = assignment_past_of_user(req->db, user_id,
	        pager_number(req, "ended_before"), pager_number(req, "with"), error);

	return fill_history(req, list, FALSE, path);
}
