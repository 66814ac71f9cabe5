/* mailboxes_csv.c: what the list of mailboxes shows, on all its pages, as a table to download. */
#include "lib/mailbox/mailbox_csv.h"

#include "cgi-bin/field.h"
#include "cgi-bin/mailbox_query.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"

static void keep(const char *text, gsize length, gpointer data)
{
	g_string_append_len(data, text, (gssize)length);
}

gboolean mailboxes_csv_show(Request *req, GError **error)
{
	g_auto(MailboxQuery) query = {0};
	g_autoptr(GString) table = g_string_new(NULL);

	if (!mailbox_query_read(req, &query, error))
		return FALSE;
	if (field_has_errors(req)) /* the list, asked for the same, says what is wrong */
		return page_redirect(req, NULL, "/mailboxes?%s",
		        req->transport->param(req->transport, "QUERY_STRING"));
	if (!mailbox_csv_write(req->db, &query.filter, keep, table, error))
		return FALSE;
	return page_send_raw(req, 200, "text/csv; charset=utf-8",
	        "Content-Disposition: attachment; filename=\"mailboxes.csv\"\r\n"
	        "Cache-Control: no-store\r\n",
	        table->str, table->len);
}
