/* mailbox_find.c: writes the difference between two sets of search rows, and checks them all. */
#include "lib/mailbox/mailbox_find.h"

#include <string.h>

#include "lib/base/address_readable.h"
#include "lib/base/fold.h"
#include "lib/db/db_bulk.h"

static const char *const SQL_FIND_ADD[DB_BULK] = DB_BULK_INSERT(
        "INSERT INTO mailbox_find (domain_id, state, prefix, address, mailbox_id) VALUES ",
        "(?, ?, ?, ?, ?)");
static const char *const SQL_PAIR_ADD[DB_BULK] =
        DB_BULK_INSERT("INSERT INTO mailbox_pair (deleted, pair, address) VALUES ", "(?, ?, ?)");
static const char SQL_FIND_DELETE[] =
        "DELETE FROM mailbox_find WHERE domain_id = ? AND state = ? AND prefix = ? AND address = ?";
static const char SQL_PAIR_DELETE[] =
        "DELETE FROM mailbox_pair WHERE deleted = ? AND pair = ? AND address = ?";
static const char SQL_ALL[] =
        "SELECT m.id, m.domain_id, m.address, m.email_name, m.active, m.vip, m.deleted, n.active"
        "  FROM mailbox m LEFT JOIN absence n ON n.mailbox_id = m.id WHERE m.deleted < 2 AND m.id > ? ORDER BY m.id LIMIT 1000";
enum { C_ID, C_DOMAIN, C_ADDRESS, C_NAME, C_ACTIVE, C_VIP, C_DELETED, C_ABSENT };
static const char SQL_STORED[] =
        "SELECT CONCAT(f.domain_id, ' ', f.state, ' ', f.prefix) FROM mailbox_find f"
        " WHERE f.domain_id = ? AND f.state = ? AND f.prefix = ? AND f.address = ? AND f.mailbox_id = ?";
static const char SQL_COUNT_FIND[] = "SELECT COUNT(*) FROM mailbox_find";
static const char SQL_COUNT_PAIR[] = "SELECT COUNT(*) FROM mailbox_pair";
static const char SQL_STORED_PAIR[] =
        "SELECT 1 FROM mailbox_pair WHERE deleted = ? AND pair = ? AND address = ?";

/* A row as one string: "f<state><domain> <prefix>" or "p<deleted><pair>". */
typedef GHashTable RowSet;

/* The domain's words are those of its U-labels. */
GPtrArray *mailbox_find_words(const char *address, const char *email_name)
{
	g_autofree char *readable = address_readable(address);
	g_autofree char *text = g_strconcat(readable, " ", email_name, NULL);

	return fold_stored_words(text);
}

gboolean mailbox_find_pair(const char *one, const char *other, char out[7])
{
	if (strlen(one) < 3 || strlen(other) < 3)
		return FALSE;
	gboolean swap = memcmp(one, other, 3) > 0;
	memcpy(out, swap ? other : one, 3);
	memcpy(out + 3, swap ? one : other, 3);
	out[6] = '\0';
	return TRUE;
}

static void add_prefix(RowSet *rows, const MailboxFindKey *key, const char *prefix, gsize length)
{
	char states[4];
	guint count = 0;

	if (key->deleted) {
		states[count++] = 'd';
	} else {
		states[count++] = key->active ? 'a' : 'i';
		if (key->vip)
			states[count++] = 'v';
		if (key->absent)
			states[count++] = 'n';
	}
	for (guint i = 0; i < count; i++) {
		g_hash_table_add(
		        rows, g_strdup_printf("f%c0 %.*s", states[i], (int)length, prefix));
		g_hash_table_add(rows, g_strdup_printf("f%c%" G_GUINT64_FORMAT " %.*s", states[i],
		                               key->domain_id, (int)length, prefix));
	}
}

static RowSet *rows_of(const MailboxFindKey *key)
{
	RowSet *rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	if (key == NULL)
		return rows;
	g_autoptr(GPtrArray) words = mailbox_find_words(key->address, key->email_name);
	add_prefix(rows, key, "", 0);
	for (guint i = 0; i < words->len; i++) {
		const char *word = words->pdata[i];
		gsize longest = fold_prefix_length(word, FOLD_PREFIX_MAX);
		for (const char *c = g_utf8_next_char(word);; c = g_utf8_next_char(c)) {
			add_prefix(rows, key, word, (gsize)(c - word));
			if ((gsize)(c - word) >= longest)
				break;
		}
		for (guint j = i + 1; j < words->len; j++) {
			char pair[7];
			if (mailbox_find_pair(word, words->pdata[j], pair))
				g_hash_table_add(
				        rows, g_strdup_printf("p%d%s", key->deleted, pair));
		}
	}
	return rows;
}

/* The parts of a find row: state as text, domain, prefix. */
static const char *parse_find(const char *row, char state[2], guint64 *domain_id)
{
	char *end;

	state[0] = row[1];
	state[1] = '\0';
	*domain_id = g_ascii_strtoull(row + 2, &end, 10);
	return end + 1;
}

static gboolean delete_row(Db *db, const char *row, const char *address, GError **error)
{
	if (row[0] == 'p')
		return db_execute(db, error, SQL_PAIR_DELETE, "uba", (guint64)(row[1] - '0'),
		               row + 2, strlen(row + 2), address) >= 0;
	char state[2];
	guint64 domain_id;
	const char *prefix = parse_find(row, state, &domain_id);
	return db_execute(db, error, SQL_FIND_DELETE, "uaba", domain_id, state, prefix,
	               strlen(prefix), address) >= 0;
}

typedef struct {
	const GPtrArray *rows; /* strings of a RowSet, all of one table */
	const MailboxFindKey *key;
} AddedRows;

static void add_prefix_row(DbValues *values, guint i, gpointer data)
{
	const AddedRows *added = data;
	char state[2];
	guint64 domain_id;
	const char *prefix = parse_find(added->rows->pdata[i], state, &domain_id);

	db_values_add_u64(values, domain_id);
	db_values_add_text(values, g_intern_string(state)); /* outlives the statement */
	db_values_add_text(values, prefix);
	db_values_add_text(values, added->key->address);
	db_values_add_u64(values, added->key->id);
}

static void add_pair_row(DbValues *values, guint i, gpointer data)
{
	const AddedRows *added = data;
	const char *row = added->rows->pdata[i];

	db_values_add_u64(values, (guint64)(row[1] - '0'));
	db_values_add_text(values, row + 2);
	db_values_add_text(values, added->key->address);
}

static gint compare_find_rows(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

gboolean mailbox_find_update(
        Db *db, const MailboxFindKey *before, const MailboxFindKey *after, GError **error)
{
	g_autoptr(GHashTable) old = rows_of(before);
	g_autoptr(GHashTable) fresh = rows_of(after);
	g_autoptr(GPtrArray) find = g_ptr_array_new();
	g_autoptr(GPtrArray) pairs = g_ptr_array_new();
	AddedRows new_find = {find, after}, new_pairs = {pairs, after};
	GHashTableIter iter;
	gpointer row;

	g_hash_table_iter_init(&iter, old);
	while (g_hash_table_iter_next(&iter, &row, NULL))
		if (!g_hash_table_contains(fresh, row) &&
		        !delete_row(db, row, before->address, error))
			return FALSE;
	g_hash_table_iter_init(&iter, fresh);
	while (g_hash_table_iter_next(&iter, &row, NULL))
		if (!g_hash_table_contains(old, row))
			g_ptr_array_add(*(char *)row == 'p' ? pairs : find, row);
	g_ptr_array_sort(find, compare_find_rows); /* in the order of the key */
	g_ptr_array_sort(pairs, compare_find_rows);
	return db_bulk_insert(db, SQL_FIND_ADD, find->len, add_prefix_row, &new_find, error) &&
	       db_bulk_insert(db, SQL_PAIR_ADD, pairs->len, add_pair_row, &new_pairs, error);
}

/* TRUE in *there if the table holds the row. */
static gboolean is_stored(
        Db *db, const char *row, const MailboxFindKey *key, gboolean *there, GError **error)
{
	g_autoptr(DbRows) rows = NULL;

	if (row[0] == 'p') {
		rows = db_query(db, error, SQL_STORED_PAIR, "uba", (guint64)(row[1] - '0'), row + 2,
		        strlen(row + 2), key->address);
	} else {
		char state[2];
		guint64 domain_id;
		const char *prefix = parse_find(row, state, &domain_id);
		rows = db_query(db, error, SQL_STORED, "uabau", domain_id, state, prefix,
		        strlen(prefix), key->address, key->id);
	}
	if (rows == NULL)
		return FALSE;
	*there = db_rows_next(rows);
	return TRUE;
}

static gboolean count_rows(Db *db, const char *sql, guint64 *count, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, sql, "");

	if (rows == NULL || !db_rows_next(rows))
		return FALSE;
	*count = db_rows_u64(rows, 0);
	return TRUE;
}

static gboolean check_one(Db *db, const MailboxFindKey *key, guint64 *find, guint64 *pair,
        GPtrArray *wrong, GError **error)
{
	g_autoptr(GHashTable) wanted = rows_of(key);
	GHashTableIter iter;
	gboolean all = TRUE;
	gpointer row;

	g_hash_table_iter_init(&iter, wanted);
	while (g_hash_table_iter_next(&iter, &row, NULL)) {
		gboolean there = FALSE;
		if (!is_stored(db, row, key, &there, error))
			return FALSE;
		all = all && there;
		*(((const char *)row)[0] == 'p' ? pair : find) += 1;
	}
	if (!all)
		g_ptr_array_add(wrong, g_strdup(key->address));
	return TRUE;
}

gboolean mailbox_find_check(Db *db, GPtrArray **wrong, GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
	guint64 last = 0, find = 0, pair = 0, stored_find = 0, stored_pair = 0;

	for (gboolean more = TRUE; more;) {
		g_autoptr(DbRows) rows = db_query(db, error, SQL_ALL, "u", last);
		if (rows == NULL)
			return FALSE;
		more = FALSE;
		while (db_rows_next(rows)) {
			MailboxFindKey key = {
			        .id = db_rows_u64(rows, C_ID),
			        .domain_id = db_rows_u64(rows, C_DOMAIN),
			        .address = db_rows_text(rows, C_ADDRESS),
			        .email_name = db_rows_text(rows, C_NAME),
			        .active = db_rows_u64(rows, C_ACTIVE) != 0,
			        .vip = db_rows_u64(rows, C_VIP) != 0,
			        .deleted = db_rows_u64(rows, C_DELETED) != 0,
			        .absent = db_rows_u64(rows, C_ABSENT) != 0,
			};
			last = key.id;
			more = TRUE;
			if (!check_one(db, &key, &find, &pair, found, error))
				return FALSE;
		}
	}
	/* Every wanted row is there and there are no others. */
	if (!count_rows(db, SQL_COUNT_FIND, &stored_find, error) ||
	        !count_rows(db, SQL_COUNT_PAIR, &stored_pair, error))
		return FALSE;
	if (found->len == 0 && (stored_find != find || stored_pair != pair))
		g_ptr_array_add(found, g_strdup("(rows of no mailbox)"));
	*wrong = g_steal_pointer(&found);
	return TRUE;
}
