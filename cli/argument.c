/* argument.c: addresses, domains, switches and numbers of the command line. */
#include "cli/argument.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/base/address_readable.h"
#include "lib/base/error.h"

Mailbox *argument_mailbox(Db *db, const char *typed, GError **error)
{
	g_autofree char *address = address_own(typed, "address", error);

	return address != NULL ? mailbox_load_address(db, address, error) : NULL;
}

Domain *argument_domain(Db *db, const char *typed, GError **error)
{
	g_autofree char *name = address_domain(typed, "name", NULL, error);

	if (name == NULL)
		return NULL;
	g_autoptr(GPtrArray) domains = domain_list(db, error);
	if (domains == NULL)
		return NULL;
	for (guint i = 0; i < domains->len; i++) {
		const Domain *domain = domains->pdata[i];
		if (strcmp(domain->name, name) == 0)
			return g_ptr_array_steal_index(domains, i);
	}
	ps_invalid(error, "domain_id", "choice", "the domain %s doesn't exist", name);
	return NULL;
}

gboolean argument_flag(const char *typed, const char *name, gboolean *value, GError **error)
{
	if (typed == NULL)
		return TRUE;
	if (strcmp(typed, "yes") != 0 && strcmp(typed, "no") != 0) {
		ps_invalid(error, name, "choice", "%s is yes or no", name);
		return FALSE;
	}
	*value = strcmp(typed, "yes") == 0;
	return TRUE;
}

gboolean argument_number(
        const char *typed, const char *name, guint64 most, guint64 *value, GError **error)
{
	if (typed == NULL || g_ascii_string_to_unsigned(typed, 10, 0, most, value, NULL))
		return TRUE;
	ps_invalid(
	        error, name, "number", "%s is a number from 0 to %" G_GUINT64_FORMAT, name, most);
	return FALSE;
}

void argument_text(const char *typed, char **value)
{
	if (typed == NULL)
		return;
	g_free(*value);
	*value = g_strdup(typed);
}

char *argument_shown(const char *stored)
{
	g_autofree char *readable = address_readable(stored);

	return strcmp(readable, stored) == 0 ? g_steal_pointer(&readable)
	                                     : g_strdup_printf("%s (%s)", readable, stored);
}
