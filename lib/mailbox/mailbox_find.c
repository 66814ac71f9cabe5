/* mailbox_find.c: which search rows a mailbox has; writes the difference between two sets of them.
 */
#include "lib/mailbox/mailbox_find.h"

#include <string.h>

#include "lib/base/address_readable.h"
#include "lib/base/fold.h"
#include "lib/db/db_bulk.h"
#include "lib/mailbox/mailbox_count.h"

static const char *const SQL_FIND_ADD[DB_BULK] = DB_BULK_INSERT(
        "INSERT INTO mailbox_find (domain_id, state, prefix, address, mailbox_id) VALUES ",
        "(?, ?, ?, ?, ?)");
static const char *const SQL_PAIR_ADD[DB_BULK] =
        DB_BULK_INSERT("INSERT INTO mailbox_pair (deleted, pair, address) VALUES ", "(?, ?, ?)");
static const char SQL_FIND_DELETE[] =
        "DELETE FROM mailbox_find WHERE domain_id = ? AND state = ? AND prefix = ? AND address = ?"
        " AND mailbox_id = ?";
static const char SQL_PAIR_DELETE[] =
        "DELETE FROM mailbox_pair WHERE deleted = ? AND pair = ? AND address = ?";
static const char SQL_FURTHER[] =
        "SELECT note, 0 AS place FROM mailbox WHERE id = ? AND note <> ''"
        " UNION ALL SELECT address, 1 FROM address WHERE mailbox_id = ? AND is_alias = 1 AND twin_of IS NULL"
        " ORDER BY place, 1";
static const char SQL_USERS[] =
        "SELECT CAST(user_id AS CHAR) FROM assignment WHERE mailbox_id = ? AND removed_at = 0";
static const char SQL_ASSIGN[] =
        "INSERT IGNORE INTO mailbox_find (domain_id, state, prefix, address, mailbox_id)"
        " VALUES (0, ?, CAST(? AS CHAR), ?, ?), (?, ?, CAST(? AS CHAR), ?, ?)";
static const char SQL_END[] =
        "DELETE FROM mailbox_find WHERE domain_id IN (0, ?) AND state = ?"
        " AND prefix = CAST(? AS CHAR) AND address = CONVERT(? USING ascii) AND mailbox_id = ?";

typedef GHashTable RowSet; /* rows as mailbox_find_rows() writes them */

/* The domain's words are those of its U-labels. */
GPtrArray *mailbox_find_words(const char *address, const char *email_name, const char *further)
{
	g_autofree char *addresses = g_strconcat(address, " ", further, NULL);
	g_autofree char *readable = address_readable(addresses);
	g_autofree char *text = g_strconcat(readable, " ", email_name, NULL);

	return fold_stored_words(text);
}

/* The first column, blanks between. */
static char *joined_rows(DbRows *rows)
{
	if (rows == NULL)
		return NULL;
	g_autoptr(GPtrArray) texts = db_rows_texts(rows);
	g_ptr_array_add(texts, NULL);
	return g_strjoinv(" ", (char **)texts->pdata);
}

char *mailbox_find_further(Db *db, guint64 mailbox_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_FURTHER, "uu", mailbox_id, mailbox_id);

	return joined_rows(rows);
}

char *mailbox_find_users(Db *db, guint64 mailbox_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_USERS, "u", mailbox_id);

	return joined_rows(rows);
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

/* For any domain and its own. */
static void add_find(
        RowSet *rows, const MailboxFindKey *key, char state, const char *prefix, gsize length)
{
	g_hash_table_add(rows, g_strdup_printf("f%c0 %.*s", state, (int)length, prefix));
	g_hash_table_add(rows, g_strdup_printf("f%c%" G_GUINT64_FORMAT " %.*s", state,
	                               key->domain_id, (int)length, prefix));
}

static void add_prefix(RowSet *rows, const MailboxFindKey *key, const char *prefix, gsize length)
{
	if (key->deleted) {
		add_find(rows, key, 'd', prefix, length);
		return;
	}
	add_find(rows, key, key->active ? 'a' : 'i', prefix, length);
	if (key->vip)
		add_find(rows, key, 'v', prefix, length);
	if (key->absent)
		add_find(rows, key, 'n', prefix, length);
}

static void add_user_rows(RowSet *rows, const MailboxFindKey *key)
{
	g_auto(GStrv) users = g_strsplit(key->users != NULL ? key->users : "", " ", -1);

	for (guint i = 0; users[i] != NULL; i++)
		if (*users[i] != '\0')
			add_find(rows, key, key->deleted ? 'q' : 'p', users[i], strlen(users[i]));
}

RowSet *mailbox_find_rows(const MailboxFindKey *key)
{
	RowSet *rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	if (key == NULL)
		return rows;
	g_autoptr(GPtrArray) words =
	        mailbox_find_words(key->address, key->email_name, key->further);
	add_prefix(rows, key, "", 0);
	if (!key->deleted)
		add_find(rows, key, 'l', "", 0);
	add_user_rows(rows, key);
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

const char *mailbox_find_parse(const char *row, char state[2], guint64 *domain_id)
{
	char *end;

	state[0] = row[1];
	state[1] = '\0';
	*domain_id = g_ascii_strtoull(row + 2, &end, 10);
	return end + 1;
}

static gboolean delete_row(Db *db, const char *row, const MailboxFindKey *key, GError **error)
{
	if (row[0] == 'p')
		return db_execute(db, error, SQL_PAIR_DELETE, "uba", (guint64)(row[1] - '0'),
		               row + 2, strlen(row + 2), key->address) >= 0;
	char state[2];
	guint64 domain_id;
	const char *prefix = mailbox_find_parse(row, state, &domain_id);
	return db_execute(db, error, SQL_FIND_DELETE, "uabau", domain_id, state, prefix,
	               strlen(prefix), key->address, key->id) >= 0;
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
	const char *prefix = mailbox_find_parse(added->rows->pdata[i], state, &domain_id);

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

gboolean mailbox_find_insert(
        Db *db, const MailboxFindKey *key, RowSet *wanted, RowSet *there, GError **error)
{
	g_autoptr(GPtrArray) find = g_ptr_array_new();
	g_autoptr(GPtrArray) pairs = g_ptr_array_new();
	AddedRows new_find = {find, key}, new_pairs = {pairs, key};
	GHashTableIter iter;
	gpointer row;

	g_hash_table_iter_init(&iter, wanted);
	while (g_hash_table_iter_next(&iter, &row, NULL))
		if (!g_hash_table_contains(there, row))
			g_ptr_array_add(*(char *)row == 'p' ? pairs : find, row);
	g_ptr_array_sort(find, compare_find_rows); /* in the order of the key */
	g_ptr_array_sort(pairs, compare_find_rows);
	return db_bulk_insert(db, SQL_FIND_ADD, find->len, add_prefix_row, &new_find, error) &&
	       db_bulk_insert(db, SQL_PAIR_ADD, pairs->len, add_pair_row, &new_pairs, error);
}

/* Deletes those of old that aren't in fresh. */
static gboolean delete_rows(
        Db *db, const MailboxFindKey *key, RowSet *old, RowSet *fresh, GError **error)
{
	GHashTableIter iter;
	gpointer row;

	g_hash_table_iter_init(&iter, old);
	while (g_hash_table_iter_next(&iter, &row, NULL))
		if (!g_hash_table_contains(fresh, row) && !delete_row(db, row, key, error))
			return FALSE;
	return TRUE;
}

/* Notes those of rows that aren't in others. */
static void note_rows(MailboxCountChange *change, RowSet *rows, RowSet *others, gint by)
{
	GHashTableIter iter;
	gpointer row;

	g_hash_table_iter_init(&iter, rows);
	while (g_hash_table_iter_next(&iter, &row, NULL))
		if (!g_hash_table_contains(others, row))
			mailbox_count_note(change, row, by);
}

/* ---- assignments ---- */

gboolean mailbox_find_assign(Db *db, const MailboxFindKey *key, guint64 user_id, GError **error)
{
	const char *state = key->deleted ? "q" : "p";

	return db_execute(db, error, SQL_ASSIGN, "auauuauau", state, user_id, key->address, key->id,
	               key->domain_id, state, user_id, key->address, key->id) >= 0;
}

gboolean mailbox_find_end(Db *db, const MailboxFindKey *key, guint64 user_id, GError **error)
{
	return db_execute(db, error, SQL_END, "uauau", key->domain_id, key->deleted ? "q" : "p",
	               user_id, key->address, key->id) >= 0;
}

/* ---- */

/* Of a mailbox with what is in the tables, where that isn't told. */
static RowSet *rows_with(const MailboxFindKey *key, const char *further, const char *users)
{
	MailboxFindKey whole;

	if (key == NULL)
		return mailbox_find_rows(NULL);
	whole = *key;
	if (whole.further == NULL)
		whole.further = further;
	if (whole.users == NULL)
		whole.users = users;
	return mailbox_find_rows(&whole);
}

gboolean mailbox_find_update(
        Db *db, const MailboxFindKey *before, const MailboxFindKey *after, GError **error)
{
	const MailboxFindKey *key = after != NULL ? after : before;
	gboolean same_users = before != NULL && after != NULL && before->deleted == after->deleted;

	if (key == NULL)
		return TRUE;
	g_autofree char *further = mailbox_find_further(db, key->id, error);
	g_autofree char *users = same_users ? g_strdup("") : mailbox_find_users(db, key->id, error);

	if (further == NULL || users == NULL)
		return FALSE;
	g_autoptr(GHashTable) old = rows_with(before, further, users);
	g_autoptr(GHashTable) fresh = rows_with(after, further, users);
	g_autoptr(GHashTable) change = mailbox_count_change();
	note_rows(change, old, fresh, -1);
	note_rows(change, fresh, old, 1);
	return delete_rows(db, key, old, fresh, error) &&
	       mailbox_find_insert(db, key, fresh, old, error) &&
	       mailbox_count_write(db, change, error);
}
