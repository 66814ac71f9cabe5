/* journal_store.c: inserts an entry's rows, with the first instant that is free. */
#include "lib/journal/journal_store.h"

#include "lib/db/db_bulk.h"

#define MAX_TAKEN 1000 /* microseconds in a row that may be taken */

static const char SQL_ENTRY[] =
        "INSERT INTO journal_entry"
        " (id, mail_key, service, sender_id, protected, named, bare, envelope_from, sender,"
        "  recipients, subject, writer_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULLIF(?, 0))";
static const char SQL_TEXT[] =
        "INSERT INTO journal_text (entry_id, has_bcc, text, folded) VALUES (?, ?, ?, ?)";
static const char *const SQL_MAILBOX[DB_BULK] = DB_BULK_INSERT(
        "INSERT INTO journal_mailbox (entry_id, mailbox_id, role, reached, protects) VALUES ",
        "(?, ?, ?, ?, ?)");
static const char *const SQL_PARTY[DB_BULK] =
        DB_BULK_INSERT("INSERT INTO journal_party (entry_id, role, place, address_id, mailbox_id,"
                       " address, name, folded) VALUES ",
                "(?, ?, ?, ?, ?, ?, ?, ?)");
static const char *const SQL_ATTACHMENT[DB_BULK] = DB_BULK_INSERT(
        "INSERT INTO journal_attachment (entry_id, place, name, size) VALUES ", "(?, ?, ?, ?)");
static const char *const SQL_READER[DB_BULK] = DB_BULK_INSERT(
        "INSERT INTO journal_reader (topic, user_id, entry_id) VALUES ", "(?, ?, ?)");

static const char *const services[] = {"outside", "submission", "vacation", "own", "local"};

static gboolean insert_entry(Db *db, JournalNew *entry, gboolean *done, GError **error)
{
	const JournalKept *kept = entry->kept;
	const JournalMail *mail = kept->mail;

	for (guint taken = 0;; taken++, entry->id++) {
		g_autoptr(GError) failure = NULL;
		if (db_execute(db, &failure, SQL_ENTRY, "uaaututssssu", entry->id, mail->key,
		            services[mail->service], entry->facts->sender_id,
		            journal_facts_protected(entry->facts),
		            (guint64)(mail->n_to + mail->n_cc), kept->bare, kept->envelope_from,
		            kept->listed_sender, kept->listed_recipients, kept->subject,
		            entry->writer_id) == 1)
			return TRUE;
		*done = db_error_is_duplicate(failure, "journal_entry_mail");
		if (*done)
			return TRUE;
		if (!db_error_is_duplicate(failure, "PRIMARY") || taken == MAX_TAKEN) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
	}
}

static void add_mailbox_row(DbValues *values, guint i, gpointer data)
{
	const JournalNew *entry = data;
	const JournalMailbox *one = &g_array_index(entry->facts->mailboxes, JournalMailbox, i);

	db_values_add_u64(values, entry->id);
	db_values_add_u64(values, one->mailbox_id);
	db_values_add_u64(values, one->role);
	db_values_add_u64(values, one->reached);
	db_values_add_u64(values, one->protects);
}

static void add_party_row(DbValues *values, guint i, gpointer data)
{
	const JournalNew *entry = data;
	const JournalNamed *one = entry->parties->pdata[i];

	db_values_add_u64(values, entry->id);
	db_values_add_u64(values, one->role);
	db_values_add_u64(values, one->place);
	db_values_add_u64(values, one->resolved->address_id);
	db_values_add_u64(values, journal_address_mailbox(one->resolved));
	db_values_add_text(values, one->address);
	db_values_add_text(values, one->name);
	db_values_add_text(values, one->role == JOURNAL_BCC ? one->folded : "");
}

static void add_attachment_row(DbValues *values, guint i, gpointer data)
{
	const JournalNew *entry = data;

	db_values_add_u64(values, entry->id);
	db_values_add_u64(values, i);
	db_values_add_text(values, entry->kept->names->pdata[i]);
	db_values_add_u64(values, entry->kept->mail->attachments[i].size);
}

typedef struct {
	guint64 id;
	const GArray *rows; /* JournalRow */
} Readers;

static void add_reader_row(DbValues *values, guint i, gpointer data)
{
	const Readers *readers = data;
	const JournalRow *row = &g_array_index(readers->rows, JournalRow, i);

	db_values_add_u64(values, row->topic);
	db_values_add_u64(values, row->user_id);
	db_values_add_u64(values, readers->id);
}

static gboolean has_bcc(const JournalNew *entry)
{
	for (guint i = 0; i < entry->parties->len; i++)
		if (((const JournalNamed *)entry->parties->pdata[i])->role == JOURNAL_BCC)
			return TRUE;
	return FALSE;
}

static gboolean insert_rest(Db *db, JournalNew *entry, GError **error)
{
	g_autoptr(GArray) rows = journal_rows(entry->facts);
	Readers readers = {.id = entry->id, .rows = rows};
	const JournalKept *kept = entry->kept;

	return db_execute(db, error, SQL_TEXT, "utss", entry->id, has_bcc(entry), kept->text,
	               kept->folded) == 1 &&
	       db_bulk_insert(db, SQL_MAILBOX, entry->facts->mailboxes->len, add_mailbox_row, entry,
	               error) &&
	       db_bulk_insert(db, SQL_PARTY, entry->parties->len, add_party_row, entry, error) &&
	       db_bulk_insert(
	               db, SQL_ATTACHMENT, kept->names->len, add_attachment_row, entry, error) &&
	       db_bulk_insert(db, SQL_READER, rows->len, add_reader_row, &readers, error);
}

gboolean journal_store(Db *db, JournalNew *entry, gboolean *done, GError **error)
{
	*done = FALSE;
	return insert_entry(db, entry, done, error) && (*done || insert_rest(db, entry, error));
}
