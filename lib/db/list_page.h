/* list_page.h: how many rows a page of any list has, and how one is read in either direction. */
#ifndef POSTSTELLE_LIB_DB_LIST_PAGE_H
#define POSTSTELLE_LIB_DB_LIST_PAGE_H

#include "lib/db/db.h"

#define LIST_PAGE 50
/* What a statement reads: one more says that there is a next page. */
#define LIST_PAGE_LIMIT " LIMIT 51"

/* Where a page begins: behind a row, or ends: before one, as the list's cursors name it. Both "":
 * the first page. */
typedef struct {
	const char *after, *before;
} ListAt;

#define LIST_FIRST ((const ListAt){"", ""})

typedef struct {
	GPtrArray *rows;         /* at most LIST_PAGE */
	gboolean previous, next; /* there are others before, behind them */
} ListPage;

/* Reads up to LIST_PAGE + 1 rows of a list behind a cursor ("": before all), or backward before it,
 * the nearest first. NULL and error on failure. */
typedef GPtrArray *(*ListRead)(
        Db *db, gconstpointer list, gboolean backward, const char *cursor, GError **error);

/* One page of a list, which read knows how to read. Before a cursor that has less than a page
 * before it: the first page, whole. Free: list_page_free(). */
ListPage *list_page(Db *db, ListRead read, gconstpointer list, const ListAt *at, GError **error);
void list_page_free(ListPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ListPage, list_page_free)

/* Rows in the other order. */
void list_page_turn(GPtrArray *rows);

#endif
