/* journal_state.c: locks the clocks of a mail's mailboxes, then reads all that depends on its
 * instant in one statement. */
#include "lib/journal/journal_state.h"

#include "lib/db/db_bulk.h"
#include "lib/mailbox/mailbox_clock.h"

/* What follows the lock on the clocks sees the state of the mail's instant, and keeps it. Its time
 * is that of its start, when the clocks were locked and nothing was read yet. */
static const char SQL_STATE[] =
        "SELECT m.id, m.vip, s.vip_exempt_cc_bcc, a.user_id, " DB_NOW
        "  FROM mailbox m JOIN setting s ON s.id = 1"
        "  LEFT JOIN assignment a ON a.mailbox_id = m.id AND a.removed_at = 0"
        " WHERE m.id IN " DB_LIST_PLACES " ORDER BY m.id LOCK IN SHARE MODE";
enum { STATE_MAILBOX, STATE_VIP, STATE_EXEMPT, STATE_USER, STATE_NOW };

/* The mailboxes that the mail reached. Free: g_hash_table_unref(). */
static GHashTable *reached_of(const JournalFacts *facts)
{
	GHashTable *reached = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	for (guint i = 0; i < facts->mailboxes->len; i++) {
		const JournalMailbox *one = &g_array_index(facts->mailboxes, JournalMailbox, i);
		if (one->reached)
			g_hash_table_add(
			        reached, g_memdup2(&one->mailbox_id, sizeof(one->mailbox_id)));
	}
	return reached;
}

typedef struct {
	JournalLoose *loose;
	JournalFacts *facts;
	GHashTable *reached;
	guint64 now; /* the earliest of the statements */
} StateWork;

/* Rows of a mailbox follow each other, one a user. */
static gboolean take_rows(StateWork *work, Db *db, DbRows *rows, GError **error)
{
	guint64 last = 0;

	while (db_rows_next(rows)) {
		guint64 id = db_rows_u64(rows, STATE_MAILBOX);
		JournalAssigned one = {.mailbox_id = id, .user_id = db_rows_u64(rows, STATE_USER)};

		if (work->now == 0)
			work->now = db_rows_u64(rows, STATE_NOW);
		if (id != last && db_rows_u64(rows, STATE_VIP) != 0 &&
		        !journal_loose_protect(work->loose, db, work->facts, id,
		                db_rows_u64(rows, STATE_EXEMPT) != 0, error))
			return FALSE;
		last = id;
		if (!db_rows_is_null(rows, STATE_USER) && g_hash_table_contains(work->reached, &id))
			g_array_append_val(work->facts->assigned, one);
	}
	return TRUE;
}

gboolean journal_state_read(Db *db, const GArray *mailbox_ids, JournalLoose *loose,
        JournalFacts *facts, guint64 *at, GError **error)
{
	const guint64 *clocks = (const guint64 *)(gconstpointer)mailbox_ids->data;
	guint64 latest = 0;

	if (mailbox_ids->len == 0)
		return mailbox_clock_lock(db, NULL, 0, at, error);
	if (!mailbox_clock_hold(db, clocks, mailbox_ids->len, &latest, error))
		return FALSE;
	g_autoptr(GHashTable) reached = reached_of(facts);
	StateWork work = {.loose = loose, .facts = facts, .reached = reached};
	for (guint first = 0; first < mailbox_ids->len; first += DB_LIST) {
		g_autoptr(DbValues) values = db_values_new();
		db_list_add(values, mailbox_ids, first, DB_LIST);
		g_autoptr(DbRows) rows = db_query_values(db, error, SQL_STATE, values);
		if (rows == NULL || !take_rows(&work, db, rows, error))
			return FALSE;
	}
	journal_loose_remove_idle(facts);
	*at = MAX(work.now, latest + 1);
	return TRUE;
}
