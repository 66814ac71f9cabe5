/* way_member.c: reads addresses of members, and says which can't be one. */
#include "lib/mailbox/way_member.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/base/error.h"
#include "lib/mailbox/way_flat.h"
#include "lib/office/domain.h"

static const char SQL_OWN[] =
        "SELECT a.id FROM address a LEFT JOIN mailbox m ON m.id = a.mailbox_id"
        " WHERE a.address = ? AND COALESCE(m.deleted, 0) = 0";

void way_member_free(gpointer member)
{
	if (member == NULL)
		return;
	g_free(((WayMember *)member)->address);
	g_free(member);
}

static WayMember *new_member(const char *address, guint64 address_id)
{
	WayMember *member = g_new0(WayMember, 1);

	member->address = g_strdup(address);
	member->address_id = address_id;
	return member;
}

static WayMember *own_member(Db *db, const char *typed, const char *field, GError **error)
{
	g_autofree char *address = address_own(typed, field, error);
	g_autoptr(DbRows) rows =
	        address != NULL ? db_query(db, error, SQL_OWN, "a", address) : NULL;

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows))
		return new_member(address, db_rows_u64(rows, 0));
	ps_invalid(error, field, "unknown", "nobody of the office has %s", address);
	return NULL;
}

WayMember *way_member(
        Db *db, const char *typed, gboolean outside, const char *field, GError **error)
{
	g_autofree char *address = address_any(typed, field, error);
	g_autofree char *own = NULL;

	if (address == NULL || !domain_is_own(db, strrchr(address, '@') + 1, &own, error))
		return NULL;
	if (own != NULL)
		return own_member(db, address, field, error);
	if (outside)
		return new_member(address, 0);
	ps_invalid(error, field, "outside", "%s is outside the office", address);
	return NULL;
}

GPtrArray *way_members(
        Db *db, const GPtrArray *typed, gboolean outside, const char *field, GError **error)
{
	g_autoptr(GPtrArray) members = g_ptr_array_new_with_free_func(way_member_free);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < typed->len; i++) {
		WayMember *one = way_member(db, typed->pdata[i], outside, field, error);
		if (one == NULL)
			return NULL;
		if (g_hash_table_contains(seen, one->address)) {
			way_member_free(one);
			continue;
		}
		g_hash_table_add(seen, one->address);
		g_ptr_array_add(members, one);
	}
	if (members->len <= WAY_MAX)
		return g_steal_pointer(&members);
	ps_invalid(error, field, "too_many", "more than %d addresses", WAY_MAX);
	return NULL;
}

char *way_member_lines(const GPtrArray *addresses)
{
	GString *lines = g_string_new(NULL);

	for (guint i = 0; i < addresses->len; i++)
		g_string_append_printf(
		        lines, "%s%s", i > 0 ? "\n" : "", (const char *)addresses->pdata[i]);
	return g_string_free(lines, FALSE);
}

static gint compare_members(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *way_member_sorted(const GPtrArray *members)
{
	g_autoptr(GPtrArray) addresses = g_ptr_array_new();

	for (guint i = 0; i < members->len; i++)
		g_ptr_array_add(addresses, ((WayMember *)members->pdata[i])->address);
	g_ptr_array_sort(addresses, compare_members);
	return way_member_lines(addresses);
}
