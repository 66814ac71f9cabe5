/* journal_page.c: what both pages of the journal say in the same way. */
#include "cgi-bin/journal_page.h"

#include "cgi-bin/text.h"
#include "lib/base/address_readable.h"

JournalViewer journal_page_viewer(const Request *req)
{
	return journal_viewer(req->session->user_id, req->session->journal_right);
}

char *journal_page_line(const JournalLine *line)
{
	g_autofree char *address = address_readable(line->address);

	return *line->name != '\0' ? g_strdup_printf("%s <%s>", line->name, address)
	                           : g_steal_pointer(&address);
}

const char *journal_page_subject(Request *req, const JournalItem *item)
{
	return *item->subject != '\0' ? item->subject : text(req, "journal.no_subject");
}
