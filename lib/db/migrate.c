/* migrate.c: see migrate.h. */
#include "lib/db/migrate.h"

#include <string.h>

#include "lib/base/error.h"

static const char SQL_TABLE[] =
        "CREATE TABLE IF NOT EXISTS schema_migration ("
        " number INT UNSIGNED NOT NULL, name VARCHAR(100) NOT NULL, applied_at BIGINT UNSIGNED NOT NULL,"
        " PRIMARY KEY (number)"
        ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
static const char SQL_LOCK[] = "SELECT GET_LOCK('poststelle_migrate', 60)";
static const char SQL_UNLOCK[] = "SELECT RELEASE_LOCK('poststelle_migrate')";
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

static gboolean run_file(Db *db, const char *directory, const char *name, GError **error)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	g_autofree char *script = NULL;

	if (!g_file_get_contents(path, &script, NULL, error))
		return FALSE;
	g_autoptr(GPtrArray) statements = migrate_split(script);
	for (guint i = 0; i < statements->len; i++) {
		g_autoptr(GError) failure = NULL;
		guint number = 0;

		if (db_run_script_statement(db, statements->pdata[i], &number, &failure))
			continue;
		if (is_done_already(number))
			continue;
		g_propagate_prefixed_error(
		        error, g_steal_pointer(&failure), "%s, statement %u: ", name, i + 1);
		return FALSE;
	}
	return TRUE;
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

/* 1: recorded as applied. 0: not. -1: error. */
static int is_applied(Db *db, guint64 number, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_DONE, "u", number);

	if (rows == NULL)
		return -1;
	return db_rows_next(rows) ? 1 : 0;
}

static gboolean run_all(Db *db, const char *directory, guint *applied, GError **error)
{
	g_autoptr(GPtrArray) names = list_files(directory, error);

	if (names == NULL)
		return FALSE;
	if (names->len == 0) {
		g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "no migrations in %s", directory);
		return FALSE;
	}
	for (guint i = 0; i < names->len; i++) {
		const char *name = names->pdata[i];
		guint64 number = file_number(name);
		int done = is_applied(db, number, error);

		if (done < 0)
			return FALSE;
		if (done > 0)
			continue;
		if (!run_file(db, directory, name, error) ||
		        db_execute(db, error, SQL_RECORD, "us", number, name) < 0)
			return FALSE;
		(*applied)++;
	}
	return run_file(db, directory, "views.sql", error);
}

gboolean migrate_run(Db *db, const char *directory, guint *applied, GError **error)
{
	guint number;

	*applied = 0;
	if (!db_run_script_statement(db, SQL_LOCK, &number, error) ||
	        !db_run_script_statement(db, SQL_TABLE, &number, error))
		return FALSE;
	gboolean ok = run_all(db, directory, applied, error);
	db_run_script_statement(db, SQL_UNLOCK, &number, NULL);
	return ok;
}
