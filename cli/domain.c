/* domain.c: poststelle domain list, add, edit, delete */
#include "cli/command.h"

#include <stdio.h>

#include "cli/argument.h"
#include "cli/say.h"
#include "lib/mailbox/domain_change.h"
#include "lib/mailbox/postmaster.h"
#include "lib/office/domain_delete.h"

static void print_domain(const Domain *domain, const char *postmaster)
{
	printf("%" G_GUINT64_FORMAT "\t%s\t%s\t%s\t%s\n", domain->id, domain->display_name,
	        domain->name, domain->active ? "active" : "inactive",
	        postmaster != NULL ? postmaster : "");
}

gboolean command_domain_list(Context *context, int argc, char **argv, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);

	if (!command_parse_said(context, NULL, "", 0, &argc, &argv, error))
		return FALSE;
	g_autoptr(GPtrArray) domains = domain_list(context->db, error);
	if (domains == NULL)
		return FALSE;
	json_open(out, NULL, '[');
	for (guint i = 0; i < domains->len; i++) {
		const Domain *domain = domains->pdata[i];
		g_autoptr(Postmaster) who = postmaster_load(context->db, domain, error);
		if (who == NULL)
			return FALSE;
		if (context->json)
			say_domain_object(out, domain, who->of[POSTMASTER].mailbox);
		else
			print_domain(domain, who->of[POSTMASTER].mailbox);
	}
	json_close(out, '[');
	if (context->json)
		json_print(out);
	return TRUE;
}

gboolean command_domain_add(Context *context, int argc, char **argv, GError **error)
{
	guint64 id = 0;

	if (!command_parse_said(context, NULL, "NAME", 1, &argc, &argv, error) ||
	        !domain_create(context->db, &context->actor, argv[1], &id, error))
		return FALSE;
	g_autoptr(Domain) domain = domain_load(context->db, id, error);
	if (domain == NULL)
		return FALSE;
	g_autofree char *what = g_strdup_printf("has number %" G_GUINT64_FORMAT, id);
	return say_domain(context, domain, what, error);
}

gboolean command_domain_edit(Context *context, int argc, char **argv, GError **error)
{
	g_autofree char *active = NULL;
	g_autofree char *postmaster = NULL;
	const GOptionEntry entries[] = {
	        {"active", 0, 0, G_OPTION_ARG_STRING, &active, "Whether it takes mail", "yes|no"},
	        {"postmaster", 0, 0, G_OPTION_ARG_STRING, &postmaster,
	                "Mailbox that gets postmaster@ and abuse@ (\"\": none)", "ADDRESS"},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};

	if (!command_parse_said(context, entries, "NAME", 1, &argc, &argv, error))
		return FALSE;
	g_autoptr(Domain) domain = argument_domain(context->db, argv[1], error);
	if (domain == NULL)
		return FALSE;
	DomainWanted wanted = {.version = domain->version,
	        .active = domain->active,
	        .alias_of = domain->alias_of,
	        .has_postmaster = postmaster != NULL,
	        .catch_all = domain->catch_all};
	if (!argument_flag(active, "active", &wanted.active, error) ||
	        (postmaster != NULL && !postmaster_find(context->db, domain, postmaster,
	                                       &wanted.postmaster, error)) ||
	        !domain_change(context->db, &context->actor, domain, &wanted, error))
		return FALSE;
	domain->active = wanted.active;
	return say_domain(context, domain, "is saved", error);
}

gboolean command_domain_delete(Context *context, int argc, char **argv, GError **error)
{
	if (!command_parse_said(context, NULL, "NAME", 1, &argc, &argv, error))
		return FALSE;
	g_autoptr(Domain) domain = argument_domain(context->db, argv[1], error);
	return domain != NULL && domain_delete(context->db, &context->actor, domain->id, error) &&
	       say_domain(context, domain, "is deleted", error);
}
