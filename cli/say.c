/* say.c: mailboxes, domains and users as a command prints them. */
#include "cli/say.h"

#include <stdio.h>

#include "cli/argument.h"
#include "lib/base/address_readable.h"
#include "lib/mailbox/postmaster.h"

const char *say_mailbox_state(const Mailbox *mailbox)
{
	return mailbox->deleted                            ? "deleted"
	       : mailbox->active && mailbox->domain_active ? "active"
	                                                   : "inactive";
}

void say_mailbox_members(GString *out, const Mailbox *mailbox)
{
	g_autofree char *written = address_readable(mailbox->address);

	json_number(out, "id", mailbox->id);
	json_text(out, "address", mailbox->address);
	json_text(out, "written", written);
	json_text(out, "name", mailbox->email_name);
	json_text(out, "state", say_mailbox_state(mailbox));
	json_flag(out, "vip", mailbox->vip);
	json_flag(out, "may_send", mailbox->may_send);
	json_flag(out, "may_log_in", mailbox->may_log_in);
	json_flag(out, "own_only", mailbox->own_only);
	json_number(out, "quota_mb", mailbox->quota_mb);
	json_number(out, "bytes", mailbox->bytes);
}

void say_domain_object(GString *out, const Domain *domain, const char *postmaster)
{
	json_open(out, NULL, '{');
	json_number(out, "id", domain->id);
	json_text(out, "name", domain->name);
	json_text(out, "written", domain->display_name);
	json_flag(out, "active", domain->active);
	json_text(out, "postmaster", postmaster);
	json_close(out, '{');
}

void say_user_object(GString *out, const User *user)
{
	json_open(out, NULL, '{');
	json_number(out, "id", user->id);
	json_text(out, "login", user->login);
	json_text(out, "name", user->name);
	json_text(out, "email_name", user->email_name);
	json_text(out, "contact_email", user->contact_email);
	json_text(out, "role", user_role_words[user->role]);
	json_text(out, "journal_right", user_journal_words[user->journal_right]);
	json_text(out, "locale", user->locale);
	json_flag(out, "active", user->active);
	json_close(out, '{');
}

gboolean say_mailbox_password(
        Context *context, guint64 id, const char *what, const char *password, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_load(context->db, id, error);
	g_autoptr(GString) out = g_string_new(NULL);

	if (mailbox == NULL)
		return FALSE;
	if (!context->json) {
		g_autofree char *shown = argument_shown(mailbox->address);
		printf("Mailbox %s %s.\n", shown, what);
		if (password != NULL)
			printf("password: %s\n", password);
		return TRUE;
	}
	json_open(out, NULL, '{');
	say_mailbox_members(out, mailbox);
	if (password != NULL)
		json_text(out, "password", password);
	json_close(out, '{');
	json_print(out);
	return TRUE;
}

gboolean say_mailbox(Context *context, guint64 id, const char *what, GError **error)
{
	return say_mailbox_password(context, id, what, NULL, error);
}

gboolean say_domain(Context *context, const Domain *domain, const char *what, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);

	if (!context->json) {
		g_autofree char *shown = argument_shown(domain->name);
		printf("Domain %s %s.\n", shown, what);
		return TRUE;
	}
	g_autoptr(Postmaster) who = postmaster_load(context->db, domain, error);
	if (who == NULL)
		return FALSE;
	say_domain_object(out, domain, who->of[POSTMASTER].mailbox);
	json_print(out);
	return TRUE;
}

gboolean say_user(Context *context, guint64 id, const char *what, GError **error)
{
	g_autoptr(User) user = user_load(context->db, id, error);
	g_autoptr(GString) out = g_string_new(NULL);

	if (user == NULL)
		return FALSE;
	if (!context->json) {
		printf("User %s %s: %s, %s.\n", user->login, what, user_role_words[user->role],
		        user->active ? "active" : "inactive");
		return TRUE;
	}
	say_user_object(out, user);
	json_print(out);
	return TRUE;
}
