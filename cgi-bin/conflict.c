/* conflict.c: says who saved first, and puts theirs and yours side by side. */
#include "cgi-bin/conflict.h"

#include <string.h>

#include "cgi-bin/format.h"
#include "cgi-bin/page.h"
#include "cgi-bin/text.h"
#include "lib/office/change_log.h"

void conflict_who(Request *req, const char *login, guint64 at)
{
	g_autofree char *when = format_date_time(req, at);
	g_autofree char *message = login != NULL
	                                   ? text_with(req, "conflict.text", login, when, NULL)
	                                   : g_strdup(text(req, "conflict.somebody"));

	page_set(req, "conflict.text", message);
}

gboolean conflict_who_of_mailbox(
        Request *req, guint64 mailbox_id, const char *action, GError **error)
{
	g_autofree char *login = NULL;
	guint64 at = 0;

	if (!change_log_last(req->db, mailbox_id, action, &login, &at, error))
		return FALSE;
	conflict_who(req, login, at);
	return TRUE;
}

void conflict_row(Request *req, const char *label_key, const char *theirs, const char *yours)
{
	HDF *list = page_node(req, "rows");
	guint count = 0;

	if (strcmp(theirs, yours) == 0)
		return;
	for (HDF *row = hdf_obj_child(list); row != NULL; row = hdf_obj_next(row))
		count++;
	HDF *item = page_item(list, count);
	page_item_set(item, "label", text(req, label_key));
	page_item_set(item, "theirs", theirs);
	page_item_set(item, "yours", yours);
}

void conflict_row_flag(Request *req, const char *label_key, gboolean theirs, gboolean yours)
{
	conflict_row(req, label_key, text(req, theirs ? "conflict.yes" : "conflict.no"),
	        text(req, yours ? "conflict.yes" : "conflict.no"));
}

void conflict_row_number(Request *req, const char *label_key, guint64 theirs, guint64 yours)
{
	g_autofree char *their_digits = g_strdup_printf("%" G_GUINT64_FORMAT, theirs);
	g_autofree char *your_digits = g_strdup_printf("%" G_GUINT64_FORMAT, yours);

	conflict_row(req, label_key, their_digits, your_digits);
}
