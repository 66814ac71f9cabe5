/* text.h: texts of the interface (templates/lang) in the language of a request. */
#ifndef POSTSTELLE_CGI_TEXT_H
#define POSTSTELLE_CGI_TEXT_H

#include "cgi-bin/request.h"

/* A text of the request's language by its key below T; the key itself if there is none. */
const char *text(Request *req, const char *key);
const char *text_or_null(Request *req, const char *key);
/* The same with {1}, {2}, {3} replaced. NULL-terminated arguments. Free: g_free(). */
char *text_with(Request *req, const char *key, ...) G_GNUC_NULL_TERMINATED;

#endif
