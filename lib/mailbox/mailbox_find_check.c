/* mailbox_find_check.c: compares the rows and marks of all mailboxes with what they follow from,
 * and fills in what an update adds. */
#include "lib/mailbox/mailbox_find_check.h"

#include <string.h>

#include "lib/mailbox/mailbox_clock.h"
#include "lib/mailbox/mailbox_count.h"
#include "lib/mailbox/mailbox_find.h"
#include "lib/mailbox/mailbox_usage.h"
#include "lib/office/mailbox_mark.h"

#define ALL                                                                                        \
	"SELECT m.id, m.domain_id, m.address, m.email_name, m.active, m.vip, m.deleted, n.active"  \
	" FROM mailbox m LEFT JOIN absence n ON n.mailbox_id = m.id WHERE m.deleted <> 2"
enum { C_ID, C_DOMAIN, C_ADDRESS, C_NAME, C_ACTIVE, C_VIP, C_DELETED, C_ABSENT };
static const char SQL_ALL[] = ALL " AND m.id > ? ORDER BY m.id LIMIT 1000";
static const char SQL_ONE[] = ALL " AND m.id = ?";
static const char SQL_SOME[] =
        "SELECT id FROM mailbox WHERE deleted <> 2 AND id > ? ORDER BY id LIMIT 20";
static const char SQL_IS_COMPLETE[] =
        "SELECT COUNT(*) FROM guard WHERE name = 'mailbox_find' AND value > 0";
static const char SQL_COMPLETE[] = "UPDATE guard SET value = 1 WHERE name = 'mailbox_find'";
static const char SQL_STORED[] =
        "SELECT CONCAT(f.domain_id, ' ', f.state, ' ', f.prefix) FROM mailbox_find f"
        " WHERE f.domain_id = ? AND f.state = ? AND f.prefix = ? AND f.address = ? AND f.mailbox_id = ?";
static const char SQL_COUNT_FIND[] = "SELECT COUNT(*) FROM mailbox_find";
static const char SQL_COUNT_PAIR[] = "SELECT COUNT(*) FROM mailbox_pair";
static const char SQL_STORED_PAIR[] =
        "SELECT 1 FROM mailbox_pair WHERE deleted = ? AND pair = ? AND address = ?";

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
		const char *prefix = mailbox_find_parse(row, state, &domain_id);
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

/* What a row of SQL_ALL says, but for the further addresses. */
static MailboxFindKey read_key(DbRows *rows)
{
	return (MailboxFindKey){
	        .id = db_rows_u64(rows, C_ID),
	        .domain_id = db_rows_u64(rows, C_DOMAIN),
	        .address = db_rows_text(rows, C_ADDRESS),
	        .email_name = db_rows_text(rows, C_NAME),
	        .active = db_rows_u64(rows, C_ACTIVE) != 0,
	        .vip = db_rows_u64(rows, C_VIP) != 0,
	        .deleted = db_rows_u64(rows, C_DELETED) == 1,
	        .absent = db_rows_u64(rows, C_ABSENT) != 0,
	};
}

static gboolean check_one(Db *db, const MailboxFindKey *key, guint64 *find, guint64 *pair,
        GPtrArray *wrong, GError **error)
{
	g_autoptr(GHashTable) wanted = mailbox_find_rows(key);
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
			MailboxFindKey key = read_key(rows);
			g_autofree char *further = mailbox_find_further(db, key.id, error);
			g_autofree char *users = mailbox_find_users(db, key.id, error);
			last = key.id;
			more = TRUE;
			key.further = further;
			key.users = users;
			if (further == NULL || users == NULL ||
			        !check_one(db, &key, &find, &pair, found, error))
				return FALSE;
		}
	}
	/* Every wanted row is there and there are no others. */
	if (!count_rows(db, SQL_COUNT_FIND, &stored_find, error) ||
	        !count_rows(db, SQL_COUNT_PAIR, &stored_pair, error))
		return FALSE;
	if (found->len == 0 && (stored_find != find || stored_pair != pair))
		g_ptr_array_add(found, g_strdup("(rows of no mailbox)"));
	if (!mailbox_mark_wrong(db, found, error) || !mailbox_usage_wrong(db, found, error) ||
	        !mailbox_count_wrong(db, found, error))
		return FALSE;
	*wrong = g_steal_pointer(&found);
	return TRUE;
}

/* ---- after an update ---- */

typedef struct {
	guint64 after, last; /* numbers of mailboxes; last 0: there were none */
} Batch;

/* The rows of one mailbox that aren't there; those of its users are (0038). */
static gboolean complete_one(Db *db, guint64 id, GError **error)
{
	guint64 at;

	if (!mailbox_clock_lock(db, &id, 1, &at, error) || !mailbox_mark_refresh(db, id, error))
		return FALSE;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_ONE, "u", id);
	if (rows == NULL || !db_rows_next(rows))
		return rows != NULL;
	MailboxFindKey key = read_key(rows);
	g_autofree char *further = mailbox_find_further(db, id, error);
	if (further == NULL || *further == '\0')
		return further != NULL;
	key.further = further;
	g_autoptr(GHashTable) wanted = mailbox_find_rows(&key);
	g_autoptr(GHashTable) there = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iter;
	gpointer row;
	g_hash_table_iter_init(&iter, wanted);
	while (g_hash_table_iter_next(&iter, &row, NULL)) {
		gboolean stored = FALSE;
		if (!is_stored(db, row, &key, &stored, error))
			return FALSE;
		if (stored)
			g_hash_table_add(there, row);
	}
	return mailbox_find_insert(db, &key, wanted, there, error) &&
	       mailbox_clock_set(db, &id, 1, at, error);
}

static gboolean complete_batch(Db *db, gpointer data, GError **error)
{
	Batch *batch = data;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_SOME, "u", batch->after);

	batch->last = 0;
	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		batch->last = db_rows_u64(rows, 0);
		if (!complete_one(db, batch->last, error))
			return FALSE;
	}
	return TRUE;
}

gboolean mailbox_find_complete(Db *db, GError **error)
{
	guint64 done = 0;
	Batch batch = {0, 0};

	if (!count_rows(db, SQL_IS_COMPLETE, &done, error))
		return FALSE;
	if (done > 0)
		return mailbox_count_settle(db, error) && mailbox_mark_settle(db, error);
	do {
		if (!db_transaction(db, complete_batch, &batch, error))
			return FALSE;
		batch.after = batch.last;
	} while (batch.last > 0);
	return mailbox_usage_complete(db, error) && mailbox_count_settle(db, error) &&
	       db_execute(db, error, SQL_COMPLETE, "") >= 0;
}
