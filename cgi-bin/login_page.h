/* login_page.h: the page to sign in, alone or in the place of one that asks for it. */
#ifndef POSTSTELLE_CGI_LOGIN_PAGE_H
#define POSTSTELLE_CGI_LOGIN_PAGE_H

#include "cgi-bin/request.h"

/* next: where sign-in leads (local_path.h). What the request's form carries is carried on. */
gboolean login_page_show(Request *req, int status, const char *next, GError **error);
/* Answers a GET that nobody is signed in for: 303 to /login, which leads back. */
gboolean login_page_lead(Request *req);
/* Answers a form that nobody is signed in for (any more): 403 with the page to sign in, which sends
 * what was typed. next: where it leads if there is nothing to be sent. */
gboolean login_page_ask(Request *req, const char *next, GError **error);

#endif
