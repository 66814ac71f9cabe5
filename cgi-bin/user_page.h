/* user_page.h: the page of one user, which several handlers show. */
#ifndef POSTSTELLE_CGI_USER_PAGE_H
#define POSTSTELLE_CGI_USER_PAGE_H

#include "cgi-bin/request.h"
#include "lib/user/user.h"

/* Title and place of a page about the user. title_key's {1} is the name. crumb: the page's own
 * step, NULL for the user's page itself. */
void user_page_begin(Request *req, const User *user, const char *title_key, const char *crumb);
/* The choices of user_fields.cst: roles, rights, locales. */
void user_page_choices(Request *req);
/* f.NAME from what is saved. */
void user_page_fields(Request *req, const User *user);
/* The same of a conflict: what was typed stands in the fields that were touched (conflict.h). */
void user_page_conflict(Request *req, const User *saved);
/* Shows the page. f.NAME have been set before: as saved or as typed. */
gboolean user_page_show(Request *req, int status, const User *user, GError **error);

#endif
