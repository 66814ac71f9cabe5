/* mailbox_address.c: makes an address of a typed name and a domain, and says that it is taken. */
#include "lib/mailbox/mailbox_address.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/base/error.h"
#include "lib/office/domain.h"

static const char SQL_DOMAIN[] =
        "SELECT id, active, alias_of IS NOT NULL FROM domain WHERE name = ?";
enum { DOMAIN_ID, DOMAIN_ACTIVE, DOMAIN_IS_ALIAS };

/* One that new addresses may be in. */
static Domain *open_domain(Db *db, guint64 id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(Domain) domain = domain_load(db, id, &failure);

	if (domain == NULL && g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND))
		ps_invalid(error, "domain_id", "choice", "there is no such domain");
	else if (domain == NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
	else if (!domain->active)
		ps_invalid(
		        error, "domain_id", "inactive", "the domain %s is inactive", domain->name);
	else if (domain->alias_of != 0)
		ps_invalid(error, "domain_id", "alias_domain", "the domain %s is an alias",
		        domain->name);
	else
		return g_steal_pointer(&domain);
	return NULL;
}

char *mailbox_address_new(Db *db, const char *local_part, guint64 domain_id, GError **error)
{
	g_autofree char *local = address_local_part(local_part, "local_part", error);
	g_autoptr(Domain) domain = local != NULL ? open_domain(db, domain_id, error) : NULL;

	if (domain == NULL)
		return NULL;
	g_autofree char *address = g_strconcat(local, "@", domain->name, NULL);
	if (strlen(address) <= ADDRESS_MAX)
		return g_steal_pointer(&address);
	ps_invalid(error, "local_part", "too_long", "the address is longer than %d octets",
	        ADDRESS_MAX);
	return NULL;
}

char *mailbox_address_typed(Db *db, const char *typed, guint64 *domain_id, GError **error)
{
	g_autofree char *address = address_own(typed, "address", error);

	if (address == NULL)
		return NULL;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_DOMAIN, "a", strrchr(address, '@') + 1);
	if (rows == NULL)
		return NULL;
	if (!db_rows_next(rows) || db_rows_u64(rows, DOMAIN_ACTIVE) == 0) {
		ps_invalid(error, "address", "foreign", "%s is in no active domain of the office",
		        address);
		return NULL;
	}
	if (db_rows_u64(rows, DOMAIN_IS_ALIAS) != 0) {
		ps_invalid(
		        error, "address", "alias_domain", "the domain of %s is an alias", address);
		return NULL;
	}
	*domain_id = db_rows_u64(rows, DOMAIN_ID);
	return g_steal_pointer(&address);
}

gboolean mailbox_address_refused(
        GError **failure, const char *field, const char *address, GError **error)
{
	if (db_error_is_duplicate(*failure, "address_address"))
		ps_invalid(error, field, "taken", "the address %s is taken", address);
	else
		g_propagate_error(error, g_steal_pointer(failure));
	return FALSE;
}
