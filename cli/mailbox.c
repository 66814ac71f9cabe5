/* mailbox.c: poststelle mailbox add, list, show, check */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/address.h"
#include "lib/base/error.h"
#include "lib/base/password.h"
#include "lib/mailbox/mailbox.h"
#include "lib/mailbox/mailbox_find_check.h"
#include "lib/mailbox/mailbox_password.h"
#include "lib/office/domain.h"

/* The number of the domain behind the "@"; 0 and error if there is none. */
static guint64 domain_of(Db *db, const char *address, GError **error)
{
	const char *at = strrchr(address, '@');
	g_autofree char *name = address_domain(at != NULL ? at + 1 : "", "domain_id", NULL, error);

	if (name == NULL)
		return 0;
	g_autoptr(GPtrArray) domains = domain_list(db, error);
	if (domains == NULL)
		return 0;
	for (guint i = 0; i < domains->len; i++) {
		const Domain *domain = domains->pdata[i];
		if (strcmp(domain->name, name) == 0)
			return domain->id;
	}
	ps_invalid(error, "domain_id", "choice", "the domain %s doesn't exist", name);
	return 0;
}

gboolean command_mailbox_add(Context *context, int argc, char **argv, GError **error)
{
	g_autofree char *name = NULL;
	const GOptionEntry entries[] = {
	        {"name", 0, 0, G_OPTION_ARG_STRING, &name, "E-Mail-Name, which recipients see",
	                "NAME"},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};
	guint64 id = 0;

	if (!command_parse(entries, "ADDRESS", 1, &argc, &argv, error))
		return FALSE;
	guint64 domain_id = domain_of(context->db, argv[1], error);
	if (domain_id == 0)
		return FALSE;
	g_autofree char *local = g_strndup(argv[1], (gsize)(strrchr(argv[1], '@') - argv[1]));
	g_autoptr(KeyRing) ring = keyring_load(context->config->key_file, error);
	if (ring == NULL || !mailbox_create(context->db, ring, &context->actor, local, domain_id,
	                            name != NULL ? name : "", &id, error))
		return FALSE;
	printf("Mailbox %s has number %" G_GUINT64_FORMAT ".\n", argv[1], id);
	return TRUE;
}

gboolean command_mailbox_list(Context *context, int argc, char **argv, GError **error)
{
	guint64 last = 0;

	if (!command_parse(NULL, "", 0, &argc, &argv, error))
		return FALSE;
	for (gboolean more = TRUE; more;) {
		g_autoptr(GPtrArray) page = mailbox_batch(context->db, last, error);
		if (page == NULL)
			return FALSE;
		more = page->len > 0;
		for (guint i = 0; i < page->len; i++) {
			const Mailbox *mailbox = page->pdata[i];
			printf("%" G_GUINT64_FORMAT "\t%s\t%s\t%s\n", mailbox->id, mailbox->address,
			        mailbox->active && mailbox->domain_active ? "active" : "inactive",
			        mailbox->email_name);
			last = mailbox->id;
		}
	}
	return TRUE;
}

static gboolean print_password(Context *context, const Mailbox *mailbox, GError **error)
{
	g_autoptr(KeyRing) ring = keyring_load(context->config->key_file, error);

	if (ring == NULL)
		return FALSE;
	char *password = mailbox_password_show(context->db, ring, &context->actor, mailbox, error);
	if (password == NULL)
		return FALSE;
	printf("password: %s\n", password);
	password_free(password);
	return TRUE;
}

gboolean command_mailbox_show(Context *context, int argc, char **argv, GError **error)
{
	gboolean password = FALSE;
	const GOptionEntry entries[] = {
	        {"password", 0, 0, G_OPTION_ARG_NONE, &password,
	                "Show the password too (the change log holds that)", NULL},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};

	if (!command_parse(entries, "ADDRESS", 1, &argc, &argv, error))
		return FALSE;
	g_autofree char *address = address_own(argv[1], "address", error);
	if (address == NULL)
		return FALSE;
	g_autoptr(Mailbox) mailbox = mailbox_load_address(context->db, address, error);
	if (mailbox == NULL)
		return FALSE;
	g_autoptr(GPtrArray) aliases = mailbox_aliases(context->db, mailbox->id, error);
	g_autoptr(GPtrArray) users = mailbox_users(context->db, mailbox->id, error);
	if (aliases == NULL || users == NULL)
		return FALSE;
	printf("number: %" G_GUINT64_FORMAT
	       "\naddress: %s\nname: %s\nstate: %s\nvip: %s\nquota: %" G_GUINT64_FORMAT
	       " MB\nused: %" G_GUINT64_FORMAT " octets\n",
	        mailbox->id, mailbox->address, mailbox->email_name,
	        mailbox->deleted                            ? "deleted"
	        : mailbox->active && mailbox->domain_active ? "active"
	                                                    : "inactive",
	        mailbox->vip ? "yes" : "no", mailbox->quota_mb, mailbox->bytes);
	for (guint i = 0; i < aliases->len; i++)
		printf("further address: %s\n", ((const MailboxAlias *)aliases->pdata[i])->address);
	for (guint i = 0; i < users->len; i++)
		printf("user: %s\n", ((const MailboxUser *)users->pdata[i])->name);
	return !password || print_password(context, mailbox, error);
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
