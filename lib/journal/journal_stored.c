/* journal_stored.c: reads entries back with what their reader rows follow from. */
#include "lib/journal/journal_stored.h"

static const char SQL_ENTRIES[] = "SELECT id, protected, sender_id FROM journal_entry"
                                  " WHERE id >= ? AND id < ? ORDER BY id LIMIT ?";
enum { ENTRY_ID, ENTRY_PROTECTED, ENTRY_SENDER };
static const char SQL_MAILBOXES[] =
        "SELECT entry_id, mailbox_id, role, reached, protects FROM journal_mailbox"
        " WHERE entry_id >= ? AND entry_id <= ? ORDER BY entry_id";
enum { MAILBOX_ENTRY, MAILBOX_ID, MAILBOX_ROLE, MAILBOX_REACHED, MAILBOX_PROTECTS };
static const char SQL_PARTIES[] = "SELECT entry_id, address_id, mailbox_id, role FROM journal_party"
                                  " WHERE entry_id >= ? AND entry_id <= ? ORDER BY entry_id";
enum { PARTY_ENTRY, PARTY_ADDRESS, PARTY_MAILBOX, PARTY_ROLE };
static const char SQL_ASSIGNED[] =
        "SELECT DISTINCT b.entry_id, a.mailbox_id, a.user_id"
        "  FROM journal_mailbox b JOIN assignment a ON a.mailbox_id = b.mailbox_id"
        "   AND a.assigned_at <= b.entry_id AND (a.removed_at = 0 OR a.removed_at > b.entry_id)"
        " WHERE b.entry_id >= ? AND b.entry_id <= ? AND b.reached = 1 ORDER BY b.entry_id";
enum { ASSIGNED_ENTRY, ASSIGNED_MAILBOX, ASSIGNED_USER };

static void stored_free(gpointer data)
{
	JournalStored *stored = data;

	journal_facts_free(stored->facts);
	g_free(stored);
}

static void add_stored_mailbox(JournalFacts *facts, DbRows *rows)
{
	JournalMailbox one = {.mailbox_id = db_rows_u64(rows, MAILBOX_ID),
	        .role = (JournalRole)db_rows_u64(rows, MAILBOX_ROLE),
	        .reached = db_rows_u64(rows, MAILBOX_REACHED) != 0,
	        .protects = db_rows_u64(rows, MAILBOX_PROTECTS) != 0};

	g_array_append_val(facts->mailboxes, one);
}

static void add_party(JournalFacts *facts, DbRows *rows)
{
	JournalParty one = {.address_id = db_rows_u64(rows, PARTY_ADDRESS),
	        .mailbox_id = db_rows_u64(rows, PARTY_MAILBOX),
	        .role = (JournalRole)db_rows_u64(rows, PARTY_ROLE)};

	g_array_append_val(facts->parties, one);
}

static void add_assigned(JournalFacts *facts, DbRows *rows)
{
	JournalAssigned one = {.mailbox_id = db_rows_u64(rows, ASSIGNED_MAILBOX),
	        .user_id = db_rows_u64(rows, ASSIGNED_USER)};

	g_array_append_val(facts->assigned, one);
}

/* Gives each row to its entry; rows and entries are in the same order. */
static gboolean share_out(Db *db, const char *sql, const GPtrArray *entries,
        void (*add)(JournalFacts *facts, DbRows *rows), GError **error)
{
	const JournalStored *first = entries->pdata[0], *last = entries->pdata[entries->len - 1];
	g_autoptr(DbRows) rows = db_query(db, error, sql, "uu", first->id, last->id);
	guint at = 0;

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		guint64 id = db_rows_u64(rows, 0);
		while (at + 1 < entries->len && ((JournalStored *)entries->pdata[at])->id < id)
			at++;
		JournalStored *entry = entries->pdata[at];
		if (entry->id == id)
			add(entry->facts, rows);
	}
	return TRUE;
}

GPtrArray *journal_stored(Db *db, guint64 from, guint64 below, guint limit, GError **error)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(stored_free);
	g_autoptr(DbRows) rows =
	        db_query(db, error, SQL_ENTRIES, "uuu", from, below, (guint64)limit);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows)) {
		JournalStored *entry = g_new0(JournalStored, 1);
		entry->id = db_rows_u64(rows, ENTRY_ID);
		entry->protected = db_rows_u64(rows, ENTRY_PROTECTED) != 0;
		entry->facts = journal_facts_new();
		entry->facts->sender_id = db_rows_u64(rows, ENTRY_SENDER);
		g_ptr_array_add(entries, entry);
	}
	if (entries->len > 0 &&
	        (!share_out(db, SQL_MAILBOXES, entries, add_stored_mailbox, error) ||
	                !share_out(db, SQL_PARTIES, entries, add_party, error) ||
	                !share_out(db, SQL_ASSIGNED, entries, add_assigned, error)))
		return NULL;
	return g_steal_pointer(&entries);
}
