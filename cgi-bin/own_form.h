/* own_form.h: the CSRF token of a session, and whether a form that no longer fits is one of ours.
 */
#ifndef POSTSTELLE_CGI_OWN_FORM_H
#define POSTSTELLE_CGI_OWN_FORM_H

#include "cgi-bin/request.h"

/* The CSRF token of the session that token opens. Free: g_free(). */
char *own_form_token(const char *token);
/* Whether a page of ours in this browser sent the form, although its session has ended or is
 * another now: its token belongs to the session that the cookie names, or the browser says where it
 * comes from (Sec-Fetch-Site), or, if it is too old to say so, it has the cookie of a known
 * browser, which no other site's form brings along (SameSite=Lax). */
gboolean own_form(Request *req);
/* While the database can't say whose session it is: the token that the form came with serves its
 * next try, if it belongs to the session that the cookie names. */
void own_form_keep_token(Request *req);

#endif
