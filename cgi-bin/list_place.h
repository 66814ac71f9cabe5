/* list_place.h: where in the mailbox list somebody was: its filter, order and page, to which the
 * breadcrumb of a mailbox leads back.
 *
 * It stands in a cookie that goes with the session of the browser. The list's own address stays
 * what a bookmark keeps.
 */
#ifndef POSTSTELLE_CGI_LIST_PLACE_H
#define POSTSTELLE_CGI_LIST_PLACE_H

#include "cgi-bin/request.h"

/* Of a page of the list: the next pages lead back to path ("/mailboxes?..."). */
void list_place_keep(Request *req, const char *path);
/* The path of the list as it was left; "/mailboxes" if it wasn't. Free: g_free(). */
char *list_place_path(const Request *req);
/* For whoever signs in next. */
void list_place_forget(Request *req);

#endif
