/* migrate.c: runs the numbered migrations that are missing, and replaces the views that changed. */
#include "lib/db/migrate.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/db/migrate_lease.h"

static const char SQL_TABLE[] =
        "CREATE TABLE IF NOT EXISTS schema_migration ("
        " number INT UNSIGNED NOT NULL, name VARCHAR(100) NOT NULL, applied_at BIGINT UNSIGNED NOT NULL,"
        " PRIMARY KEY (number)"
        ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
static const char SQL_VIEW_TABLE[] =
        "CREATE TABLE IF NOT EXISTS schema_view ("
        " name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
        " digest CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, PRIMARY KEY (name)"
        ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
static const char SQL_VIEW_IS[] =
        "SELECT 1 FROM schema_view WHERE name = ? AND digest = ? AND EXISTS"
        " (SELECT 1 FROM information_schema.views WHERE table_schema = DATABASE() AND table_name = ?)";
static const char SQL_VIEW_RECORD[] = "REPLACE INTO schema_view (name, digest) VALUES (?, ?)";
static const char SQL_IS_MIGRATED[] =
        "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE()"
        " AND table_name = 'schema_migration'";
static const char SQL_DONE[] = "SELECT 1 FROM schema_migration WHERE number = ?";
static const char SQL_RECORD[] =
        "INSERT IGNORE INTO schema_migration (number, name, applied_at) VALUES (?, ?, " DB_NOW ")";

/* Server errors that mean: this statement was done before. */
static gboolean is_done_already(guint number)
{
	return number == 1050 /* table exists */ || number == 1060 /* column exists */ ||
	       number == 1061 /* key exists */ || number == 1091 /* nothing to drop */;
}

/* The end of a quoted text that begins at text (a doubled quote or a backslash doesn't end it). */
static const char *skip_quoted(const char *text)
{
	char quote = *text++;

	for (; *text != '\0'; text++) {
		gboolean escaped = *text == '\\' && quote != '`' && text[1] != '\0';
		gboolean doubled = *text == quote && text[1] == quote;
		if (escaped || doubled)
			text++;
		else if (*text == quote)
			return text + 1;
	}
	return text;
}

static const char *skip_comment(const char *text)
{
	if (text[0] == '-' && text[1] == '-' && (text[2] == '\0' || g_ascii_isspace(text[2])))
		return text + strcspn(text, "\n");
	if (text[0] == '/' && text[1] == '*') {
		const char *end = strstr(text + 2, "*/");
		return end != NULL ? end + 2 : text + strlen(text);
	}
	return NULL;
}

static void add_statement(GPtrArray *statements, GString *statement)
{
	g_autofree char *text = g_strstrip(g_strdup(statement->str));

	if (*text != '\0')
		g_ptr_array_add(statements, g_steal_pointer(&text));
	g_string_truncate(statement, 0);
}

GPtrArray *migrate_split(const char *script)
{
	GPtrArray *statements = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) statement = g_string_new(NULL);

	while (*script != '\0') {
		const char *after = skip_comment(script);
		if (after != NULL) {
			script = after;
		} else if (strchr("'\"`", *script) != NULL) {
			after = skip_quoted(script);
			g_string_append_len(statement, script, after - script);
			script = after;
		} else if (*script == ';') {
			add_statement(statements, statement);
			script++;
		} else {
			g_string_append_c(statement, *script++);
		}
	}
	add_statement(statements, statement);
	return statements;
}

/* What a run works with. */
typedef struct {
	Db *db;
	MigrateLease *lease;
	const char *directory;
} Migration;

static GPtrArray *read_file(const Migration *migration, const char *name, GError **error)
{
	g_autofree char *path = g_build_filename(migration->directory, name, NULL);
	g_autofree char *script = NULL;

	if (!g_file_get_contents(path, &script, NULL, error))
		return NULL;
	return migrate_split(script);
}

/* Runs one statement while the lease is ours. */
static gboolean run_statement(const Migration *migration, const char *sql, GError **error)
{
	g_autoptr(GError) failure = NULL;
	guint number = 0;

	if (!migrate_lease_hold(migration->lease, error))
		return FALSE;
	if (db_run_script_statement(migration->db, sql, &number, &failure) ||
	        is_done_already(number))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static gboolean run_file(const Migration *migration, const char *name, GError **error)
{
	g_autoptr(GPtrArray) statements = read_file(migration, name, error);

	for (guint i = 0; statements != NULL && i < statements->len; i++)
		if (!run_statement(migration, statements->pdata[i], error)) {
			g_prefix_error(error, "%s, statement %u: ", name, i + 1);
			return FALSE;
		}
	return statements != NULL;
}

/* 1: the query has a row. 0: none. -1: error. */
static int has_row(DbRows *result)
{
	g_autoptr(DbRows) rows = result;

	return rows == NULL ? -1 : db_rows_next(rows) ? 1 : 0;
}

/* Replaces the view that sql makes, unless it is there and was made by the same text: replacing one
 * stops the mail servers' lookups for a moment, and on a cluster all writes. */
static gboolean run_view(const Migration *migration, const char *sql, GError **error)
{
	static const char head[] = "CREATE OR REPLACE VIEW ";
	Db *db = migration->db;

	if (!g_str_has_prefix(sql, head)) {
		g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "is no %s", head);
		return FALSE;
	}
	const char *start = sql + strlen(head);
	g_autofree char *name = g_strndup(start, strcspn(start, " \t\r\n("));
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, sql, -1);
	int is = has_row(db_query(db, error, SQL_VIEW_IS, "aas", name, digest, name));
	if (is != 0)
		return is > 0;
	return run_statement(migration, sql, error) &&
	       db_execute(db, error, SQL_VIEW_RECORD, "aa", name, digest) > 0;
}

static gboolean run_views(const Migration *migration, GError **error)
{
	static const char name[] = "views.sql";
	g_autoptr(GPtrArray) statements = read_file(migration, name, error);

	for (guint i = 0; statements != NULL && i < statements->len; i++)
		if (!run_view(migration, statements->pdata[i], error)) {
			g_prefix_error(error, "%s, statement %u: ", name, i + 1);
			return FALSE;
		}
	return statements != NULL;
}

/* NNNN_name.sql: its number; 0 for every other file. */
static guint64 file_number(const char *name)
{
	char digits[5];
	guint64 number = 0;

	if (strlen(name) < 10 || name[4] != '_' || !g_str_has_suffix(name, ".sql"))
		return 0;
	g_strlcpy(digits, name, sizeof(digits));
	g_ascii_string_to_unsigned(digits, 10, 1, 9999, &number, NULL);
	return number;
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *list_files(const char *directory, GError **error)
{
	g_autoptr(GDir) dir = g_dir_open(directory, 0, error);
	const char *name;

	if (dir == NULL)
		return NULL;
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	while ((name = g_dir_read_name(dir)) != NULL)
		if (file_number(name) > 0)
			g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, compare_names);
	return names;
}

static gboolean run_numbered(const Migration *migration, guint *applied, GError **error)
{
	g_autoptr(GPtrArray) names = list_files(migration->directory, error);

	if (names == NULL)
		return FALSE;
	if (names->len == 0) {
		g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "no migrations in %s",
		        migration->directory);
		return FALSE;
	}
	for (guint i = 0; i < names->len; i++) {
		const char *name = names->pdata[i];
		guint64 number = file_number(name);
		int done = has_row(db_query(migration->db, error, SQL_DONE, "u", number));

		if (done < 0)
			return FALSE;
		if (done > 0)
			continue;
		if (!run_file(migration, name, error) ||
		        db_execute(migration->db, error, SQL_RECORD, "us", number, name) < 0)
			return FALSE;
		(*applied)++;
	}
	return TRUE;
}

GPtrArray *migrate_pending(Db *db, const char *directory, GError **error)
{
	g_autoptr(GPtrArray) names = list_files(directory, error);
	int is_migrated = names != NULL ? has_row(db_query(db, error, SQL_IS_MIGRATED, "")) : -1;

	if (is_migrated < 0)
		return NULL;
	for (guint i = 0; is_migrated > 0 && i < names->len;) {
		int done =
		        has_row(db_query(db, error, SQL_DONE, "u", file_number(names->pdata[i])));
		if (done < 0)
			return NULL;
		if (done > 0)
			g_ptr_array_remove_index(names, i);
		else
			i++;
	}
	return g_steal_pointer(&names);
}

gboolean migrate_run(const Config *config, const char *directory, MigrateWait waits, guint *applied,
        GError **error)
{
	g_autoptr(Db) db = db_new_patient(config);
	g_autoptr(MigrateLease) lease = migrate_lease_take(config, waits, error);
	const Migration migration = {db, lease, directory};

	*applied = 0;
	return lease != NULL && run_statement(&migration, SQL_TABLE, error) &&
	       run_statement(&migration, SQL_VIEW_TABLE, error) &&
	       run_numbered(&migration, applied, error) && run_views(&migration, error);
}
