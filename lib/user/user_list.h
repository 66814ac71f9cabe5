/* user_list.h: pages of the list of users in the order of their names, at the same cost first and
 * last. One word is a range of one key (user_find.h); several are looked for in bounded steps.
 */
#ifndef POSTSTELLE_LIB_USER_USER_LIST_H
#define POSTSTELLE_LIB_USER_USER_LIST_H

#include "lib/db/db.h"
#include "lib/db/list_page.h"
#include "lib/user/user.h"

#define USER_LIST_CURSOR_MAX 800 /* octets */

typedef struct {
	GPtrArray *users;      /* User, at most LIST_PAGE */
	char *previous, *next; /* cursors of the page before and of the next one; NULL = there is
	                          none */
	gboolean partial; /* the search stopped at its bound: next goes on behind searched_to ... */
	gboolean backward; /* ... or previous before it */
	char *searched_to; /* a name; only if partial */
} UserPage;

/* q: beginnings of words of name and log-in, "" = all. at: UserPage.next or UserPage.previous of
 * another page; what is no cursor is the first page. Free: user_page_free(). */
UserPage *user_list(Db *db, const char *q, gboolean active_only, const ListAt *at, GError **error);
void user_page_free(UserPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UserPage, user_page_free)

#endif
