/* user_find.c: writes the rows by which the list finds users. */
#include "lib/user/user_find.h"

#include "lib/base/fold.h"
#include "lib/db/db_bulk.h"

static const char SQL_REMOVE[] = "DELETE FROM user_find WHERE user_id = ?";
static const char *const SQL_ADD[DB_BULK] =
        DB_BULK_INSERT("INSERT INTO user_find (prefix, sort, user_id) VALUES ", "(?, ?, ?)");
static const char SQL_WITHOUT[] =
        "SELECT u.id, u.login, u.name FROM user u WHERE u.id > ? AND NOT EXISTS"
        " (SELECT 1 FROM user_find f WHERE f.user_id = u.id) ORDER BY u.id LIMIT 100";
enum { C_USER, C_LOGIN, C_NAME };

typedef struct {
	GPtrArray *prefixes;
	char *sort;
	guint64 user_id;
} Rows;

GPtrArray *user_find_words(const char *login, const char *name)
{
	g_autofree char *text = g_strconcat(name, " ", login, NULL);

	return fold_stored_words(text);
}

/* '' and the beginnings of the words, each once. Free: g_ptr_array_unref(). */
static GPtrArray *prefixes_of(const char *login, const char *name)
{
	g_autoptr(GPtrArray) words = user_find_words(login, name);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *prefixes = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(prefixes, g_strdup(""));
	for (guint i = 0; i < words->len; i++) {
		const char *word = words->pdata[i];
		gsize longest = fold_prefix_length(word, FOLD_PREFIX_MAX);
		for (gsize end = 0; end < longest;) {
			end = (gsize)(g_utf8_next_char(word + end) - word);
			g_autofree char *prefix = g_strndup(word, end);
			if (g_hash_table_contains(seen, prefix))
				continue;
			g_hash_table_add(seen, prefix);
			g_ptr_array_add(prefixes, g_steal_pointer(&prefix));
		}
	}
	return prefixes;
}

static void add_find_row(DbValues *values, guint i, gpointer data)
{
	const Rows *rows = data;

	db_values_add_text(values, rows->prefixes->pdata[i]);
	db_values_add_text(values, rows->sort);
	db_values_add_u64(values, rows->user_id);
}

gboolean user_find_update(
        Db *db, guint64 user_id, const char *login, const char *name, GError **error)
{
	g_autoptr(GPtrArray) prefixes = prefixes_of(login, name);
	g_autoptr(GBytes) key = fold_name_sort(name, "");
	gsize size;
	const char *octets = g_bytes_get_data(key, &size);
	g_autofree char *sort = g_strndup(octets, size);
	Rows rows = {prefixes, sort, user_id};

	return db_execute(db, error, SQL_REMOVE, "u", user_id) >= 0 &&
	       db_bulk_insert(db, SQL_ADD, prefixes->len, add_find_row, &rows, error);
}

typedef struct {
	guint64 after, last; /* numbers of users; last 0: there were none */
} Some;

/* Some users without rows, behind a number. */
static gboolean complete_some(Db *db, gpointer data, GError **error)
{
	Some *some = data;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_WITHOUT, "u", some->after);

	some->last = 0;
	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		guint64 id = db_rows_u64(rows, C_USER);
		if (!user_find_update(
		            db, id, db_rows_text(rows, C_LOGIN), db_rows_text(rows, C_NAME), error))
			return FALSE;
		some->last = id;
	}
	return TRUE;
}

gboolean user_find_complete(Db *db, GError **error)
{
	Some some = {0, 0};

	do {
		if (!db_transaction(db, complete_some, &some, error))
			return FALSE;
		some.after = some.last;
	} while (some.last > 0);
	return TRUE;
}
