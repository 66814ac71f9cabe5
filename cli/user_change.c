/* user_change.c: poststelle user edit, role, deactivate, password-link */
#include "cli/command.h"

#include <stdio.h>

#include "cli/argument.h"
#include "cli/say.h"
#include "lib/base/error.h"
#include "lib/user/password_link_send.h"

static gboolean save_user(Context *context, const User *user, GError **error)
{
	return user_update(context->db, &context->actor, user, error) &&
	       say_user(context, user->id, "is saved", error);
}

static gboolean set_role(const char *typed, User *user, GError **error)
{
	if (typed == NULL || user_role_read(typed, &user->role))
		return TRUE;
	ps_invalid(error, "role", "choice", "role can't be %.40s", typed);
	return FALSE;
}

static gboolean set_journal(const char *typed, User *user, GError **error)
{
	if (typed == NULL || user_journal_read(typed, &user->journal_right))
		return TRUE;
	ps_invalid(error, "journal_right", "choice", "journal can't be %.40s", typed);
	return FALSE;
}

gboolean command_user_edit(Context *context, int argc, char **argv, GError **error)
{
	g_autofree char *name = NULL;
	g_autofree char *email_name = NULL;
	g_autofree char *contact = NULL;
	g_autofree char *journal = NULL;
	g_autofree char *locale = NULL;
	g_autofree char *active = NULL;
	const GOptionEntry entries[] = {
	        {"name", 0, 0, G_OPTION_ARG_STRING, &name, "Name, for people", "NAME"},
	        {"email-name", 0, 0, G_OPTION_ARG_STRING, &email_name,
	                "E-Mail-Name, which recipients see", "NAME"},
	        {"contact", 0, 0, G_OPTION_ARG_STRING, &contact, "Contact address", "EMAIL"},
	        {"journal", 0, 0, G_OPTION_ARG_STRING, &journal, "Which activities are read",
	                "all|own|none"},
	        {"locale", 0, 0, G_OPTION_ARG_STRING, &locale,
	                "Language (\"\": as the browser says)", "de|en"},
	        {"active", 0, 0, G_OPTION_ARG_STRING, &active, "Whether the user may sign in",
	                "yes|no"},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};

	if (!command_parse_said(context, entries, "LOGIN", 1, &argc, &argv, error))
		return FALSE;
	g_autoptr(User) user = user_load_login(context->db, argv[1], error);
	if (user == NULL)
		return FALSE;
	argument_text(name, &user->name);
	argument_text(email_name, &user->email_name);
	argument_text(contact, &user->contact_email);
	argument_text(locale, &user->locale);
	return argument_flag(active, "active", &user->active, error) &&
	       set_journal(journal, user, error) && save_user(context, user, error);
}

gboolean command_user_role(Context *context, int argc, char **argv, GError **error)
{
	if (!command_parse_said(context, NULL, "LOGIN admin|staff", 2, &argc, &argv, error))
		return FALSE;
	g_autoptr(User) user = user_load_login(context->db, argv[1], error);
	return user != NULL && set_role(argv[2], user, error) && save_user(context, user, error);
}

gboolean command_user_deactivate(Context *context, int argc, char **argv, GError **error)
{
	if (!command_parse_said(context, NULL, "LOGIN", 1, &argc, &argv, error))
		return FALSE;
	g_autoptr(User) user = user_load_login(context->db, argv[1], error);
	if (user == NULL)
		return FALSE;
	user->active = FALSE;
	return save_user(context, user, error);
}

/* The web program's file says how Poststelle's own mails are sent. */
static Config *load_web_config(const Context *context, GError **error)
{
	g_autofree char *directory = g_path_get_dirname(context->config_path);
	g_autofree char *path = g_build_filename(directory, "web.conf", NULL);

	return config_load(path, error);
}

gboolean command_user_password_link(Context *context, int argc, char **argv, GError **error)
{
	g_autofree char *link = NULL;
	g_autofree char *why = NULL;
	g_autoptr(GString) out = g_string_new(NULL);

	if (!command_parse_said(context, NULL, "LOGIN", 1, &argc, &argv, error))
		return FALSE;
	g_autoptr(User) user = user_load_login(context->db, argv[1], error);
	g_autoptr(Config) web = user != NULL ? load_web_config(context, error) : NULL;
	if (web == NULL || !password_link_send(
	                           context->db, web, &context->actor, user->id, &link, &why, error))
		return FALSE;
	if (link == NULL) {
		g_set_error(error, PS_ERROR, PS_ERROR_UNAVAILABLE,
		        "it could not be sent, and is void: %s", why);
		return FALSE;
	}
	json_open(out, NULL, '{');
	json_text(out, "login", user->login);
	json_text(out, "sent_to", user->contact_email);
	json_text(out, "link", user->signed_in_at == 0 ? link : NULL);
	json_close(out, '{');
	if (context->json)
		json_print(out);
	else
		printf("A link for a password went to %s; it works once, within %d hours.\n",
		        user->contact_email, PASSWORD_LINK_HOURS);
	if (!context->json && user->signed_in_at == 0)
		printf("%s\n", link);
	return TRUE;
}
