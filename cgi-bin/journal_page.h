/* journal_page.h: what the journal's list and the page of an entry share. */
#ifndef POSTSTELLE_CGI_JOURNAL_PAGE_H
#define POSTSTELLE_CGI_JOURNAL_PAGE_H

#include "cgi-bin/request.h"
#include "lib/journal/journal_read.h"

/* What the signed-in user may read, by the right that the user has now. */
JournalViewer journal_page_viewer(const Request *req);
/* "Name <address>", or the address alone. Free: g_free(). */
char *journal_page_line(const JournalLine *line);
/* The subject, or the words for none. Borrowed. */
const char *journal_page_subject(Request *req, const JournalItem *item);

#endif
