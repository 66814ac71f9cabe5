/* journal.c: prepares a mail and writes its entry in one transaction. */
#include "lib/journal/journal.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/base/fold.h"
#include "lib/db/db_bulk.h"
#include "lib/journal/journal_address.h"
#include "lib/journal/journal_rows.h"
#include "lib/mailbox/mailbox_clock.h"

#define NAME_MAX_CHARS 255
#define FOLDED_PARTY_MAX 1024
#define MAX_TAKEN 1000 /* microseconds in a row that may be taken */

/* What follows the lock on the clocks sees the state of the mail's instant, and keeps it. */
static const char SQL_FLAGS[] = "SELECT m.id, m.vip, s.vip_exempt_cc_bcc"
                                "  FROM mailbox m JOIN setting s ON s.id = 1"
                                " WHERE m.id IN " DB_LIST_PLACES " LOCK IN SHARE MODE";
static const char SQL_ASSIGNED[] =
        "SELECT mailbox_id, user_id FROM assignment"
        " WHERE mailbox_id IN " DB_LIST_PLACES "   AND removed_at = 0 LOCK IN SHARE MODE";
static const char SQL_ENTRY[] =
        "INSERT INTO journal_entry"
        " (id, mail_key, service, sender_id, protected, named, envelope_from, sender, recipients,"
        "  subject)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
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

/* An address of the mail: of a header, or a recipient. */
typedef struct {
	JournalRole role;
	guint place;
	char *normal;
	char *address, *name; /* as shown */
	char *folded;
	JournalResolved *resolved; /* of the present run; borrowed */
} Party;

/* The mail as it is stored, and what a run of the transaction finds out. */
typedef struct {
	const JournalMail *mail;
	JournalBeforeCommit before_commit;
	gpointer data;
	char *envelope_from, *subject, *text, *folded, *sender;
	char *listed_sender, *listed_recipients;
	GPtrArray *headers;    /* Party of From, To, Cc, all of them */
	GPtrArray *recipients; /* Party, each normal address once; role BCC until it is known */
	GPtrArray *names;      /* attachments' names */
	/* of the present run */
	GHashTable *resolved;
	GPtrArray *kept; /* Party to store; borrowed */
	JournalFacts *facts;
	GArray *rows;
	guint64 id;
} Work;

/* One line of at most max characters: UTF-8, control characters are blanks. */
static char *one_line(const char *text, glong max)
{
	g_autofree char *valid = text != NULL ? fold_valid(text, (gsize)max * 8) : g_strdup("");
	GString *line = g_string_new(NULL);
	glong length = 0;

	for (const char *c = g_strchug(valid); *c != '\0' && length < max;
	        c = g_utf8_next_char(c), length++) {
		gunichar u = g_utf8_get_char(c);
		g_string_append_unichar(line, g_unichar_iscntrl(u) ? ' ' : u);
	}
	return g_strchomp(g_string_free(line, FALSE));
}

/* Text of at most JOURNAL_TEXT_MAX octets: UTF-8, lines ended by LF. */
static char *bounded_text(const char *text)
{
	g_autofree char *valid = fold_valid(text, (gsize)JOURNAL_TEXT_MAX * 2);
	GString *out = g_string_new(NULL);

	for (const char *c = valid; *c != '\0'; c++)
		if (*c != '\r')
			g_string_append_c(out, *c);
		else if (c[1] != '\n')
			g_string_append_c(out, '\n');
	gsize length = fold_prefix_length(out->str, JOURNAL_TEXT_MAX);
	g_string_truncate(out, length);
	return g_string_free(out, FALSE);
}

static void party_free(gpointer data)
{
	Party *party = data;

	g_free(party->normal);
	g_free(party->address);
	g_free(party->name);
	g_free(party->folded);
	g_free(party);
}

static Party *party_new(JournalRole role, const char *address, const char *name)
{
	Party *party = g_new0(Party, 1);

	party->role = role;
	party->normal = journal_address_normal(address);
	party->address = one_line(address, JOURNAL_ADDRESS_MAX);
	party->name = one_line(name, NAME_MAX_CHARS);
	return party;
}

static void add_header(
        GPtrArray *headers, JournalRole role, const JournalAddress *list, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		Party *party = party_new(role, list[i].address, list[i].name);
		party->place = (guint)i;
		g_ptr_array_add(headers, party);
	}
}

static void add_recipients(GPtrArray *recipients, const JournalMail *mail)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (gsize i = 0; i < mail->n_recipients; i++) {
		Party *party = party_new(JOURNAL_BCC, mail->recipients[i], NULL);
		if (g_hash_table_contains(seen, party->normal)) {
			party_free(party);
			continue;
		}
		g_hash_table_add(seen, party->normal);
		party->folded = fold_stored_text(party->address);
		party->folded[fold_prefix_length(party->folded, FOLDED_PARTY_MAX)] = '\0';
		g_ptr_array_add(recipients, party);
	}
}

static gboolean is_kept(const Party *party)
{
	return party->place < JOURNAL_NAMED_MAX;
}

/* What the list shows of From, To and Cc. */
static void list_addresses(Work *work)
{
	g_autoptr(GString) recipients = g_string_new(NULL);
	guint listed = 0;

	for (guint i = 0; i < work->headers->len && listed < JOURNAL_LISTED; i++) {
		const Party *party = work->headers->pdata[i];
		if (party->role != JOURNAL_FROM)
			g_string_append_printf(
			        recipients, "%s%s", listed++ > 0 ? ", " : "", party->address);
		else if (work->listed_sender == NULL && *party->name != '\0')
			work->listed_sender =
			        g_strdup_printf("%s <%s>", party->name, party->address);
		else if (work->listed_sender == NULL)
			work->listed_sender = g_strdup(party->address);
	}
	if (work->listed_sender == NULL)
		work->listed_sender = g_strdup(work->envelope_from);
	work->listed_recipients = g_string_free(g_steal_pointer(&recipients), FALSE);
}

/* The words by which everybody who may read the entry finds it. */
static char *folded_words(const Work *work)
{
	g_autoptr(GString) all = g_string_new(work->subject);

	for (guint i = 0; i < work->headers->len; i++) {
		const Party *party = work->headers->pdata[i];
		if (is_kept(party))
			g_string_append_printf(all, " %s %s", party->name, party->address);
	}
	for (guint i = 0; i < work->names->len; i++)
		g_string_append_printf(all, " %s", (char *)work->names->pdata[i]);
	if (work->text != NULL)
		g_string_append_printf(all, " %s", work->text);
	return fold_stored_text(all->str);
}

/* Poststelle's own mails hold passwords and links: nothing of their body is looked at. */
static void work_init(Work *work, const JournalMail *mail)
{
	gboolean has_body = mail->service != JOURNAL_OWN;
	gboolean has_sender =
	        mail->service == JOURNAL_SUBMISSION || mail->service == JOURNAL_VACATION;

	work->mail = mail;
	work->envelope_from = one_line(mail->envelope_from, JOURNAL_ADDRESS_MAX);
	work->subject = one_line(mail->subject, JOURNAL_SUBJECT_MAX);
	work->text = has_body && mail->text != NULL ? bounded_text(mail->text) : NULL;
	work->sender =
	        has_sender && mail->sender != NULL ? journal_address_normal(mail->sender) : NULL;
	work->headers = g_ptr_array_new_with_free_func(party_free);
	work->recipients = g_ptr_array_new_with_free_func(party_free);
	work->names = g_ptr_array_new_with_free_func(g_free);
	add_header(work->headers, JOURNAL_FROM, mail->from, mail->n_from);
	add_header(work->headers, JOURNAL_TO, mail->to, mail->n_to);
	add_header(work->headers, JOURNAL_CC, mail->cc, mail->n_cc);
	add_recipients(work->recipients, mail);
	for (gsize i = 0; has_body && i < MIN(mail->n_attachments, JOURNAL_ATTACHMENTS_MAX); i++)
		g_ptr_array_add(work->names, one_line(mail->attachments[i].name, NAME_MAX_CHARS));
	list_addresses(work);
	work->folded = folded_words(work);
}

static void run_clear(Work *work)
{
	g_clear_pointer(&work->resolved, g_hash_table_unref);
	g_clear_pointer(&work->kept, g_ptr_array_unref);
	g_clear_pointer(&work->facts, journal_facts_free);
	g_clear_pointer(&work->rows, g_array_unref);
}

static void work_clear(Work *work)
{
	run_clear(work);
	g_free(work->envelope_from);
	g_free(work->subject);
	g_free(work->text);
	g_free(work->folded);
	g_free(work->sender);
	g_free(work->listed_sender);
	g_free(work->listed_recipients);
	g_ptr_array_unref(work->headers);
	g_ptr_array_unref(work->recipients);
	g_ptr_array_unref(work->names);
}

static void resolve_parties(Work *work, GPtrArray *parties)
{
	for (guint i = 0; i < parties->len; i++) {
		Party *party = parties->pdata[i];
		party->resolved = g_hash_table_lookup(work->resolved, party->normal);
	}
}

/* Which mailboxes the addresses of the mail belong to now. */
static gboolean resolve(Work *work, Db *db, GError **error)
{
	g_autoptr(GPtrArray) normal = g_ptr_array_new();

	for (guint i = 0; i < work->headers->len; i++)
		g_ptr_array_add(normal, ((Party *)work->headers->pdata[i])->normal);
	for (guint i = 0; i < work->recipients->len; i++)
		g_ptr_array_add(normal, ((Party *)work->recipients->pdata[i])->normal);
	if (work->sender != NULL)
		g_ptr_array_add(normal, work->sender);
	work->resolved = journal_address_resolve(db, normal, error);
	if (work->resolved == NULL)
		return FALSE;
	resolve_parties(work, work->headers);
	resolve_parties(work, work->recipients);
	return TRUE;
}

static JournalMailbox *add_mailbox(
        GArray *mailboxes, guint64 mailbox_id, JournalRole role, gboolean reached)
{
	JournalMailbox one = {.mailbox_id = mailbox_id, .role = role, .reached = reached};

	g_array_append_val(mailboxes, one);
	return &g_array_index(mailboxes, JournalMailbox, mailboxes->len - 1);
}

/* The place of a mailbox's row as receiver; a new one has the role. */
static JournalMailbox *receiver(Work *work, GHashTable *places, guint64 id, JournalRole role)
{
	gpointer place;

	if (g_hash_table_lookup_extended(places, &id, NULL, &place))
		return &g_array_index(
		        work->facts->mailboxes, JournalMailbox, GPOINTER_TO_UINT(place));
	g_hash_table_insert(
	        places, g_memdup2(&id, sizeof(id)), GUINT_TO_POINTER(work->facts->mailboxes->len));
	return add_mailbox(work->facts->mailboxes, id, role, FALSE);
}

/* To goes before Cc: headers are in that order. From is no header that makes a sender. */
static void find_mailboxes(Work *work)
{
	g_autoptr(GHashTable) places =
	        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	const JournalResolved *sender =
	        work->sender != NULL ? g_hash_table_lookup(work->resolved, work->sender) : NULL;

	work->facts->sender_id = sender != NULL ? sender->mailbox_id : 0;
	if (work->facts->sender_id != 0)
		add_mailbox(work->facts->mailboxes, work->facts->sender_id, JOURNAL_FROM, TRUE);
	for (guint i = 0; i < work->headers->len; i++) {
		const Party *party = work->headers->pdata[i];
		if (party->role != JOURNAL_FROM && party->resolved->mailbox_id != 0)
			receiver(work, places, party->resolved->mailbox_id, party->role);
	}
	for (guint i = 0; i < work->recipients->len; i++) {
		const Party *party = work->recipients->pdata[i];
		if (party->resolved->mailbox_id != 0)
			receiver(work, places, party->resolved->mailbox_id, JOURNAL_BCC)->reached =
			        TRUE;
	}
}

static gboolean is_named(const Work *work, guint64 mailbox_id)
{
	for (guint i = 0; i < work->facts->mailboxes->len; i++) {
		const JournalMailbox *one =
		        &g_array_index(work->facts->mailboxes, JournalMailbox, i);
		if (one->mailbox_id == mailbox_id &&
		        (one->role == JOURNAL_TO || one->role == JOURNAL_CC))
			return TRUE;
	}
	return FALSE;
}

/* The addresses to store: what the headers name, and recipients that they don't. */
static void find_parties(Work *work)
{
	g_autoptr(GHashTable) named = g_hash_table_new(g_str_hash, g_str_equal);
	guint places[2] = {0, 0}; /* of Bcc, and of others */

	work->kept = g_ptr_array_new();
	for (guint i = 0; i < work->headers->len; i++) {
		Party *party = work->headers->pdata[i];
		if (party->role != JOURNAL_FROM)
			g_hash_table_add(named, party->resolved->normal);
		if (is_kept(party))
			g_ptr_array_add(work->kept, party);
	}
	for (guint i = 0; i < work->recipients->len; i++) {
		Party *party = work->recipients->pdata[i];
		if (!g_hash_table_add(named, party->resolved->normal))
			continue;
		guint64 mailbox_id = party->resolved->mailbox_id;
		gboolean other = mailbox_id != 0 && is_named(work, mailbox_id);
		party->role = other ? JOURNAL_OTHER : JOURNAL_BCC;
		party->place = places[other]++;
		g_ptr_array_add(work->kept, party);
	}
}

static gboolean number_parties(Work *work, Db *db, GError **error)
{
	g_autoptr(GPtrArray) resolved = g_ptr_array_new();

	for (guint i = 0; i < work->kept->len; i++)
		g_ptr_array_add(resolved, ((Party *)work->kept->pdata[i])->resolved);
	if (!journal_address_number(db, resolved, error))
		return FALSE;
	for (guint i = 0; i < work->kept->len; i++) {
		const Party *party = work->kept->pdata[i];
		JournalParty one = {.address_id = party->resolved->address_id,
		        .mailbox_id = party->resolved->mailbox_id,
		        .role = party->role};
		g_array_append_val(work->facts->parties, one);
	}
	return TRUE;
}

/* The numbers of the mailboxes of the mail, some of them twice. Free: g_array_unref(). */
static GArray *mailbox_ids(const Work *work, gboolean reached_only)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(guint64));

	for (guint i = 0; i < work->facts->mailboxes->len; i++) {
		const JournalMailbox *one =
		        &g_array_index(work->facts->mailboxes, JournalMailbox, i);
		if (one->reached || !reached_only)
			g_array_append_val(ids, one->mailbox_id);
	}
	return ids;
}

/* Mail that a VIP mailbox sends or that names it in To is protected whatever the switch says. */
static void set_protects(Work *work, guint64 mailbox_id, gboolean exempt)
{
	for (guint i = 0; i < work->facts->mailboxes->len; i++) {
		JournalMailbox *one = &g_array_index(work->facts->mailboxes, JournalMailbox, i);
		if (one->mailbox_id == mailbox_id)
			one->protects =
			        !exempt || one->role == JOURNAL_FROM || one->role == JOURNAL_TO;
	}
}

static gboolean read_flags(Work *work, Db *db, const GArray *ids, GError **error)
{
	for (guint first = 0; first < ids->len; first += DB_LIST) {
		g_autoptr(DbValues) values = db_values_new();
		db_list_add(values, ids, first, DB_LIST);
		g_autoptr(DbRows) rows = db_query_values(db, error, SQL_FLAGS, values);
		if (rows == NULL)
			return FALSE;
		while (db_rows_next(rows))
			if (db_rows_u64(rows, 1) != 0)
				set_protects(work, db_rows_u64(rows, 0), db_rows_u64(rows, 2) != 0);
	}
	return TRUE;
}

static gboolean read_assigned(Work *work, Db *db, GError **error)
{
	g_autoptr(GArray) ids = mailbox_ids(work, TRUE);

	for (guint first = 0; first < ids->len; first += DB_LIST) {
		g_autoptr(DbValues) values = db_values_new();
		db_list_add(values, ids, first, DB_LIST);
		g_autoptr(DbRows) rows = db_query_values(db, error, SQL_ASSIGNED, values);
		if (rows == NULL)
			return FALSE;
		while (db_rows_next(rows)) {
			JournalAssigned one = {.mailbox_id = db_rows_u64(rows, 0),
			        .user_id = db_rows_u64(rows, 1)};
			g_array_append_val(work->facts->assigned, one);
		}
	}
	return TRUE;
}

/* The entry's row, with the first instant that is free. *done: the mail has its entry already. */
static gboolean insert_entry(Work *work, Db *db, gboolean *done, GError **error)
{
	const JournalMail *mail = work->mail;

	for (guint taken = 0;; taken++, work->id++) {
		g_autoptr(GError) failure = NULL;
		if (db_execute(db, &failure, SQL_ENTRY, "uaautussss", work->id, mail->key,
		            services[mail->service], work->facts->sender_id,
		            journal_facts_protected(work->facts),
		            (guint64)(mail->n_to + mail->n_cc), work->envelope_from,
		            work->listed_sender, work->listed_recipients, work->subject) == 1)
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
	const Work *work = data;
	const JournalMailbox *one = &g_array_index(work->facts->mailboxes, JournalMailbox, i);

	db_values_add_u64(values, work->id);
	db_values_add_u64(values, one->mailbox_id);
	db_values_add_u64(values, one->role);
	db_values_add_u64(values, one->reached);
	db_values_add_u64(values, one->protects);
}

static void add_party_row(DbValues *values, guint i, gpointer data)
{
	const Work *work = data;
	const Party *party = work->kept->pdata[i];

	db_values_add_u64(values, work->id);
	db_values_add_u64(values, party->role);
	db_values_add_u64(values, party->place);
	db_values_add_u64(values, party->resolved->address_id);
	db_values_add_u64(values, party->resolved->mailbox_id);
	db_values_add_text(values, party->address);
	db_values_add_text(values, party->name);
	db_values_add_text(values, party->role == JOURNAL_BCC ? party->folded : "");
}

static void add_attachment_row(DbValues *values, guint i, gpointer data)
{
	const Work *work = data;

	db_values_add_u64(values, work->id);
	db_values_add_u64(values, i);
	db_values_add_text(values, work->names->pdata[i]);
	db_values_add_u64(values, work->mail->attachments[i].size);
}

static void add_reader_row(DbValues *values, guint i, gpointer data)
{
	const Work *work = data;
	const JournalRow *row = &g_array_index(work->rows, JournalRow, i);

	db_values_add_u64(values, row->topic);
	db_values_add_u64(values, row->user_id);
	db_values_add_u64(values, work->id);
}

static gboolean has_bcc(const Work *work)
{
	for (guint i = 0; i < work->kept->len; i++)
		if (((const Party *)work->kept->pdata[i])->role == JOURNAL_BCC)
			return TRUE;
	return FALSE;
}

static gboolean insert_rest(Work *work, Db *db, GError **error)
{
	return db_execute(db, error, SQL_TEXT, "utss", work->id, has_bcc(work), work->text,
	               work->folded) == 1 &&
	       db_bulk_insert(db, SQL_MAILBOX, work->facts->mailboxes->len, add_mailbox_row, work,
	               error) &&
	       db_bulk_insert(db, SQL_PARTY, work->kept->len, add_party_row, work, error) &&
	       db_bulk_insert(
	               db, SQL_ATTACHMENT, work->names->len, add_attachment_row, work, error) &&
	       db_bulk_insert(db, SQL_READER, work->rows->len, add_reader_row, work, error);
}

static gboolean write_entry(Db *db, gpointer data, GError **error)
{
	Work *work = data;
	gboolean done = FALSE;

	run_clear(work);
	work->facts = journal_facts_new();
	if (!resolve(work, db, error))
		return FALSE;
	find_mailboxes(work);
	find_parties(work);
	g_autoptr(GArray) ids = mailbox_ids(work, FALSE);
	if (!mailbox_clock_lock(
	            db, (const guint64 *)(gconstpointer)ids->data, ids->len, &work->id, error) ||
	        !read_flags(work, db, ids, error) || !read_assigned(work, db, error) ||
	        !number_parties(work, db, error) || !insert_entry(work, db, &done, error))
		return FALSE;
	if (done)
		return TRUE;
	work->rows = journal_rows(work->facts);
	if (!insert_rest(work, db, error) ||
	        !mailbox_clock_set(
	                db, (const guint64 *)(gconstpointer)ids->data, ids->len, work->id, error))
		return FALSE;
	return work->before_commit == NULL || work->before_commit(work->data, error);
}

gboolean journal_write(Db *db, const JournalMail *mail, JournalBeforeCommit before_commit,
        gpointer data, GError **error)
{
	Work work = {.before_commit = before_commit, .data = data};

	work_init(&work, mail);
	gboolean ok = db_transaction(db, write_entry, &work, error);
	work_clear(&work);
	return ok;
}
