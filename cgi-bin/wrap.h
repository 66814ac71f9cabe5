/* wrap.h: the function wrap() of the templates, for long addresses. */
#pragma once

#include "cs/cs.h"

/*
 * The function wrap() of the templates: the text, escaped for HTML, with <wbr> behind each @ of a
 * run of WRAP_MIN octets or more, as HTML, without a blank; what is shorter fits and stays as it
 * is. *html is the caller's, to be given to free(), as ClearSilver does.
 */
#define WRAP_MIN 24
NEOERR *wrap_html(const char *text, char **html);

/* Makes wrap() known to templates that are parsed with parse. */
NEOERR *wrap_register(CSPARSE *parse);
