/* mailbox_change.c: poststelle mailbox edit, quota, password, alias, assign, delete, restore */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "cli/argument.h"
#include "cli/say.h"
#include "lib/base/address.h"
#include "lib/base/error.h"
#include "lib/base/password.h"
#include "lib/mailbox/alias.h"
#include "lib/mailbox/assignment.h"
#include "lib/mailbox/mailbox_delete.h"
#include "lib/mailbox/mailbox_password.h"

/* A line each, or an array; texts are borrowed. */
static void print_list(const GPtrArray *texts, gboolean json)
{
	g_autoptr(GString) out = g_string_new(NULL);

	json_open(out, NULL, '[');
	for (guint i = 0; i < texts->len; i++) {
		if (json)
			json_text(out, NULL, texts->pdata[i]);
		else
			puts(texts->pdata[i]);
	}
	json_close(out, '[');
	if (json)
		json_print(out);
}

static gboolean set_limit(const char *typed, Mailbox *mailbox, GError **error)
{
	guint64 limit = 0;

	if (typed == NULL)
		return TRUE;
	if (strcmp(typed, "office") == 0) {
		mailbox->send_limit = SEND_LIMIT_OF_OFFICE;
		return TRUE;
	}
	if (!argument_number(typed, "send-limit", SETTING_SEND_LIMIT_MAX, &limit, error))
		return FALSE;
	mailbox->send_limit = (gint64)limit;
	return TRUE;
}

gboolean command_mailbox_edit(Context *context, int argc, char **argv, GError **error)
{
	g_autofree char *name = NULL;
	g_autofree char *active = NULL;
	g_autofree char *vip = NULL;
	g_autofree char *send = NULL;
	g_autofree char *log_in = NULL;
	g_autofree char *own_only = NULL;
	g_autofree char *quota = NULL;
	g_autofree char *limit = NULL;
	const GOptionEntry entries[] = {
	        {"name", 0, 0, G_OPTION_ARG_STRING, &name, "E-Mail-Name, which recipients see",
	                "NAME"},
	        {"active", 0, 0, G_OPTION_ARG_STRING, &active, "Whether it takes mail", "yes|no"},
	        {"vip", 0, 0, G_OPTION_ARG_STRING, &vip, "Whether its mail is protected", "yes|no"},
	        {"may-send", 0, 0, G_OPTION_ARG_STRING, &send, "Whether it may send", "yes|no"},
	        {"may-log-in", 0, 0, G_OPTION_ARG_STRING, &log_in,
	                "Whether IMAP and POP3 let it in", "yes|no"},
	        {"own-only", 0, 0, G_OPTION_ARG_STRING, &own_only,
	                "Whether only the users' own passwords log in", "yes|no"},
	        {"quota", 0, 0, G_OPTION_ARG_STRING, &quota, "Storage in MB, 0: without limit",
	                "MB"},
	        {"send-limit", 0, 0, G_OPTION_ARG_STRING, &limit,
	                "Recipients an hour, 0: without limit, office: as the settings say",
	                "NUMBER"},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};

	if (!command_parse_said(context, entries, "ADDRESS", 1, &argc, &argv, error))
		return FALSE;
	g_autoptr(Mailbox) mailbox = argument_mailbox(context->db, argv[1], error);
	if (mailbox == NULL)
		return FALSE;
	argument_text(name, &mailbox->email_name);
	if (!argument_flag(active, "active", &mailbox->active, error) ||
	        !argument_flag(vip, "vip", &mailbox->vip, error) ||
	        !argument_flag(send, "may-send", &mailbox->may_send, error) ||
	        !argument_flag(log_in, "may-log-in", &mailbox->may_log_in, error) ||
	        !argument_flag(own_only, "own-only", &mailbox->own_only, error) ||
	        !argument_number(quota, "quota", MAILBOX_QUOTA_MAX, &mailbox->quota_mb, error) ||
	        !set_limit(limit, mailbox, error) ||
	        !mailbox_update(context->db, &context->actor, mailbox, error))
		return FALSE;
	return say_mailbox(context, mailbox->id, "is saved", error);
}

gboolean command_mailbox_quota(Context *context, int argc, char **argv, GError **error)
{
	if (!command_parse_said(context, NULL, "ADDRESS MB", 2, &argc, &argv, error))
		return FALSE;
	g_autoptr(Mailbox) mailbox = argument_mailbox(context->db, argv[1], error);
	return mailbox != NULL &&
	       argument_number(argv[2], "quota", MAILBOX_QUOTA_MAX, &mailbox->quota_mb, error) &&
	       mailbox_update(context->db, &context->actor, mailbox, error) &&
	       say_mailbox(context, mailbox->id, "is saved", error);
}

/* Its password, which the change log then holds. Free: password_free(). */
static char *new_password_of(Context *context, const KeyRing *ring, guint64 id, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_load(context->db, id, error);

	return mailbox != NULL
	               ? mailbox_password_show(context->db, ring, &context->actor, mailbox, error)
	               : NULL;
}

gboolean command_mailbox_password(Context *context, int argc, char **argv, GError **error)
{
	gboolean show = FALSE;
	const GOptionEntry entries[] = {
	        {"show", 0, 0, G_OPTION_ARG_NONE, &show,
	                "Show the new password (the change log holds that)", NULL},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};

	if (!command_parse_said(context, entries, "ADDRESS", 1, &argc, &argv, error))
		return FALSE;
	g_autoptr(Mailbox) mailbox = argument_mailbox(context->db, argv[1], error);
	g_autoptr(KeyRing) ring = keyring_load(context->config->key_file, error);
	if (mailbox == NULL || ring == NULL ||
	        !mailbox_password_new(
	                context->db, ring, &context->actor, mailbox->id, mailbox->version, error))
		return FALSE;
	char *password = show ? new_password_of(context, ring, mailbox->id, error) : NULL;
	gboolean ok = (!show || password != NULL) &&
	              say_mailbox_password(context, mailbox->id,
	                      "has a new password; its open sessions are ended", password, error);
	g_clear_pointer(&password, password_free);
	return ok;
}

static gboolean remove_typed_alias(
        Context *context, const Mailbox *mailbox, const char *typed, GError **error)
{
	g_autofree char *address = address_own(typed, "address", error);
	g_autoptr(GPtrArray) aliases =
	        address != NULL ? mailbox_aliases(context->db, mailbox->id, error) : NULL;

	if (aliases == NULL)
		return FALSE;
	for (guint i = 0; i < aliases->len; i++) {
		const MailboxAlias *alias = aliases->pdata[i];
		if (strcmp(alias->address, address) == 0)
			return alias_remove(
			        context->db, &context->actor, mailbox->id, alias->id, error);
	}
	g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "%s is no further address of %s", address,
	        mailbox->address);
	return FALSE;
}

gboolean command_mailbox_alias(Context *context, int argc, char **argv, GError **error)
{
	g_auto(GStrv) added = NULL;
	g_auto(GStrv) removed = NULL;
	const GOptionEntry entries[] = {
	        {"add", 0, 0, G_OPTION_ARG_STRING_ARRAY, &added, "A further address", "ADDRESS"},
	        {"remove", 0, 0, G_OPTION_ARG_STRING_ARRAY, &removed, "No further address any more",
	                "ADDRESS"},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};

	if (!command_parse_said(context, entries, "ADDRESS", 1, &argc, &argv, error))
		return FALSE;
	g_autoptr(Mailbox) mailbox = argument_mailbox(context->db, argv[1], error);
	if (mailbox == NULL)
		return FALSE;
	for (char **one = removed; one != NULL && *one != NULL; one++)
		if (!remove_typed_alias(context, mailbox, *one, error))
			return FALSE;
	for (char **one = added; one != NULL && *one != NULL; one++)
		if (!alias_add(context->db, &context->actor, mailbox->id, *one, error))
			return FALSE;
	g_autoptr(GPtrArray) aliases = mailbox_aliases(context->db, mailbox->id, error);
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; aliases != NULL && i < aliases->len; i++) {
		const char *stored = ((const MailboxAlias *)aliases->pdata[i])->address;
		g_ptr_array_add(texts, context->json ? g_strdup(stored) : argument_shown(stored));
	}
	if (aliases != NULL)
		print_list(texts, context->json);
	return aliases != NULL;
}

/* The numbers of the users of these logins. NULL and error: one of them is unknown. */
static GArray *find_users(Db *db, char **logins, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));

	for (char **login = logins; login != NULL && *login != NULL; login++) {
		g_autoptr(User) user = user_load_login(db, *login, error);
		if (user == NULL) {
			g_prefix_error(error, "%s: ", *login);
			return NULL;
		}
		g_array_append_val(ids, user->id);
	}
	return g_steal_pointer(&ids);
}

gboolean command_mailbox_assign(Context *context, int argc, char **argv, GError **error)
{
	g_auto(GStrv) added = NULL;
	g_auto(GStrv) removed = NULL;
	gboolean renew = FALSE;
	const GOptionEntry entries[] = {
	        {"add", 0, 0, G_OPTION_ARG_STRING_ARRAY, &added, "A user who gets it", "LOGIN"},
	        {"remove", 0, 0, G_OPTION_ARG_STRING_ARRAY, &removed, "A user who no longer has it",
	                "LOGIN"},
	        {"new-password", 0, 0, G_OPTION_ARG_NONE, &renew,
	                "With each end a new password of the mailbox", NULL},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};

	if (!command_parse_said(context, entries, "ADDRESS", 1, &argc, &argv, error))
		return FALSE;
	g_autoptr(Mailbox) mailbox = argument_mailbox(context->db, argv[1], error);
	g_autoptr(KeyRing) ring =
	        mailbox != NULL ? keyring_load(context->config->key_file, error) : NULL;
	g_autoptr(GArray) gone = ring != NULL ? find_users(context->db, removed, error) : NULL;
	g_autoptr(GArray) come = gone != NULL ? find_users(context->db, added, error) : NULL;
	if (come == NULL)
		return FALSE;
	for (guint i = 0; i < gone->len; i++)
		if (!assignment_end(context->db, renew ? ring : NULL, &context->actor, mailbox->id,
		            g_array_index(gone, guint64, i), error))
			return FALSE;
	if (come->len > 0 &&
	        !assignment_add_several(context->db, &context->actor, mailbox->id, come, error))
		return FALSE;
	g_autoptr(GPtrArray) users = mailbox_users(context->db, mailbox->id, error);
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; users != NULL && i < users->len; i++) {
		const MailboxUser *user = users->pdata[i];
		g_ptr_array_add(
		        texts, context->json ? g_strdup(user->login)
		                             : g_strdup_printf("%s\t%s", user->login, user->name));
	}
	if (users != NULL)
		print_list(texts, context->json);
	return users != NULL;
}

typedef gboolean (*MailboxStep)(
        Db *db, const Actor *actor, guint64 id, guint64 version, GError **error);

static gboolean take_one_step(
        Context *context, int argc, char **argv, MailboxStep step, const char *what, GError **error)
{
	if (!command_parse_said(context, NULL, "ADDRESS", 1, &argc, &argv, error))
		return FALSE;
	g_autoptr(Mailbox) mailbox = argument_mailbox(context->db, argv[1], error);
	return mailbox != NULL &&
	       step(context->db, &context->actor, mailbox->id, mailbox->version, error) &&
	       say_mailbox(context, mailbox->id, what, error);
}

gboolean command_mailbox_delete(Context *context, int argc, char **argv, GError **error)
{
	return take_one_step(context, argc, argv, mailbox_delete,
	        "is deleted; for 30 days poststelle mailbox restore brings it back", error);
}

gboolean command_mailbox_restore(Context *context, int argc, char **argv, GError **error)
{
	return take_one_step(context, argc, argv, mailbox_restore,
	        "is there again, with the password it had", error);
}
