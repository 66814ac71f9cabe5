/* mailbox_find_many.c: writes and removes search rows of many mailboxes in the order of their keys.
 */
#include "lib/mailbox/mailbox_find_many.h"

#include <string.h>

#include "lib/db/db_bulk.h"
#include "lib/mailbox/mailbox_count.h"

static const char *const SQL_ADD_FIND[DB_BULK] = DB_BULK_INSERT(
        "INSERT INTO mailbox_find (domain_id, state, prefix, address, mailbox_id) VALUES ",
        "(?, ?, ?, ?, ?)");
static const char *const SQL_ADD_PAIR[DB_BULK] =
        DB_BULK_INSERT("INSERT INTO mailbox_pair (deleted, pair, address) VALUES ", "(?, ?, ?)");
static const char SQL_DELETE_FIND[] =
        "DELETE FROM mailbox_find WHERE domain_id = ? AND state = ? AND prefix = ?"
        " AND address IN " DB_LIST_PLACES;
static const char SQL_DELETE_PAIR[] =
        "DELETE FROM mailbox_pair WHERE deleted = ? AND pair = ? AND address IN " DB_LIST_PLACES;

typedef struct {
	const char *row; /* as mailbox_find_rows() writes it */
	const MailboxFindKey *key;
} ManyRow;

typedef struct {
	GPtrArray *sets; /* what the rows are borrowed from */
	GArray *find, *pairs;
	MailboxCountChange *change;
} ManyRows;

static void many_clear(ManyRows *many)
{
	g_ptr_array_unref(many->sets);
	g_array_unref(many->find);
	g_array_unref(many->pairs);
	g_hash_table_unref(many->change);
}

static gint compare_rows(gconstpointer a, gconstpointer b)
{
	const ManyRow *one = a, *other = b;
	gint order = strcmp(one->row, other->row);

	return order != 0 ? order : strcmp(one->key->address, other->key->address);
}

/* by: 1 if they come, -1 if they go. */
static ManyRows many_rows(const MailboxFindKey *keys, guint count, gint by)
{
	ManyRows many = {g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref),
	        g_array_new(FALSE, FALSE, sizeof(ManyRow)),
	        g_array_new(FALSE, FALSE, sizeof(ManyRow)), mailbox_count_change()};

	for (guint i = 0; i < count; i++) {
		GHashTable *rows = mailbox_find_rows(&keys[i]);
		GHashTableIter iter;
		gpointer row;

		g_ptr_array_add(many.sets, rows);
		g_hash_table_iter_init(&iter, rows);
		while (g_hash_table_iter_next(&iter, &row, NULL)) {
			ManyRow one = {row, &keys[i]};
			mailbox_count_note(many.change, row, by);
			g_array_append_val(*(const char *)row == 'p' ? many.pairs : many.find, one);
		}
	}
	g_array_sort(many.find, compare_rows);
	g_array_sort(many.pairs, compare_rows);
	return many;
}

static void add_find_values(DbValues *values, guint i, gpointer data)
{
	const ManyRow *one = &g_array_index((const GArray *)data, ManyRow, i);
	char state[2];
	guint64 domain_id;
	const char *prefix = mailbox_find_parse(one->row, state, &domain_id);

	db_values_add_u64(values, domain_id);
	db_values_add_text(values, g_intern_string(state)); /* outlives the statement */
	db_values_add_text(values, prefix);
	db_values_add_text(values, one->key->address);
	db_values_add_u64(values, one->key->id);
}

static void add_pair_values(DbValues *values, guint i, gpointer data)
{
	const ManyRow *one = &g_array_index((const GArray *)data, ManyRow, i);

	db_values_add_u64(values, (guint64)(one->row[1] - '0'));
	db_values_add_text(values, one->row + 2);
	db_values_add_text(values, one->key->address);
}

gboolean mailbox_find_add(Db *db, const MailboxFindKey *keys, guint count, GError **error)
{
	ManyRows many = many_rows(keys, count, 1);
	gboolean ok = db_bulk_insert(db, SQL_ADD_FIND, many.find->len, add_find_values, many.find,
	                      error) &&
	              db_bulk_insert(db, SQL_ADD_PAIR, many.pairs->len, add_pair_values, many.pairs,
	                      error) &&
	              mailbox_count_write(db, many.change, error);

	many_clear(&many);
	return ok;
}

/* Rows that differ only in the mailbox, at most DB_LIST of them. */
static gboolean delete_some(Db *db, const ManyRow *one, guint count, GError **error)
{
	g_autoptr(DbValues) values = db_values_new();
	gboolean pair = one->row[0] == 'p';
	char state[2];
	guint64 domain_id;

	if (pair) {
		db_values_add_u64(values, (guint64)(one->row[1] - '0'));
		db_values_add_text(values, one->row + 2);
	} else {
		const char *prefix = mailbox_find_parse(one->row, state, &domain_id);
		db_values_add_u64(values, domain_id);
		db_values_add_text(values, state);
		db_values_add_octets(values, prefix, strlen(prefix));
	}
	for (guint i = 0; i < DB_LIST; i++)
		db_values_add_text(values, one[MIN(i, count - 1)].key->address);
	return db_execute_values(db, error, pair ? SQL_DELETE_PAIR : SQL_DELETE_FIND, values) >= 0;
}

static gboolean delete_all(Db *db, const GArray *rows, GError **error)
{
	guint same = 0;

	for (guint first = 0; first < rows->len; first += same) {
		const ManyRow *one = &g_array_index(rows, ManyRow, first);
		for (same = 1; same < DB_LIST && first + same < rows->len; same++)
			if (strcmp(one[same].row, one->row) != 0)
				break;
		if (!delete_some(db, one, same, error))
			return FALSE;
	}
	return TRUE;
}

gboolean mailbox_find_remove(Db *db, const MailboxFindKey *keys, guint count, GError **error)
{
	ManyRows many = many_rows(keys, count, -1);
	gboolean ok = delete_all(db, many.find, error) && delete_all(db, many.pairs, error) &&
	              mailbox_count_write(db, many.change, error);

	many_clear(&many);
	return ok;
}
