/* list_place.h: where somebody was in the lists of mailboxes, mails, users and Verteiler: filter,
 * order and page, to which the breadcrumb of what they hold leads back.
 *
 * Each stands in a cookie that goes with the session of the browser, for the user who was there. A
 * list's own address stays what a bookmark keeps.
 */
#ifndef POSTSTELLE_CGI_LIST_PLACE_H
#define POSTSTELLE_CGI_LIST_PLACE_H

#include "cgi-bin/request.h"

/* Of a page of such a list: the next pages lead back to path ("/mailboxes?..."); to the list as a
 * whole if that is very long. */
void list_place_keep(Request *req, const char *path);
/* The path of a list ("/mailboxes") as it was left; list itself, whatever path that is, if it
 * wasn't. Free: g_free(). */
char *list_place_path(const Request *req, const char *list);
/* For whoever signs in next. */
void list_place_forget(Request *req);

#endif
