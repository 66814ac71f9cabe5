/* user_candidates.c: finds users by what people call them. */
#include "lib/user/user_candidates.h"

#include "lib/base/user_login.h"
#include "lib/user/user_list.h"

static const char SQL_LOGIN[] = "SELECT " USER_COLUMNS " FROM user u WHERE u.login = ?";

static void free_candidate(gpointer data)
{
	user_free(data);
}

void user_candidates_free(UserCandidates *named)
{
	if (named == NULL)
		return;
	g_ptr_array_unref(named->list);
	g_free(named);
}

UserCandidates *user_candidates(Db *db, const char *typed, GError **error)
{
	g_autoptr(UserCandidates) named = g_new0(UserCandidates, 1);
	g_autofree char *login = user_login_normal(typed);

	named->list = g_ptr_array_new_with_free_func(free_candidate);
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LOGIN, "s", login);
	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows)) {
		g_ptr_array_add(named->list, user_from_row(rows));
		return g_steal_pointer(&named);
	}
	g_autoptr(UserPage) page = user_list(db, typed, FALSE, &LIST_FIRST, error);
	if (page == NULL)
		return NULL;
	named->more = page->users->len > USER_CANDIDATES_MAX || page->next != NULL;
	while (page->users->len > 0 && named->list->len < USER_CANDIDATES_MAX)
		g_ptr_array_add(named->list, g_ptr_array_steal_index(page->users, 0));
	return g_steal_pointer(&named);
}
