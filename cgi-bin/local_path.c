/* local_path.c: checks that an address leads nowhere but to a page of this site. */
#include "cgi-bin/local_path.h"

#include <string.h>

#include <glib.h>

/* What a path and a query are written with (RFC 3986 3.3, 3.4): nothing that could end the path or
 * a header line, no "\", which browsers read as "/". */
static gboolean is_path_letter(char c, gboolean in_query)
{
	return g_ascii_isalnum(c) || strchr("/-_.~%", c) != NULL ||
	       (in_query && strchr("=&+*,:@", c) != NULL);
}

const char *local_path(const char *path)
{
	gboolean in_query = FALSE;

	if (path[0] != '/' || path[1] == '/' || strlen(path) > LOCAL_PATH_MAX)
		return "/";
	for (const char *c = path; *c != '\0'; c++) {
		if (*c == '?' && !in_query)
			in_query = TRUE;
		else if (!is_path_letter(*c, in_query))
			return "/";
	}
	return path;
}
