/* error_page.h: pages that say why something was not done. */
#ifndef POSTSTELLE_CGI_ERROR_PAGE_H
#define POSTSTELLE_CGI_ERROR_PAGE_H

#include "cgi-bin/request.h"

/* A POST that was not done (403): says why by a text below T, and shows what was typed. */
void error_page_refuse(Request *req, const char *key);

/* The error page for a status (with req->id); always answers something. */
void error_page(Request *req, int status);
/* The same with a title and a text of its own: KEY.title and KEY.text below T. */
void error_page_text(Request *req, int status, const char *key);
/* Of a form that asks for a yes: TRUE if confirm=1 isn't in it, which is answered (422). */
gboolean error_page_unconfirmed(Request *req);
/* The same for an error of lib: NOT_FOUND 404, FORBIDDEN 404, CONFLICT 409, UNAVAILABLE 503;
 * UNCERTAIN, UNLOGGED and SEALED 503, each with a text of its own. */
void error_page_for(Request *req, const GError *error);

#endif
