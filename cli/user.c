/* user.c: poststelle user add LOGIN --name NAME --role ROLE --contact EMAIL [--password-stdin], and
 * poststelle user list */
#include "cli/command.h"

#include <stdio.h>

#include "cli/ask.h"
#include "cli/say.h"
#include "lib/base/error.h"
#include "lib/base/password.h"
#include "lib/user/user_list.h"

gboolean command_user_add(Context *context, int argc, char **argv, GError **error)
{
	g_autofree char *name = NULL;
	g_autofree char *role = NULL;
	g_autofree char *contact = NULL;
	gboolean from_stdin = FALSE;
	const GOptionEntry entries[] = {
	        {"name", 0, 0, G_OPTION_ARG_STRING, &name, "Name, for people", "NAME"},
	        {"role", 0, 0, G_OPTION_ARG_STRING, &role, "Role (staff)", "admin|staff"},
	        {"contact", 0, 0, G_OPTION_ARG_STRING, &contact, "Contact address", "EMAIL"},
	        {"password-stdin", 0, 0, G_OPTION_ARG_NONE, &from_stdin,
	                "Read the password's line from stdin", NULL},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};
	char none[] = "";
	UserRole wanted_role = USER_STAFF;
	guint64 id = 0;

	if (!command_parse_said(context, entries, "LOGIN", 1, &argc, &argv, error))
		return FALSE;
	if (role != NULL && !user_role_read(role, &wanted_role)) {
		ps_invalid(error, "role", "choice", "role can't be %.40s", role);
		return FALSE;
	}
	char *password = ask_new_password(from_stdin, error);
	if (password == NULL)
		return FALSE;
	User wanted = {
	        .login = argv[1],
	        .name = name != NULL ? name : argv[1],
	        .email_name = none,
	        .contact_email = contact != NULL ? contact : none,
	        .role = wanted_role,
	        .journal_right = wanted_role == USER_ADMIN ? USER_JOURNAL_ALL : USER_JOURNAL_OWN,
	        .locale = none,
	        .active = TRUE,
	};
	gboolean ok = user_create(context->db, &context->actor, &wanted, password, &id, error);
	password_free(password);
	g_autofree char *what = g_strdup_printf("has number %" G_GUINT64_FORMAT, id);
	return ok && say_user(context, id, what, error);
}

static void print_user_row(const User *user)
{
	printf("%" G_GUINT64_FORMAT "\t%s\t%s\t%s\t%s\n", user->id, user->login,
	        user->active ? "active" : "inactive", user_role_words[user->role], user->name);
}

gboolean command_user_list(Context *context, int argc, char **argv, GError **error)
{
	g_autofree char *after = g_strdup("");
	g_autoptr(GString) out = g_string_new(NULL);

	if (!command_parse_said(context, NULL, "", 0, &argc, &argv, error))
		return FALSE;
	json_open(out, NULL, '[');
	while (after != NULL) {
		g_autoptr(UserPage) page =
		        user_list(context->db, "", FALSE, &(ListAt){after, ""}, error);
		if (page == NULL)
			return FALSE;
		for (guint i = 0; i < page->users->len; i++)
			if (context->json)
				say_user_object(out, page->users->pdata[i]);
			else
				print_user_row(page->users->pdata[i]);
		g_free(after);
		after = g_steal_pointer(&page->next);
	}
	json_close(out, '[');
	if (context->json)
		json_print(out);
	return TRUE;
}
