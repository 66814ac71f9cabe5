/* grants.c: reads the GRANT lines of grants.sql, and what information_schema says of one's own
 * account. */
#include "lib/db/grants.h"

#include <string.h>

/* Each account sees its own rights there, and nobody else's. */
static const char SQL_HELD[] =
        "SELECT CONCAT(privilege_type, ' on ', table_name) FROM information_schema.table_privileges"
        " WHERE table_schema = DATABASE()"
        " UNION SELECT CONCAT(privilege_type, ' (', column_name, ') on ', table_name)"
        " FROM information_schema.column_privileges WHERE table_schema = DATABASE()"
        " UNION SELECT CONCAT(privilege_type, ' on *') FROM information_schema.schema_privileges"
        " WHERE DATABASE() LIKE table_schema AND privilege_type <> 'USAGE'"
        " UNION SELECT CONCAT(privilege_type, ' on *.*') FROM information_schema.user_privileges"
        " WHERE privilege_type <> 'USAGE'";

/* One right: "SELECT on task", or of each column "UPDATE (due_at) on task". */
static void add_right(
        GHashTable *wanted, const char *privilege, const char *columns, const char *table)
{
	g_auto(GStrv) names = g_strsplit(columns != NULL ? columns : "", ",", -1);

	if (columns == NULL)
		g_hash_table_add(wanted, g_strdup_printf("%s on %s", privilege, table));
	for (char **name = names; *name != NULL; name++)
		if (*g_strstrip(*name) != '\0')
			g_hash_table_add(
			        wanted, g_strdup_printf("%s (%s) on %s", privilege, *name, table));
}

/* "SELECT (id, name), INSERT" */
static void add_rights(GHashTable *wanted, const char *rights, const char *table)
{
	g_autoptr(GRegex) one =
	        g_regex_new("([A-Z]+(?: [A-Z]+)*)\\s*(?:\\(([^)]*)\\))?", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	for (g_regex_match(one, rights, 0, &match); g_match_info_matches(match);
	        g_match_info_next(match, NULL)) {
		g_autofree char *privilege = g_match_info_fetch(match, 1);
		g_autofree char *columns = g_match_info_fetch(match, 2);
		gboolean whole = columns == NULL || *columns == '\0';
		add_right(wanted, privilege, whole ? NULL : columns, table);
	}
}

/* What the script gives to the account. Free: g_hash_table_unref(). */
static GHashTable *rights_of(const char *script, const char *account)
{
	GHashTable *wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *grant =
	        g_strdup_printf("^GRANT ([^;]*?)\\s+ON\\s+`?(\\w+)`?\\s+TO\\s+'%s'@", account);
	g_autofree char *call =
	        g_strdup_printf("^CALL may_update\\('%s',\\s*'(\\w+)',\\s*'([^']*)'", account);
	g_autoptr(GRegex) granting = g_regex_new(grant, G_REGEX_MULTILINE, 0, NULL);
	g_autoptr(GRegex) calling = g_regex_new(call, G_REGEX_MULTILINE, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_autoptr(GMatchInfo) called = NULL;

	for (g_regex_match(granting, script, 0, &match); g_match_info_matches(match);
	        g_match_info_next(match, NULL)) {
		g_autofree char *rights = g_match_info_fetch(match, 1);
		g_autofree char *table = g_match_info_fetch(match, 2);
		add_rights(wanted, rights, table);
	}
	for (g_regex_match(calling, script, 0, &called); g_match_info_matches(called);
	        g_match_info_next(called, NULL)) {
		g_autofree char *table = g_match_info_fetch(called, 1);
		g_autofree char *columns = g_match_info_fetch(called, 2);
		add_right(wanted, "UPDATE", columns, table);
	}
	return wanted;
}

/* A right counts if it was given itself, or on its whole table, database or server. */
static gboolean is_held(GHashTable *held, const char *right)
{
	const char *table = strstr(right, " on ") + strlen(" on ");
	gsize length = MIN(strcspn(right, "("), (gsize)(table - strlen(" on ") - right));
	g_autofree char *privilege = g_strchomp(g_strndup(right, length));
	g_autofree char *whole = g_strdup_printf("%s on %s", privilege, table);
	g_autofree char *database = g_strdup_printf("%s on *", privilege);
	g_autofree char *server = g_strdup_printf("%s on *.*", privilege);

	return g_hash_table_contains(held, right) || g_hash_table_contains(held, whole) ||
	       g_hash_table_contains(held, database) || g_hash_table_contains(held, server);
}

static gint compare_rights(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

gboolean grants_compare(Db *db, const char *script, const char *account, GPtrArray **missing,
        GPtrArray **beyond, GError **error)
{
	g_autoptr(GHashTable) wanted = rights_of(script, account);
	g_autoptr(GHashTable) held = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(DbRows) rows = db_query(db, error, SQL_HELD, "");
	GHashTableIter iter;
	gpointer right;

	*missing = *beyond = NULL;
	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows))
		g_hash_table_add(held, g_strdup(db_rows_text(rows, 0)));
	*missing = g_ptr_array_new_with_free_func(g_free);
	*beyond = g_ptr_array_new_with_free_func(g_free);
	g_hash_table_iter_init(&iter, wanted);
	while (g_hash_table_iter_next(&iter, &right, NULL))
		if (!is_held(held, right))
			g_ptr_array_add(*missing, g_strdup(right));
	g_hash_table_iter_init(&iter, held);
	while (g_hash_table_iter_next(&iter, &right, NULL))
		if (strchr(right, '(') == NULL && !g_hash_table_contains(wanted, right))
			g_ptr_array_add(*beyond, g_strdup(right));
	g_ptr_array_sort(*missing, compare_rights);
	g_ptr_array_sort(*beyond, compare_rights);
	return TRUE;
}
