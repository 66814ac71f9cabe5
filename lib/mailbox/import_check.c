/* import_check.c: compares lines with each other and with what the database holds. */
#include "lib/mailbox/import_check.h"

#include <string.h>

#include "lib/db/db_bulk.h"
#include "lib/mailbox/import_people.h"
#include "lib/office/domain.h"

static const char SQL_TAKEN[] = "SELECT address FROM address WHERE address IN " DB_LIST_LONG_PLACES;

typedef struct {
	GHashTable *domains; /* name -> Domain, borrowed from a list */
	GHashTable *seen;    /* address -> line number */
	GHashTable *taken;   /* addresses */
	GPtrArray *faults;
} Check;

/* ---- what the database holds ---- */

static void add_texts(DbValues *values, const GPtrArray *texts, guint first)
{
	for (guint i = 0; i < DB_LIST_LONG; i++)
		db_values_add_text(values, texts->pdata[MIN(first + i, texts->len - 1)]);
}

static gboolean ask_addresses(Db *db, const GPtrArray *lines, Check *check, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new();

	for (guint i = 0; i < lines->len; i++) {
		const ImportLine *line = lines->pdata[i];
		if (*line->address != '\0')
			g_ptr_array_add(all, line->address);
		for (guint j = 0; j < line->aliases->len; j++)
			g_ptr_array_add(all, line->aliases->pdata[j]);
	}
	for (guint first = 0; first < all->len; first += DB_LIST_LONG) {
		g_autoptr(DbValues) values = db_values_new();
		add_texts(values, all, first);
		g_autoptr(DbRows) rows = db_query_values(db, error, SQL_TAKEN, values);
		if (rows == NULL)
			return FALSE;
		while (db_rows_next(rows))
			g_hash_table_add(check->taken, g_strdup(db_rows_text(rows, 0)));
	}
	return TRUE;
}

/* ---- line by line ---- */

/* The domain's number; 0 if something is wrong with the address. */
static guint64 check_address(
        Check *check, const ImportLine *line, const char *column, const char *address)
{
	const Domain *domain = g_hash_table_lookup(check->domains, strrchr(address, '@') + 1);
	guint other = GPOINTER_TO_UINT(g_hash_table_lookup(check->seen, address));

	if (other != 0)
		import_fault_add(check->faults, line->number, column, "twice", address, other);
	else
		g_hash_table_insert(check->seen, g_strdup(address), GUINT_TO_POINTER(line->number));
	if (g_hash_table_contains(check->taken, address))
		import_fault_add(check->faults, line->number, column, "taken", address, 0);
	if (domain == NULL || !domain->active)
		import_fault_add(check->faults, line->number, column,
		        domain == NULL ? "foreign" : "inactive_domain", address, 0);
	else if (domain->alias_of != 0)
		import_fault_add(check->faults, line->number, column, "alias_domain", address, 0);
	return domain != NULL ? domain->id : 0;
}

static void check_line(Check *check, ImportLine *line)
{
	if (*line->address != '\0')
		line->domain_id = check_address(check, line, "address", line->address);
	g_array_set_size(line->alias_domains, 0);
	for (guint i = 0; i < line->aliases->len; i++) {
		guint64 id = check_address(check, line, "aliases", line->aliases->pdata[i]);
		g_array_append_val(line->alias_domains, id);
	}
}

gboolean import_check(Db *db, const GPtrArray *lines, GPtrArray *faults, GError **error)
{
	g_autoptr(GPtrArray) domains = domain_list(db, error);
	g_autoptr(GHashTable) by_name = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Check check = {.domains = by_name, .seen = seen, .taken = taken, .faults = faults};

	if (domains == NULL)
		return FALSE;
	for (guint i = 0; i < domains->len; i++) {
		Domain *domain = domains->pdata[i];
		g_hash_table_insert(by_name, domain->name, domain);
	}
	if (!ask_addresses(db, lines, &check, error))
		return FALSE;
	for (guint i = 0; i < lines->len; i++)
		check_line(&check, lines->pdata[i]);
	if (!import_people_check(db, lines, faults, error))
		return FALSE;
	import_faults_sort(faults);
	return TRUE;
}
