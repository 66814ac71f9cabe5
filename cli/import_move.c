/* import_move.c: makes lines of mailboxes, and of aliases further addresses, lists and forwards. */
#include "cli/import_move.h"

#include <string.h>

#include "cli/import_goto.h"
#include "lib/base/address.h"
#include "lib/mailbox/import_cell.h"
#include "lib/mailbox/import_hash.h"

#define CHAIN_MAX 10 /* aliases of aliases */
#define MB (1024 * 1024)

typedef struct {
	ImportMove *move;
	GHashTable *mailboxes; /* address -> ImportLine */
	GHashTable *aliases;   /* address -> MovedAlias */
	GHashTable *own;       /* domains of the office -> that of which it is an alias, or "" */
} MoveWork;

typedef struct {
	const SourceAlias *source;
	GPtrArray *to; /* addresses (import_goto.h); of an inactive one none */
} MovedAlias;

static void moved_alias_free(gpointer data)
{
	MovedAlias *alias = data;

	g_ptr_array_unref(alias->to);
	g_free(alias);
}

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
	g_ptr_array_unref(move->ways);
	g_hash_table_unref(move->alias_of);
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
	line->active = mailbox->active;
	line->may_send = mailbox->may_send;
	line->may_log_in = mailbox->by_imap || mailbox->by_pop3;
	if (mailbox->by_imap != mailbox->by_pop3)
		leave_out(move, mailbox->address,
		        mailbox->by_imap ? "could be read by IMAP alone; here by POP3 as well"
		                         : "could be read by POP3 alone; here by IMAP as well");
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

/* The mailbox that an alias leads to and nowhere else; NULL: there is none. Borrowed. */
static ImportLine *only_mailbox(const MoveWork *work, const MovedAlias *alias, gboolean *loops)
{
	for (guint steps = 0; steps < CHAIN_MAX; steps++) {
		if (alias == NULL || alias->to->len != 1)
			return NULL;
		ImportLine *line = g_hash_table_lookup(work->mailboxes, alias->to->pdata[0]);
		if (line != NULL)
			return line;
		alias = g_hash_table_lookup(work->aliases, alias->to->pdata[0]);
	}
	*loops = TRUE;
	return NULL;
}

static void take_targets(MovedWay *way, const GPtrArray *to)
{
	for (guint i = 0; i < to->len; i++)
		g_ptr_array_add(way->to, g_strdup(to->pdata[i]));
}

/* One to one mailbox is a further address of it, every other a list. */
static void take_alias(MoveWork *work, const char *address, const MovedAlias *alias)
{
	gboolean loops = FALSE;
	ImportLine *line = only_mailbox(work, alias, &loops);

	if (g_hash_table_contains(work->mailboxes, address))
		return;
	if (!alias->source->active) {
		leave_out(work->move, alias->source->address, "is inactive");
	} else if (loops) {
		leave_out(work->move, alias->source->address, "leads to itself");
	} else if (line != NULL) {
		add_further(line, address);
	} else {
		MovedWay *list = moved_way_new(MOVED_LIST, address);
		take_targets(list, alias->to);
		g_ptr_array_add(work->move->ways, list);
	}
}

/* The alias that each mailbox has for itself says where else its mail goes. */
static void take_forward(MoveWork *work, const char *address, const MovedAlias *alias)
{
	const ImportLine *line = g_hash_table_lookup(work->mailboxes, address);
	g_autoptr(GPtrArray) others = g_ptr_array_new();
	gboolean keep_copy = FALSE;

	if (line == NULL || !alias->source->active)
		return;
	for (guint i = 0; i < alias->to->len; i++) {
		if (has_alias(line, alias->to->pdata[i]))
			keep_copy = TRUE;
		else
			g_ptr_array_add(others, alias->to->pdata[i]);
	}
	if (others->len == 0)
		return;
	MovedWay *forward = moved_way_new(MOVED_FORWARD, address);
	forward->keep_copy = keep_copy;
	take_targets(forward, others);
	g_ptr_array_add(work->move->ways, forward);
}

/* All that nobody in the domain has. */
static void take_catch_all(MoveWork *work, const SourceAlias *source)
{
	g_autofree char *domain = address_domain(source->address + 1, "domain", NULL, NULL);
	g_autoptr(GPtrArray) to = import_goto(source, work->move->left);
	MovedAlias alias = {.source = source, .to = to};
	gboolean loops = FALSE;
	const ImportLine *line = only_mailbox(work, &alias, &loops);

	if (domain == NULL || !source->active || line == NULL) {
		leave_out(work->move, source->address,
		        "takes any address of its domain, and not for one mailbox alone");
		return;
	}
	MovedWay *way = moved_way_new(MOVED_CATCH_ALL, line->address);
	g_ptr_array_add(way->to, g_steal_pointer(&domain));
	g_ptr_array_add(work->move->ways, way);
}

typedef void (*TakeAlias)(MoveWork *work, const char *address, const MovedAlias *alias);

/* In the order that they have there. */
static void each_alias(MoveWork *work, const SourceData *data, TakeAlias take)
{
	for (guint i = 0; i < data->aliases->len; i++) {
		const SourceAlias *source = data->aliases->pdata[i];
		g_autofree char *address = address_own(source->address, "address", NULL);
		const MovedAlias *alias =
		        address != NULL ? g_hash_table_lookup(work->aliases, address) : NULL;
		if (alias != NULL && alias->source == source)
			take(work, address, alias);
	}
}

static void take_aliases(MoveWork *work, const SourceData *data)
{
	for (guint i = 0; i < data->aliases->len; i++) {
		const SourceAlias *source = data->aliases->pdata[i];
		if (*source->address == '@')
			continue;
		char *address = address_own(source->address, "address", NULL);
		if (address == NULL) {
			leave_out(work->move, source->address,
			        "is no address that a mailbox can have");
			continue;
		}
		MovedAlias *alias = g_new0(MovedAlias, 1);
		alias->source = source;
		alias->to =
		        source->active ? import_goto(source, work->move->left) : g_ptr_array_new();
		g_hash_table_insert(work->aliases, address, alias);
	}
	each_alias(work, data, take_alias);
	each_alias(work, data, take_forward);
	for (guint i = 0; i < data->aliases->len; i++)
		if (*((const SourceAlias *)data->aliases->pdata[i])->address == '@')
			take_catch_all(work, data->aliases->pdata[i]);
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

static gboolean has_address_in(GHashTable *addresses, const char *domain)
{
	GHashTableIter iter;
	gpointer address;

	g_hash_table_iter_init(&iter, addresses);
	while (g_hash_table_iter_next(&iter, &address, NULL))
		if (is_in_domain(address, domain))
			return TRUE;
	return FALSE;
}

/* Whether one domain can be another name of the other one as a whole (alias_domain.h). If not, its
 * addresses are further ones. */
static gboolean may_be_alias(
        const MoveWork *work, const SourceData *data, const char *from, const char *to)
{
	const char *own_from = g_hash_table_lookup(work->own, from);
	const char *own_to = g_hash_table_lookup(work->own, to);

	for (guint i = 0; i < data->alias_domains->len; i++) {
		const SourceAlias *other = data->alias_domains->pdata[i];
		if (g_ascii_strcasecmp(other->target, from) == 0 ||
		        g_ascii_strcasecmp(other->address, to) == 0)
			return FALSE;
	}
	for (guint i = 0; i < data->aliases->len; i++) {
		const char *address = ((const SourceAlias *)data->aliases->pdata[i])->address;
		if (*address == '@' && g_ascii_strcasecmp(address + 1, from) == 0)
			return FALSE;
	}
	return g_hash_table_contains(work->move->domains, to) &&
	       (own_from == NULL || strcmp(own_from, to) == 0) &&
	       (own_to == NULL || *own_to == '\0') && strcmp(from, to) != 0 &&
	       !has_address_in(work->mailboxes, from) && !has_address_in(work->aliases, from);
}

static void take_alias_domain(MoveWork *work, const SourceData *data, const SourceAlias *pair)
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
	if (may_be_alias(work, data, from, to)) {
		g_hash_table_insert(move->alias_of, g_steal_pointer(&from), g_steal_pointer(&to));
		return;
	}
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

ImportMove *import_move(const SourceData *data, const char *scheme, GHashTable *own)
{
	ImportMove *move = g_new0(ImportMove, 1);
	g_autoptr(GHashTable) mailboxes = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) aliases =
	        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, moved_alias_free);
	MoveWork work = {move, mailboxes, aliases, own};

	move->lines = g_ptr_array_new_with_free_func(import_line_free);
	move->faults = import_faults_new();
	move->left = g_ptr_array_new_with_free_func(g_free);
	move->names = g_ptr_array_new_with_free_func(g_free);
	move->ways = g_ptr_array_new_with_free_func(moved_way_free);
	move->domains = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	move->alias_of = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	take_domains(move, data);
	for (guint i = 0; i < data->mailboxes->len; i++)
		take_moved(&work, data->mailboxes->pdata[i], scheme);
	take_aliases(&work, data);
	for (guint i = 0; i < data->alias_domains->len; i++)
		take_alias_domain(&work, data, data->alias_domains->pdata[i]);
	return move;
}
