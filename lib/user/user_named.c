/* user_named.c: finds the one user that a typed text names. */
#include "lib/user/user_named.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/base/user_login.h"
#include "lib/user/user_list.h"

static const char SQL_LOGIN[] = "SELECT id FROM user WHERE login = ?";

char *user_named_text(const User *user)
{
	return g_strdup_printf("%s (%s)", user->name, user->login);
}

static User *unknown(const char *typed, GError **error)
{
	ps_invalid(error, "user", "unknown", "no user is called %.100s", typed);
	return NULL;
}

static User *numbered(Db *db, const char *typed, guint64 id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	User *user = user_load(db, id, &failure);

	if (user != NULL)
		return user;
	if (g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND))
		return unknown(typed, error);
	g_propagate_error(error, g_steal_pointer(&failure));
	return NULL;
}

/* The number of the user with that log-in; 0: there is none. */
static gboolean find_login(Db *db, const char *typed, guint64 *id, GError **error)
{
	g_autofree char *login = user_login_normal(typed);
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LOGIN, "s", login);

	if (rows == NULL)
		return FALSE;
	*id = db_rows_next(rows) ? db_rows_u64(rows, 0) : 0;
	return TRUE;
}

/* What stands in parentheses at its end; NULL: nothing does. Free: g_free(). */
static char *in_parentheses(const char *typed)
{
	const char *open = strrchr(typed, '(');

	return open != NULL && g_str_has_suffix(open, ")") ? g_strndup(open + 1, strlen(open) - 2)
	                                                   : NULL;
}

User *user_named(Db *db, const char *typed, GError **error)
{
	g_autofree char *login = in_parentheses(typed);
	guint64 id = 0;

	if (g_ascii_string_to_unsigned(typed, 10, 1, G_MAXINT64, &id, NULL))
		return numbered(db, typed, id, error);
	if (!find_login(db, login != NULL ? login : typed, &id, error))
		return NULL;
	if (id != 0)
		return numbered(db, typed, id, error);
	g_autoptr(UserPage) page = user_list(db, typed, FALSE, &LIST_FIRST, error);
	if (page == NULL)
		return NULL;
	if (page->users->len == 1 && page->next == NULL)
		return user_load(db, ((const User *)page->users->pdata[0])->id, error);
	if (page->users->len == 0 && page->next == NULL)
		return unknown(typed, error);
	ps_invalid(error, "user", "several", "more than one user is called %.100s", typed);
	return NULL;
}
