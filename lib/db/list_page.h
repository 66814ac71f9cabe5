/* list_page.h: how many rows a page of any list has. */
#ifndef POSTSTELLE_LIB_DB_LIST_PAGE_H
#define POSTSTELLE_LIB_DB_LIST_PAGE_H

#define LIST_PAGE 50
/* What a statement reads: one more says that there is a next page. */
#define LIST_PAGE_LIMIT " LIMIT 51"

#endif
