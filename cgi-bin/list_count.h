/* list_count.h: how many mailboxes a list holds, for the page that shows it.
 *
 * To count up to 1,000 of them costs as much as to show 50. Where they are far more than that (and
 * so many aren't taken away within seconds) a worker remembers for a moment that they are more, and
 * so it does with each number, as long as nobody changes anything.
 */
#ifndef POSTSTELLE_CGI_LIST_COUNT_H
#define POSTSTELLE_CGI_LIST_COUNT_H

#include "cgi-bin/request.h"
#include "lib/mailbox/mailbox_list.h"

/* Fills page->total; list: what tells the list from others. */
gboolean list_count(Request *req, const char *list, MailboxPage *page, GError **error);
void list_count_free(App *app);

#endif
