/* user_named.c: finds the one user that a typed text names. */
#include "lib/user/user_named.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/base/user_login.h"
#include "lib/user/user_list.h"

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

/* Is it exactly this user's log-in, or all that names him? */
static gboolean is_named(const User *user, const char *typed)
{
	g_autofree char *login = user_login_normal(typed);
	g_autofree char *whole = user_named_text(user);

	return strcmp(user->login, login) == 0 || strcmp(whole, typed) == 0;
}

User *user_named(Db *db, const char *typed, GError **error)
{
	guint64 id = 0;

	if (g_ascii_string_to_unsigned(typed, 10, 1, G_MAXINT64, &id, NULL))
		return numbered(db, typed, id, error);
	g_autoptr(UserPage) page = user_list(db, typed, FALSE, "", error);
	if (page == NULL)
		return NULL;
	for (guint i = 0; i < page->users->len; i++) {
		const User *user = page->users->pdata[i];
		if ((page->users->len == 1 && page->next == NULL) || is_named(user, typed))
			return user_load(db, user->id, error);
	}
	if (page->users->len == 0 && page->next == NULL)
		return unknown(typed, error);
	ps_invalid(error, "user", "several", "more than one user is called %.100s", typed);
	return NULL;
}
