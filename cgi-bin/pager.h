/* pager.h: addresses of lists, and the links below a list (pager_links of templates/macros.cst). */
#ifndef POSTSTELLE_CGI_PAGER_H
#define POSTSTELLE_CGI_PAGER_H

#include "cgi-bin/request.h"
#include "lib/db/list_page.h"

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
/* Cursors that are numbers; 0: there is no such page. backward: it is the page before one. */
typedef struct {
	guint64 previous, next;
	gboolean backward;
} PagerNumbers;

/* Both, for cursors that are numbers. */
void pager_fill_numbers(
        Request *req, const char *path, const PagerNumbers *ends, const char *searched_to);
#define PAGER_NUMBER_MAX 20 /* octets */
/* Such a cursor of the query; 0: there is none. */
guint64 pager_number(Request *req, const char *name);

/* Where the query wants the page, by cursors of at most max octets of ASCII. */
ListAt pager_at(Request *req, gsize max);
/* The next pages lead back to this one (list_place.h). path: as for pager_fill(). */
void pager_keep(Request *req, const char *path, const ListAt *at);

/* The cursor of a row. Free: g_free(). */
typedef char *(*PagerCursor)(gconstpointer row);
/* Both, for a page that was read at that place. */
void pager_fill_page(
        Request *req, const char *path, const ListPage *page, const ListAt *at, PagerCursor cursor);

#endif
