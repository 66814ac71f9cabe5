/* language_switch.h: the choice of a language where nobody is signed in: "lang" of the query, which
 * forms carry on; no cookie.
 */
#ifndef POSTSTELLE_CGI_LANGUAGE_SWITCH_H
#define POSTSTELLE_CGI_LANGUAGE_SWITCH_H

#include "cgi-bin/request.h"

/* The request's language becomes the one that its form or query asks for, if there is such a one.
 */
void language_switch_read(Request *req);
/* The link to the page in the other language (switch.* of layout_top.cst). path: below the prefix;
 * next: what "next" of its query says, "" = nothing. */
void language_switch_fill(Request *req, const char *path, const char *next);

#endif
