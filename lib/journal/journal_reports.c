/* journal_reports.c: empties reports that were stored with text, some in each transaction. */
#include "lib/journal/journal_reports.h"

#include "lib/base/fold.h"
#include "lib/journal/journal_address.h"

#define BATCH 50 /* entries that are changed in one transaction */

static const char SQL_STEP[] =
        "SELECT done_to FROM update_step WHERE name = 'journal_reports' FOR UPDATE";
static const char SQL_DONE[] = "UPDATE update_step SET done_to = ? WHERE name = 'journal_reports'";
/* Some entries behind the last one that is done, and whether they have to be changed. */
static const char SQL_NEXT[] =
        "SELECT e.id, e.bare IS NULL AND (e.service = 'own'"
        "   OR e.envelope_from = '' AND (e.service <> 'vacation' OR e.sender_id = 0)"
        "   OR (SELECT COUNT(*) BETWEEN 1 AND 3 AND MAX(a.name) = '' FROM journal_attachment a"
        "        WHERE a.entry_id = e.id))"
        "  FROM journal_entry e WHERE e.id > ? ORDER BY e.id LIMIT 500";
enum { NEXT_ENTRY, NEXT_CHANGES };
static const char SQL_SUBJECT[] = "SELECT subject FROM journal_entry WHERE id = ?";
static const char SQL_NAMED[] = "SELECT name, address FROM journal_party"
                                " WHERE entry_id = ? AND role < 3 ORDER BY role, place";
enum { NAMED_NAME, NAMED_ADDRESS };
static const char SQL_TEXT[] = "UPDATE journal_text SET text = NULL, folded = ? WHERE entry_id = ?";
static const char SQL_FILES[] = "DELETE FROM journal_attachment WHERE entry_id = ?";
static const char SQL_BARE[] = "UPDATE journal_entry SET bare = 1 WHERE id = ?";

typedef struct {
	guint looked_at, emptied; /* in the present run */
} ReportsWork;

/* The words by which the entry is found without its text. Free: g_free(). */
static char *words_left(Db *db, guint64 id, GError **error)
{
	g_autoptr(DbRows) entry = db_query(db, error, SQL_SUBJECT, "u", id);
	g_autoptr(DbRows) named = db_query(db, error, SQL_NAMED, "u", id);

	if (entry == NULL || named == NULL)
		return NULL;
	g_autoptr(GString) all = g_string_new(db_rows_next(entry) ? db_rows_text(entry, 0) : "");
	while (db_rows_next(named)) {
		g_autofree char *address =
		        journal_address_searched(db_rows_text(named, NAMED_ADDRESS));
		g_string_append_printf(all, " %s %s", db_rows_text(named, NAMED_NAME), address);
	}
	return fold_stored_text(all->str);
}

static gboolean empty_entry(Db *db, guint64 id, GError **error)
{
	g_autofree char *folded = words_left(db, id, error);

	return folded != NULL && db_execute(db, error, SQL_TEXT, "su", folded, id) >= 0 &&
	       db_execute(db, error, SQL_FILES, "u", id) >= 0 &&
	       db_execute(db, error, SQL_BARE, "u", id) >= 0;
}

static gboolean empty_some(Db *db, gpointer data, GError **error)
{
	ReportsWork *work = data;
	g_autoptr(DbRows) done = db_query(db, error, SQL_STEP, "");

	*work = (ReportsWork){0};
	if (done == NULL)
		return FALSE;
	guint64 id = db_rows_next(done) ? db_rows_u64(done, 0) : 0;
	g_autoptr(DbRows) entries = db_query(db, error, SQL_NEXT, "u", id);
	if (entries == NULL)
		return FALSE;
	for (; work->emptied < BATCH && db_rows_next(entries); work->looked_at++) {
		id = db_rows_u64(entries, NEXT_ENTRY);
		if (db_rows_u64(entries, NEXT_CHANGES) == 0)
			continue;
		if (!empty_entry(db, id, error))
			return FALSE;
		work->emptied++;
	}
	return work->looked_at == 0 || db_execute(db, error, SQL_DONE, "u", id) >= 0;
}

gboolean journal_reports_empty(Db *db, guint *emptied, GError **error)
{
	ReportsWork work;

	*emptied = 0;
	do {
		if (!db_transaction(db, empty_some, &work, error))
			return FALSE;
		*emptied += work.emptied;
	} while (work.looked_at > 0);
	return TRUE;
}
