/* import_ways.c: finds lists, forwards and catch-all addresses that can't be taken, and says why.
 */
#include "cli/import_ways.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/address.h"
#include "lib/base/error.h"
#include "lib/mailbox/import_check.h"
#include "lib/mailbox/way_flat.h"
#include "lib/mailbox/way_member.h"
#include "lib/office/domain.h"
#include "lib/office/setting.h"

typedef struct {
	Db *db;
	ImportMove *move;
	GHashTable *own;
	const Setting *setting;
	const GPtrArray *domains; /* Domain */
	GHashTable *lines;        /* address -> ImportLine */
	GHashTable *there;        /* each address that comes -> its MovedWay, or NULL */
} WayCheck;

/* ---- the lists' addresses ---- */

gboolean import_ways_compare(Db *db, ImportMove *move, GError **error)
{
	g_autoptr(GPtrArray) lists = g_ptr_array_new_with_free_func(import_line_free);
	g_autoptr(GPtrArray) all = g_ptr_array_new();

	g_ptr_array_extend(all, move->lines, NULL, NULL);
	for (guint i = 0; i < move->ways->len; i++) {
		const MovedWay *way = move->ways->pdata[i];
		if (way->kind != MOVED_LIST)
			continue;
		ImportLine *line = import_line_new(move->names->len + lists->len + 1);
		g_free(line->address);
		line->address = g_strdup(way->address);
		g_ptr_array_add(lists, line);
		g_ptr_array_add(all, line);
	}
	return import_check(db, all, move->faults, error);
}

static void leave_way(WayCheck *check, guint index, const char *why)
{
	ImportMove *move = check->move;
	const MovedWay *way = move->ways->pdata[index];
	const char *at = way->kind == MOVED_CATCH_ALL ? "@" : "";

	g_ptr_array_add(
	        move->left, g_strdup_printf("%s%s: %s", at,
	                            way->kind == MOVED_CATCH_ALL ? (const char *)way->to->pdata[0]
	                                                         : way->address,
	                            why));
	g_ptr_array_remove_index(move->ways, index);
}

gboolean import_ways_refuse(ImportMove *move, const ImportFault *fault)
{
	WayCheck check = {.move = move};
	g_autofree char *why = import_fault_text(fault);

	if (fault->line <= move->names->len)
		return FALSE;
	for (guint i = move->ways->len; i-- > 0;) {
		const MovedWay *way = move->ways->pdata[i];
		if (way->kind == MOVED_LIST && strcmp(way->address, fault->value) == 0)
			leave_way(&check, i, why);
	}
	return TRUE;
}

/* ---- who is there ---- */

static void index_all(WayCheck *check)
{
	g_hash_table_remove_all(check->there);
	g_hash_table_remove_all(check->lines);
	for (guint i = 0; i < check->move->lines->len; i++) {
		ImportLine *line = check->move->lines->pdata[i];
		g_hash_table_insert(check->lines, line->address, line);
		g_hash_table_insert(check->there, line->address, NULL);
		for (guint j = 0; j < line->aliases->len; j++)
			g_hash_table_insert(check->there, line->aliases->pdata[j], NULL);
	}
	for (guint i = 0; i < check->move->ways->len; i++) {
		MovedWay *way = check->move->ways->pdata[i];
		const ImportLine *line = g_hash_table_lookup(check->lines, way->address);
		if (way->kind != MOVED_CATCH_ALL)
			g_hash_table_insert(check->there, way->address, way);
		for (guint j = 0;
		        way->kind == MOVED_FORWARD && line != NULL && j < line->aliases->len; j++)
			g_hash_table_insert(check->there, line->aliases->pdata[j], way);
	}
}

/* NULL: it is outside the office; else the address that it is there, with that of its domain of
 * which this is another name. Free: g_free(). */
static char *address_here(const WayCheck *check, const char *address)
{
	const char *domain = strrchr(address, '@') + 1;
	g_autofree char *key = NULL;

	if (!g_hash_table_contains(check->own, domain) &&
	        !g_hash_table_contains(check->move->domains, domain))
		return NULL;
	key = address_key(address);
	if (key == NULL)
		return g_strdup(address);
	const char *other = g_hash_table_lookup(check->move->alias_of, domain);
	if (other == NULL)
		return g_steal_pointer(&key);
	*strrchr(key, '@') = '\0';
	return g_strconcat(key, "@", other, NULL);
}

/* *known: whether somebody of the office has it already. */
static gboolean is_address_known(
        WayCheck *check, const char *address, gboolean *known, GError **error)
{
	g_autoptr(GError) failure = NULL;
	WayMember *member = g_hash_table_contains(check->own, strrchr(address, '@') + 1)
	                            ? way_member(check->db, address, FALSE, "to", &failure)
	                            : NULL;

	*known = member != NULL;
	way_member_free(member);
	if (failure == NULL || g_error_matches(failure, PS_ERROR, PS_ERROR_INVALID))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

/* ---- members ---- */

/* *why: NULL, or why a member, which becomes its address here, is left. */
static gboolean check_member(
        WayCheck *check, MovedWay *way, guint index, const char **why, GError **error)
{
	const char *address = way->to->pdata[index];
	g_autofree char *here = address_here(check, address);
	gboolean known = TRUE;

	*why = NULL;
	if (here == NULL) {
		gboolean allowed = way->kind == MOVED_LIST ? check->setting->outside_members
		                                           : check->setting->outside_forward;
		*why = allowed ? NULL : "is outside the office, which the settings don't allow";
		return TRUE;
	}
	if (!g_hash_table_contains(check->there, here) &&
	        !is_address_known(check, here, &known, error))
		return FALSE;
	*why = known ? NULL : "is nobody's address here";
	g_free(way->to->pdata[index]);
	way->to->pdata[index] = g_steal_pointer(&here);
	return TRUE;
}

static gboolean check_members(WayCheck *check, MovedWay *way, GError **error)
{
	const char *why;

	for (guint i = way->to->len; i-- > 0;) {
		if (!check_member(check, way, i, &why, error))
			return FALSE;
		const char *address = way->to->pdata[i];
		gboolean itself = way->kind == MOVED_FORWARD &&
		                  g_hash_table_lookup(check->there, address) == way;
		if (itself)
			way->keep_copy = TRUE;
		if (why != NULL)
			g_ptr_array_add(
			        check->move->left, g_strdup_printf("%s: leads to %s, which %s",
			                                   way->address, address, why));
		if (why != NULL || itself)
			g_ptr_array_remove_index(way->to, i);
	}
	return TRUE;
}

/* ---- where they lead ---- */

typedef struct {
	const MovedWay *start;
	GHashTable *seen; /* MovedWay */
	GHashTable *ends; /* addresses */
	gboolean loops;
} Reach;

static void reach(const WayCheck *check, Reach *found, const MovedWay *way)
{
	if (way->kind == MOVED_FORWARD && way->keep_copy)
		g_hash_table_add(found->ends, way->address);
	for (guint i = 0; i < way->to->len; i++) {
		MovedWay *next = g_hash_table_lookup(check->there, way->to->pdata[i]);
		if (next == NULL)
			g_hash_table_add(found->ends, way->to->pdata[i]);
		else if (next == found->start)
			found->loops = TRUE;
		else if (g_hash_table_add(found->seen, next))
			reach(check, found, next);
	}
}

/* NULL: it can be taken. */
static const char *why_not(const WayCheck *check, const MovedWay *way)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) ends = g_hash_table_new(g_str_hash, g_str_equal);
	Reach found = {.start = way, .seen = seen, .ends = ends};

	if (way->kind != MOVED_LIST && !g_hash_table_contains(check->lines, way->address))
		return "its mailbox isn't taken";
	for (guint i = 0; way->kind == MOVED_CATCH_ALL && i < check->domains->len; i++) {
		const Domain *domain = check->domains->pdata[i];
		if (strcmp(domain->name, way->to->pdata[0]) == 0 &&
		        (domain->catch_all != 0 || domain->alias_of != 0))
			return "its domain has a mailbox for that, or is another name, already";
	}
	if (way->kind == MOVED_CATCH_ALL)
		return NULL;
	if (way->to->len == 0)
		return way->kind == MOVED_LIST ? "leads to nobody who is here"
		                               : "isn't forwarded; its mail stays in the mailbox";
	reach(check, &found, way);
	if (found.loops)
		return "leads to itself";
	return g_hash_table_size(ends) > WAY_MAX ? "leads to more than 1000 addresses" : NULL;
}

/* One round; *changed: somebody who was left may have been another's member. */
static gboolean check_ways(WayCheck *check, gboolean *changed, GError **error)
{
	guint before = check->move->ways->len;

	index_all(check);
	for (guint i = 0; i < check->move->ways->len; i++) {
		MovedWay *way = check->move->ways->pdata[i];
		if (way->kind != MOVED_CATCH_ALL && !check_members(check, way, error))
			return FALSE;
	}
	g_autofree const char **reasons = g_new0(const char *, before + 1);
	for (guint i = 0; i < before; i++)
		reasons[i] = why_not(check, check->move->ways->pdata[i]);
	for (guint i = before; i-- > 0;)
		if (reasons[i] != NULL)
			leave_way(check, i, reasons[i]);
	*changed = check->move->ways->len != before;
	return TRUE;
}

gboolean import_ways_check(Db *db, ImportMove *move, GHashTable *own, GError **error)
{
	g_autoptr(Setting) setting = setting_load(db, error);
	g_autoptr(GPtrArray) domains = setting != NULL ? domain_list(db, error) : NULL;
	g_autoptr(GHashTable) lines = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) there = g_hash_table_new(g_str_hash, g_str_equal);
	WayCheck check = {.db = db,
	        .move = move,
	        .own = own,
	        .setting = setting,
	        .domains = domains,
	        .lines = lines,
	        .there = there};
	gboolean changed = TRUE;

	if (domains == NULL)
		return FALSE;
	while (changed)
		if (!check_ways(&check, &changed, error))
			return FALSE;
	return TRUE;
}

/* ---- what will come ---- */

void import_ways_print(const ImportMove *move)
{
	guint counts[] = {0, 0, 0};

	for (guint i = 0; i < move->ways->len; i++) {
		const MovedWay *way = move->ways->pdata[i];
		counts[way->kind]++;
		if (way->kind == MOVED_LIST)
			printf("list %s: %u members\n", way->address, way->to->len);
		else if (way->kind == MOVED_FORWARD)
			printf("%s is forwarded to %u addresses, %s\n", way->address, way->to->len,
			        way->keep_copy ? "a copy stays" : "no copy stays");
		else
			printf("%s takes what nobody in %s has\n", way->address,
			        (const char *)way->to->pdata[0]);
	}
	printf("lists: %u\nforwards: %u\ncatch-all addresses: %u\nother names of domains: %u\n",
	        counts[MOVED_LIST], counts[MOVED_FORWARD], counts[MOVED_CATCH_ALL],
	        g_hash_table_size(move->alias_of));
}
