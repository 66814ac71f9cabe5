/* import_move.c: makes lines of mailboxes, and further addresses of aliases to one mailbox. */
#include "cli/import_move.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/mailbox/import_cell.h"
#include "lib/mailbox/import_hash.h"

#define CHAIN_MAX 10 /* aliases of aliases */
#define MB (1024 * 1024)

typedef struct {
	ImportMove *move;
	GHashTable *mailboxes; /* address -> ImportLine */
	GHashTable *aliases;   /* address -> SourceAlias */
} MoveWork;

static void leave_out(ImportMove *move, const char *what, const char *why)
{
	g_ptr_array_add(move->left, g_strdup_printf("%s: %s", what, why));
}

void import_move_free(ImportMove *move)
{
	if (move == NULL)
		return;
	g_ptr_array_unref(move->lines);
	g_ptr_array_unref(move->faults);
	g_ptr_array_unref(move->left);
	g_ptr_array_unref(move->names);
	g_hash_table_unref(move->domains);
	g_free(move);
}

/* ---- domains ---- */

static void take_domains(ImportMove *move, const SourceData *data)
{
	for (guint i = 0; i < data->domains->len; i++) {
		const SourceDomain *domain = data->domains->pdata[i];
		char *name = address_domain(domain->name, "domain", NULL, NULL);
		if (name == NULL)
			leave_out(move, domain->name, "is no domain");
		else if (domain->relayed)
			leave_out(move, domain->name,
			        "is a backup MX: another server has its mailboxes");
		else
			g_hash_table_insert(move->domains, g_steal_pointer(&name),
			        g_strdup(domain->active ? "active" : "inactive"));
		g_free(name);
	}
}

/* ---- mailboxes ---- */

static void take_password(
        ImportMove *move, ImportLine *line, const SourceMailbox *mailbox, const char *scheme)
{
	line->password_hash = import_hash(mailbox->password, scheme);
	if (*mailbox->password == '\0')
		leave_out(move, mailbox->address, "has no password: a new one is generated");
	else if (line->password_hash == NULL)
		import_fault_add(move->faults, line->number, "password_hash", "hash", "", 0);
}

static void take_moved(MoveWork *work, const SourceMailbox *mailbox, const char *scheme)
{
	ImportMove *move = work->move;

	if (*mailbox->kind != '\0') {
		leave_out(move, mailbox->address, "is a room or a device, not a mailbox");
		return;
	}
	g_ptr_array_add(move->names, g_strdup(mailbox->address));
	ImportLine *line = import_line_new(move->names->len);
	import_cell(line, "address", mailbox->address, move->faults);
	import_cell(line, "name", mailbox->name, move->faults);
	take_password(move, line, mailbox, scheme);
	line->active = mailbox->active != 0;
	if (mailbox->active == 2)
		leave_out(move, mailbox->address, "nobody could log in to it; here one can");
	/* A part of a MB is one: nobody gets less. */
	line->quota_mb = mailbox->bytes > 0 ? (mailbox->bytes + MB - 1) / MB : 0;
	if (*line->address != '\0')
		g_hash_table_insert(work->mailboxes, line->address, line);
	g_ptr_array_add(move->lines, line);
}

/* ---- aliases ---- */

static gboolean has_alias(const ImportLine *line, const char *address)
{
	return strcmp(line->address, address) == 0 ||
	       g_ptr_array_find_with_equal_func(line->aliases, address, g_str_equal, NULL);
}

static void add_further(ImportLine *line, const char *address)
{
	if (!has_alias(line, address))
		g_ptr_array_add(line->aliases, g_strdup(address));
}

/* The one address behind a list of targets; NULL: there are several, or none. Free: g_free(). */
static char *only_target(const char *targets)
{
	g_auto(GStrv) parts = g_strsplit_set(targets, ", \r\n", -1);
	const char *only = NULL;

	for (char **part = parts; *part != NULL; part++) {
		if (**part == '\0')
			continue;
		if (only != NULL && g_ascii_strcasecmp(only, *part) != 0)
			return NULL;
		only = *part;
	}
	return only != NULL ? address_own(only, "goto", NULL) : NULL;
}

/* Why an alias can't be taken; NULL: it can, to the mailbox *line. */
static const char *follow_to_mailbox(
        const MoveWork *work, const SourceAlias *alias, ImportLine **line)
{
	for (guint steps = 0; steps < CHAIN_MAX; steps++) {
		g_autofree char *target = only_target(alias->target);
		if (!alias->active)
			return "is inactive";
		if (target == NULL)
			return "leads to several addresses, or to something else than an address";
		*line = g_hash_table_lookup(work->mailboxes, target);
		if (*line != NULL)
			return NULL;
		alias = g_hash_table_lookup(work->aliases, target);
		if (alias == NULL)
			return "leads to another server's address";
	}
	return "leads to itself";
}

/* The alias that each mailbox has for itself says what else becomes of its mail. */
static void check_own_alias(MoveWork *work, const SourceAlias *alias, const char *address)
{
	g_autofree char *target = only_target(alias->target);

	if (target == NULL || strcmp(target, address) != 0)
		leave_out(work->move, alias->address,
		        "its mail went elsewhere, or somewhere else, too; here it stays in the mailbox");
}

static void take_alias(MoveWork *work, const SourceAlias *alias)
{
	ImportLine *line = NULL;

	if (*alias->address == '@') {
		leave_out(work->move, alias->address, "takes any address of its domain");
		return;
	}
	g_autofree char *address = address_own(alias->address, "address", NULL);
	if (address == NULL) {
		leave_out(work->move, alias->address, "is no address that a mailbox can have");
		return;
	}
	if (g_hash_table_contains(work->mailboxes, address)) {
		check_own_alias(work, alias, address);
		return;
	}
	const char *why = follow_to_mailbox(work, alias, &line);
	if (why != NULL)
		leave_out(work->move, alias->address, why);
	else
		add_further(line, address);
}

/* ---- domains that are another's ---- */

static gboolean is_in_domain(const char *address, const char *domain)
{
	return strcmp(strrchr(address, '@') + 1, domain) == 0;
}

/* The same address in the other domain, if it has none of its own there. */
static void add_there(
        const MoveWork *work, ImportLine *line, const char *address, const char *domain)
{
	g_autofree char *local = g_strndup(address, (gsize)(strrchr(address, '@') - address));
	g_autofree char *there = g_strconcat(local, "@", domain, NULL);

	if (!g_hash_table_contains(work->mailboxes, there) &&
	        !g_hash_table_contains(work->aliases, there))
		add_further(line, there);
}

static void take_alias_domain(MoveWork *work, const SourceAlias *pair)
{
	ImportMove *move = work->move;
	g_autofree char *from = address_domain(pair->address, "domain", NULL, NULL);
	g_autofree char *to = address_domain(pair->target, "domain", NULL, NULL);

	if (from == NULL || to == NULL || !pair->active) {
		leave_out(move, pair->address,
		        "as another name of a domain is inactive, or no domain");
		return;
	}
	g_hash_table_insert(move->domains, g_strdup(from), g_strdup("active"));
	for (guint i = 0; i < move->lines->len; i++) {
		ImportLine *line = move->lines->pdata[i];
		guint own = line->aliases->len; /* what is added here isn't looked at */
		if (*line->address != '\0' && is_in_domain(line->address, to))
			add_there(work, line, line->address, from);
		for (guint j = 0; j < own; j++)
			if (is_in_domain(line->aliases->pdata[j], to))
				add_there(work, line, line->aliases->pdata[j], from);
	}
}

ImportMove *import_move(const SourceData *data, const char *scheme)
{
	ImportMove *move = g_new0(ImportMove, 1);
	g_autoptr(GHashTable) mailboxes = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) aliases =
	        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	MoveWork work = {move, mailboxes, aliases};

	move->lines = g_ptr_array_new_with_free_func(import_line_free);
	move->faults = import_faults_new();
	move->left = g_ptr_array_new_with_free_func(g_free);
	move->names = g_ptr_array_new_with_free_func(g_free);
	move->domains = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	take_domains(move, data);
	for (guint i = 0; i < data->mailboxes->len; i++)
		take_moved(&work, data->mailboxes->pdata[i], scheme);
	for (guint i = 0; i < data->aliases->len; i++) {
		SourceAlias *alias = data->aliases->pdata[i];
		char *address = address_own(alias->address, "address", NULL);
		if (address != NULL)
			g_hash_table_insert(aliases, address, alias);
	}
	for (guint i = 0; i < data->aliases->len; i++)
		take_alias(&work, data->aliases->pdata[i]);
	for (guint i = 0; i < data->alias_domains->len; i++)
		take_alias_domain(&work, data->alias_domains->pdata[i]);
	return move;
}
