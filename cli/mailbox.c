/* mailbox.c: poststelle mailbox add, list, show, check */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "cli/argument.h"
#include "cli/say.h"
#include "lib/base/address_readable.h"
#include "lib/base/error.h"
#include "lib/base/password.h"
#include "lib/mailbox/mailbox_find_check.h"
#include "lib/mailbox/mailbox_password.h"

gboolean command_mailbox_add(Context *context, int argc, char **argv, GError **error)
{
	g_autofree char *name = NULL;
	const GOptionEntry entries[] = {
	        {"name", 0, 0, G_OPTION_ARG_STRING, &name, "E-Mail-Name, which recipients see",
	                "NAME"},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};
	guint64 id = 0;

	if (!command_parse_said(context, entries, "ADDRESS", 1, &argc, &argv, error))
		return FALSE;
	const char *at = strrchr(argv[1], '@');
	g_autoptr(Domain) domain = argument_domain(context->db, at != NULL ? at + 1 : "", error);
	if (domain == NULL)
		return FALSE;
	g_autofree char *local = g_strndup(argv[1], (gsize)(at - argv[1]));
	g_autoptr(KeyRing) ring = keyring_load(context->config->key_file, error);
	if (ring == NULL || !mailbox_create(context->db, ring, &context->actor, local, domain->id,
	                            name != NULL ? name : "", &id, error))
		return FALSE;
	g_autofree char *what = g_strdup_printf("has number %" G_GUINT64_FORMAT, id);
	return say_mailbox(context, id, what, error);
}

/* The address with A-labels, which programs need, and as people write it. */
static void print_row(const Mailbox *mailbox)
{
	g_autofree char *written = address_readable(mailbox->address);

	printf("%" G_GUINT64_FORMAT "\t%s\t%s\t%s\t%s\n", mailbox->id, mailbox->address,
	        say_mailbox_state(mailbox), mailbox->email_name, written);
}

gboolean command_mailbox_list(Context *context, int argc, char **argv, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);
	guint64 last = 0;

	if (!command_parse_said(context, NULL, "", 0, &argc, &argv, error))
		return FALSE;
	json_open(out, NULL, '[');
	for (gboolean more = TRUE; more;) {
		g_autoptr(GPtrArray) page = mailbox_batch(context->db, last, error);
		if (page == NULL)
			return FALSE;
		more = page->len > 0;
		for (guint i = 0; i < page->len; i++) {
			const Mailbox *mailbox = page->pdata[i];
			last = mailbox->id;
			if (!context->json) {
				print_row(mailbox);
				continue;
			}
			json_open(out, NULL, '{');
			say_mailbox_members(out, mailbox);
			json_close(out, '{');
		}
	}
	json_close(out, '[');
	if (context->json)
		json_print(out);
	return TRUE;
}

/* Free: password_free(). */
static char *show_password(Context *context, const Mailbox *mailbox, GError **error)
{
	g_autoptr(KeyRing) ring = keyring_load(context->config->key_file, error);

	return ring != NULL
	               ? mailbox_password_show(context->db, ring, &context->actor, mailbox, error)
	               : NULL;
}

/* password: NULL if it isn't asked for. */
static void print_shown(const Mailbox *mailbox, const GPtrArray *aliases, const GPtrArray *users,
        const char *password)
{
	g_autofree char *written = address_readable(mailbox->address);

	printf("number: %" G_GUINT64_FORMAT "\naddress: %s\n", mailbox->id, mailbox->address);
	if (strcmp(written, mailbox->address) != 0)
		printf("written: %s\n", written);
	printf("name: %s\nstate: %s\nvip: %s\nquota: %" G_GUINT64_FORMAT
	       " MB\nused: %" G_GUINT64_FORMAT " octets\n",
	        mailbox->email_name, say_mailbox_state(mailbox), mailbox->vip ? "yes" : "no",
	        mailbox->quota_mb, mailbox->bytes);
	for (guint i = 0; i < aliases->len; i++) {
		g_autofree char *shown =
		        argument_shown(((const MailboxAlias *)aliases->pdata[i])->address);
		printf("further address: %s\n", shown);
	}
	for (guint i = 0; i < users->len; i++)
		printf("user: %s\n", ((const MailboxUser *)users->pdata[i])->name);
	if (password != NULL)
		printf("password: %s\n", password);
}

static void json_shown(const Mailbox *mailbox, const GPtrArray *aliases, const GPtrArray *users,
        const char *password)
{
	g_autoptr(GString) out = g_string_new(NULL);

	json_open(out, NULL, '{');
	say_mailbox_members(out, mailbox);
	json_open(out, "aliases", '[');
	for (guint i = 0; i < aliases->len; i++)
		json_text(out, NULL, ((const MailboxAlias *)aliases->pdata[i])->address);
	json_close(out, '[');
	json_open(out, "users", '[');
	for (guint i = 0; i < users->len; i++)
		json_text(out, NULL, ((const MailboxUser *)users->pdata[i])->login);
	json_close(out, '[');
	if (password != NULL)
		json_text(out, "password", password);
	json_close(out, '{');
	json_print(out);
}

gboolean command_mailbox_show(Context *context, int argc, char **argv, GError **error)
{
	gboolean with_password = FALSE;
	const GOptionEntry entries[] = {
	        {"password", 0, 0, G_OPTION_ARG_NONE, &with_password,
	                "Show the password too (the change log holds that)", NULL},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};

	if (!command_parse_said(context, entries, "ADDRESS", 1, &argc, &argv, error))
		return FALSE;
	g_autoptr(Mailbox) mailbox = argument_mailbox(context->db, argv[1], error);
	if (mailbox == NULL)
		return FALSE;
	g_autoptr(GPtrArray) aliases = mailbox_aliases(context->db, mailbox->id, error);
	g_autoptr(GPtrArray) users = mailbox_users(context->db, mailbox->id, error);
	if (aliases == NULL || users == NULL)
		return FALSE;
	char *password = with_password ? show_password(context, mailbox, error) : NULL;
	if (with_password && password == NULL)
		return FALSE;
	if (context->json)
		json_shown(mailbox, aliases, users, password);
	else
		print_shown(mailbox, aliases, users, password);
	g_clear_pointer(&password, password_free);
	return TRUE;
}

gboolean command_mailbox_check(Context *context, int argc, char **argv, GError **error)
{
	g_autoptr(GPtrArray) wrong = NULL;

	if (!command_parse(NULL, "", 0, &argc, &argv, error) ||
	        !mailbox_find_check(context->db, &wrong, error))
		return FALSE;
	for (guint i = 0; i < wrong->len; i++)
		printf("differs: %s\n", (const char *)wrong->pdata[i]);
	if (wrong->len > 0) {
		g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL,
		        "the search rows of %u mailboxes are wrong", wrong->len);
		return FALSE;
	}
	puts("All search rows are right.");
	return TRUE;
}
