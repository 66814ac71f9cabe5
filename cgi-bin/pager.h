/* pager.h: addresses of lists, and the links below a list (pager_links of templates/macros.cst). */
#ifndef POSTSTELLE_CGI_PAGER_H
#define POSTSTELLE_CGI_PAGER_H

#include "cgi-bin/request.h"

typedef struct {
	const char *name, *value;
} QueryPart;

/* A path below the prefix (which may have a query) with those parts of one that aren't empty. Free:
 * g_free(). */
char *pager_path(const char *path, const QueryPart *parts, gsize count);

/*
 * path: of the list, below the prefix, with its query but for "after" and "before". is_first: this
 * is its first page. next: the cursor of the next page; NULL: there is none. searched_to: as people
 * read it, up to where a search looked that stopped at its bound; NULL: it didn't.
 */
void pager_fill(Request *req, const char *path, gboolean is_first, const char *next,
        const char *searched_to);
/* Adds the page before this one, whose cursor is previous; NULL: there is none. back: the search
 * goes on there, not behind. */
void pager_previous(Request *req, const char *path, const char *previous, gboolean back);
/* pager_fill() for a cursor that is a number; 0: there is no next page. */
void pager_fill_number(
        Request *req, const char *path, gboolean is_first, guint64 next, const char *searched_to);

#endif
