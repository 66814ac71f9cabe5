/* import_from.c: poststelle import postfixadmin, poststelle import mailcow */
#include <stdio.h>
#include <string.h>

#include "cli/import_move.h"
#include "cli/import_run.h"
#include "cli/import_ways.h"
#include "lib/base/error.h"
#include "lib/mailbox/alias_domain.h"
#include "lib/office/domain.h"
#include "lib/office/domain_delete.h"

typedef struct {
	gboolean dry, leave_out;
	char *scheme;
	ImportPlace place;
} Options;

static void options_clear(Options *options)
{
	g_free(options->scheme);
	g_free(options->place.host);
	g_free(options->place.socket);
	g_free(options->place.user);
	g_free(options->place.password_file);
	g_free(options->place.database);
}

static gboolean options_read(Options *options, int *argc, char ***argv, GError **error)
{
	const GOptionEntry entries[] = {
	        {"dry-run", 0, 0, G_OPTION_ARG_NONE, &options->dry,
	                "Only say what would be made, and what can't be taken", NULL},
	        {"leave-out", 0, 0, G_OPTION_ARG_NONE, &options->leave_out,
	                "Make the other mailboxes if some can't be taken", NULL},
	        {"scheme", 0, 0, G_OPTION_ARG_STRING, &options->scheme,
	                "Of passwords that are stored without one, as Dovecot calls it", "SCHEME"},
	        {"host", 0, 0, G_OPTION_ARG_STRING, &options->place.host,
	                "Host of its database, with :port if that isn't 3306", "HOST"},
	        {"socket", 0, 0, G_OPTION_ARG_FILENAME, &options->place.socket,
	                "Or the socket [/run/mysqld/mysqld.sock]", "FILE"},
	        {"user", 0, 0, G_OPTION_ARG_STRING, &options->place.user, "Its account there",
	                "USER"},
	        {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &options->place.password_file,
	                "The file that holds the account's password", "FILE"},
	        {"database", 0, 0, G_OPTION_ARG_STRING, &options->place.database,
	                "Name of its database", "NAME"},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};

	return command_parse(entries, "", 0, argc, argv, error);
}

/* ---- domains ---- */

/* Name -> the domain of which it is an alias, or "". */
static GHashTable *own_domains(Db *db, GError **error)
{
	g_autoptr(GPtrArray) list = domain_list(db, error);

	if (list == NULL)
		return NULL;
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (guint i = 0; i < list->len; i++) {
		const Domain *domain = list->pdata[i];
		const char *other = "";
		for (guint j = 0; j < list->len && domain->alias_of != 0; j++)
			if (((const Domain *)list->pdata[j])->id == domain->alias_of)
				other = ((const Domain *)list->pdata[j])->name;
		g_hash_table_insert(names, g_strdup(domain->name), g_strdup(other));
	}
	return names;
}

/* Those that the office doesn't have, by name. Borrowed from move. */
static GList *missing_domains(const ImportMove *move, GHashTable *own)
{
	GHashTableIter iter;
	gpointer name;
	GList *missing = NULL;

	g_hash_table_iter_init(&iter, move->domains);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		if (!g_hash_table_contains(own, name))
			missing = g_list_insert_sorted(missing, name, (GCompareFunc)strcmp);
	return missing;
}

/* Active, all of them, as long as the import lasts. */
static gboolean make_domains(Context *context, GList *missing, GError **error)
{
	for (GList *one = missing; one != NULL; one = one->next) {
		guint64 id = 0;
		if (!domain_create(context->db, &context->actor, one->data, &id, error))
			return FALSE;
		printf("domain %s was added\n", (const char *)one->data);
	}
	return TRUE;
}

/* Borrowed from list; NULL: there is none. */
static const Domain *domain_named(const GPtrArray *list, const char *name)
{
	for (guint i = 0; i < list->len; i++)
		if (strcmp(((const Domain *)list->pdata[i])->name, name) == 0)
			return list->pdata[i];
	return NULL;
}

/* Before the mailboxes, which then have an address in each. */
static gboolean make_alias_domains(Context *context, const ImportMove *move, GError **error)
{
	g_autoptr(GPtrArray) list = domain_list(context->db, error);
	GHashTableIter iter;
	gpointer from, to;

	if (list == NULL)
		return FALSE;
	g_hash_table_iter_init(&iter, move->alias_of);
	while (g_hash_table_iter_next(&iter, &from, &to)) {
		const Domain *domain = domain_named(list, from), *other = domain_named(list, to);
		if (domain == NULL || other == NULL || domain->alias_of == other->id)
			continue;
		if (!alias_domain_set(context->db, &context->actor, domain, other->id, error))
			return FALSE;
		printf("domain %s is another name of %s\n", (char *)from, (char *)to);
	}
	return TRUE;
}

static gboolean rest_domains(
        Context *context, const ImportMove *move, GList *missing, GError **error)
{
	g_autoptr(GPtrArray) list = domain_list(context->db, error);

	if (list == NULL)
		return FALSE;
	for (guint i = 0; i < list->len; i++) {
		const Domain *domain = list->pdata[i];
		const char *state = g_hash_table_lookup(move->domains, domain->name);
		if (g_strcmp0(state, "inactive") != 0 || !domain->active ||
		        g_list_find_custom(missing, domain->name, (GCompareFunc)strcmp) == NULL)
			continue;
		if (!domain_set_active(context->db, &context->actor, domain->id, domain->version,
		            FALSE, error))
			return FALSE;
		printf("domain %s is inactive, as it was\n", domain->name);
	}
	return TRUE;
}

/* After an import that made nothing: those that were added for it, the other names first. One that
 * somebody uses by now stays. */
static void take_domains_back(Context *context, const ImportMove *move, GList *missing)
{
	g_autoptr(GPtrArray) list = domain_list(context->db, NULL);

	for (guint names = 2; list != NULL && names-- > 0;) {
		for (GList *one = missing; one != NULL; one = one->next) {
			const Domain *domain = domain_named(list, one->data);
			if (domain != NULL &&
			        g_hash_table_contains(move->alias_of, one->data) == (names == 1) &&
			        domain_delete(context->db, &context->actor, domain->id, NULL))
				printf("domain %s was taken away again\n", domain->name);
		}
	}
}

/* ---- what can't be taken ---- */

static void drop_alias(ImportLine *line, const char *address)
{
	guint index;

	if (g_ptr_array_find_with_equal_func(line->aliases, address, g_str_equal, &index))
		g_ptr_array_remove_index(line->aliases, index);
}

static ImportLine *line_numbered(const ImportMove *move, guint number)
{
	for (guint i = 0; i < move->lines->len; i++) {
		ImportLine *line = move->lines->pdata[i];
		if (line->number == number)
			return line;
	}
	g_assert_not_reached();
}

/* Whether a fault is only that a domain isn't there yet. */
static gboolean is_of_missing(const ImportFault *fault, GList *missing)
{
	const char *at = strrchr(fault->value, '@');

	return strcmp(fault->reason, "foreign") == 0 && at != NULL &&
	       g_list_find_custom(missing, at + 1, (GCompareFunc)strcmp) != NULL;
}

/* Further addresses at fault are left; which mailboxes are (their numbers) is found. */
static GHashTable *sort_faults(ImportMove *move, const GPtrArray *found, GList *missing)
{
	GHashTable *numbers = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < found->len; i++) {
		const ImportFault *fault = found->pdata[i];
		g_autofree char *why = import_fault_text(fault);
		if (is_of_missing(fault, missing) || import_ways_refuse(move, fault))
			continue;
		if (strcmp(fault->column, "aliases") == 0) {
			g_ptr_array_add(move->left, g_strdup_printf("%s: %s", fault->value, why));
			drop_alias(line_numbered(move, fault->line), fault->value);
			continue;
		}
		g_hash_table_add(numbers, GUINT_TO_POINTER(fault->line));
		g_ptr_array_add(
		        move->left, g_strdup_printf("%s: the mailbox can't be taken: %s %s",
		                            (const char *)move->names->pdata[fault->line - 1],
		                            fault->column, why));
	}
	return numbers;
}

static void drop_lines(ImportMove *move, GHashTable *numbers)
{
	for (guint i = move->lines->len; i-- > 0;) {
		const ImportLine *line = move->lines->pdata[i];
		if (g_hash_table_contains(numbers, GUINT_TO_POINTER(line->number)))
			g_ptr_array_remove_index(move->lines, i);
	}
}

/* Checks everything, and says what can't be taken. */
static gboolean look_through(Context *context, ImportMove *move, GHashTable *own, GList *missing,
        const Options *options, GError **error)
{
	if (!import_ways_compare(context->db, move, error))
		return FALSE;
	g_autoptr(GHashTable) numbers = sort_faults(move, move->faults, missing);
	drop_lines(move, numbers);
	g_ptr_array_set_size(move->faults, 0);
	if (!import_ways_check(context->db, move, own, error))
		return FALSE;
	for (guint i = 0; i < move->left->len; i++)
		printf("not taken: %s\n", (const char *)move->left->pdata[i]);
	for (GList *one = missing; one != NULL && options->dry; one = one->next)
		printf("domain %s would be added\n", (const char *)one->data);
	import_ways_print(move);
	guint refused = g_hash_table_size(numbers);
	if (refused == 0 || options->leave_out)
		return TRUE;
	g_set_error(error, PS_ERROR, PS_ERROR_INVALID,
	        "%u mailboxes can't be taken; nothing was made (--leave-out makes the others)",
	        refused);
	return FALSE;
}

static gboolean take_all(
        Context *context, ImportMove *move, GHashTable *own, const Options *options, GError **error)
{
	g_autoptr(GList) missing = missing_domains(move, own);

	if (!look_through(context, move, own, missing, options, error))
		return FALSE;
	if (options->dry) {
		import_run_sums(move->lines);
		return TRUE;
	}
	gboolean made =
	        make_domains(context, missing, error) && make_alias_domains(context, move, error) &&
	        import_run_lines(context, move->lines, move->ways, move->faults, FALSE, error);
	if (!made)
		take_domains_back(context, move, missing);
	return made && rest_domains(context, move, missing, error);
}

static gboolean import_from(
        Context *context, const ImportSource *source, int argc, char **argv, GError **error)
{
	Options options = {0};
	gboolean ok = options_read(&options, &argc, &argv, error);
	g_autoptr(SourceData) data = ok ? import_source_read(source, &options.place, error) : NULL;
	g_autoptr(GHashTable) own = data != NULL ? own_domains(context->db, error) : NULL;
	g_autoptr(ImportMove) move = own != NULL ? import_move(data, options.scheme, own) : NULL;

	ok = move != NULL && take_all(context, move, own, &options, error);
	options_clear(&options);
	return ok;
}

gboolean command_import_postfixadmin(Context *context, int argc, char **argv, GError **error)
{
	return import_from(context, &import_postfixadmin, argc, argv, error);
}

gboolean command_import_mailcow(Context *context, int argc, char **argv, GError **error)
{
	return import_from(context, &import_mailcow, argc, argv, error);
}
