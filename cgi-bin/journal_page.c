/* journal_page.c: what both pages of the journal say in the same way. */
#include "cgi-bin/journal_page.h"

#include "cgi-bin/text.h"

JournalViewer journal_page_viewer(const Request *req)
{
	return journal_viewer(req->session->user_id, req->session->journal_right);
}

char *journal_page_line(const JournalLine *line)
{
	return *line->name != '\0' ? g_strdup_printf("%s <%s>", line->name, line->address)
	                           : g_strdup(line->address);
}

const char *journal_page_subject(Request *req, const JournalItem *item)
{
	return *item->subject != '\0' ? item->subject : text(req, "journal.no_subject");
}
