/* journal.c: finds out whom a mail concerns, and as what (From, To, Cc or, named in neither, Bcc),
 * and writes its entry, in one transaction. */
#include "lib/journal/journal.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/base/error.h"
#include "lib/journal/absence_reply.h"
#include "lib/journal/journal_loose.h"
#include "lib/journal/journal_state.h"
#include "lib/journal/journal_store.h"
#include "lib/journal/journal_ways.h"
#include "lib/mailbox/address_change.h"
#include "lib/mailbox/mailbox_clock.h"
#include "lib/mailbox/own_password.h"

/* The mail, and what a run of the transaction finds out. */
typedef struct {
	JournalKept *kept;
	JournalLoose *loose;
	JournalBeforeCommit before_commit;
	gpointer data;
	/* of the present run */
	GHashTable *resolved;
	gboolean ways_changed; /* since the mail began */
	GPtrArray *parties;    /* JournalNamed to store; borrowed */
	JournalFacts *facts;
} WriteWork;

static void run_clear(WriteWork *work)
{
	g_clear_pointer(&work->resolved, g_hash_table_unref);
	g_clear_pointer(&work->parties, g_ptr_array_unref);
	g_clear_pointer(&work->facts, journal_facts_free);
}

static void resolve_parties(WriteWork *work, GPtrArray *parties)
{
	for (guint i = 0; i < parties->len; i++) {
		JournalNamed *party = parties->pdata[i];
		party->resolved = g_hash_table_lookup(work->resolved, party->normal);
	}
}

/* Which mailboxes the addresses of the mail belong to now. */
static gboolean resolve(WriteWork *work, Db *db, GError **error)
{
	g_autoptr(GPtrArray) normal = g_ptr_array_new();

	for (guint i = 0; i < work->kept->headers->len; i++)
		g_ptr_array_add(normal, ((JournalNamed *)work->kept->headers->pdata[i])->normal);
	for (guint i = 0; i < work->kept->recipients->len; i++)
		g_ptr_array_add(normal, ((JournalNamed *)work->kept->recipients->pdata[i])->normal);
	if (work->kept->sender != NULL)
		g_ptr_array_add(normal, work->kept->sender);
	journal_loose_candidates(work->loose, normal);
	work->resolved = journal_address_resolve(db, normal, error);
	if (work->resolved == NULL)
		return FALSE;
	if (!journal_ways_find(
	            db, work->resolved, work->kept->mail->began, &work->ways_changed, error))
		return FALSE;
	resolve_parties(work, work->kept->headers);
	resolve_parties(work, work->kept->recipients);
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
static JournalMailbox *receiver(WriteWork *work, GHashTable *places, guint64 id, JournalRole role)
{
	gpointer place;

	if (g_hash_table_lookup_extended(places, &id, NULL, &place))
		return &g_array_index(
		        work->facts->mailboxes, JournalMailbox, GPOINTER_TO_UINT(place));
	g_hash_table_insert(
	        places, g_memdup2(&id, sizeof(id)), GUINT_TO_POINTER(work->facts->mailboxes->len));
	return add_mailbox(work->facts->mailboxes, id, role, FALSE);
}

/* What an address leads to has the role by which that address is named, the first of them, unless a
 * header names it itself. */
static void add_led_to(WriteWork *work, GHashTable *places, const JournalNamed *party,
        JournalRole role, gboolean reached)
{
	const GArray *through = party->resolved->through;

	for (guint i = 0; through != NULL && i < through->len; i++) {
		JournalMailbox *one =
		        receiver(work, places, g_array_index(through, guint64, i), role);
		if (!one->named && role < one->role)
			one->role = role;
		one->reached = one->reached || reached;
	}
}

/* What the addresses lead to beside the mailboxes that have them. */
static void find_through(WriteWork *work, GHashTable *places)
{
	for (guint i = 0; i < work->kept->headers->len; i++) {
		const JournalNamed *party = work->kept->headers->pdata[i];
		if (party->role != JOURNAL_FROM)
			add_led_to(work, places, party, party->role, FALSE);
	}
	for (guint i = 0; i < work->kept->recipients->len; i++)
		add_led_to(work, places, work->kept->recipients->pdata[i], JOURNAL_BCC, TRUE);
}

/* To goes before Cc: headers are in that order. From is no header that makes a sender. */
static void find_mailboxes(WriteWork *work)
{
	g_autoptr(GHashTable) places =
	        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	const JournalResolved *sender =
	        work->kept->sender != NULL ? g_hash_table_lookup(work->resolved, work->kept->sender)
	                                   : NULL;

	work->facts->sender_id = sender != NULL ? sender->mailbox_id : 0;
	if (work->facts->sender_id != 0)
		add_mailbox(work->facts->mailboxes, work->facts->sender_id, JOURNAL_FROM, TRUE);
	for (guint i = 0; i < work->kept->headers->len; i++) {
		const JournalNamed *party = work->kept->headers->pdata[i];
		if (party->role != JOURNAL_FROM && party->resolved->mailbox_id != 0)
			receiver(work, places, party->resolved->mailbox_id, party->role)->named =
			        TRUE;
	}
	for (guint i = 0; i < work->kept->recipients->len; i++) {
		const JournalNamed *party = work->kept->recipients->pdata[i];
		if (party->resolved->mailbox_id != 0)
			receiver(work, places, party->resolved->mailbox_id, JOURNAL_BCC)->reached =
			        TRUE;
	}
	find_through(work, places);
}

static gboolean is_named(const WriteWork *work, guint64 mailbox_id)
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
static void find_parties(WriteWork *work)
{
	g_autoptr(GHashTable) named = g_hash_table_new(g_str_hash, g_str_equal);
	guint places[2] = {0, 0}; /* of Bcc, and of others */

	work->parties = g_ptr_array_new();
	for (guint i = 0; i < work->kept->headers->len; i++) {
		JournalNamed *party = work->kept->headers->pdata[i];
		if (party->role != JOURNAL_FROM)
			g_hash_table_add(named, party->resolved->normal);
		if (journal_named_is_stored(party))
			g_ptr_array_add(work->parties, party);
	}
	for (guint i = 0; i < work->kept->recipients->len; i++) {
		JournalNamed *party = work->kept->recipients->pdata[i];
		if (!g_hash_table_add(named, party->resolved->normal))
			continue;
		guint64 mailbox_id = journal_address_mailbox(party->resolved);
		gboolean other = mailbox_id != 0 && is_named(work, mailbox_id);
		party->role = other ? JOURNAL_OTHER : JOURNAL_BCC;
		party->place = places[other]++;
		g_ptr_array_add(work->parties, party);
	}
}

static gboolean number_parties(WriteWork *work, Db *db, GError **error)
{
	g_autoptr(GPtrArray) resolved = g_ptr_array_new();

	for (guint i = 0; i < work->parties->len; i++)
		g_ptr_array_add(resolved, ((JournalNamed *)work->parties->pdata[i])->resolved);
	if (!journal_address_number(db, resolved, error))
		return FALSE;
	for (guint i = 0; i < work->parties->len; i++) {
		const JournalNamed *party = work->parties->pdata[i];
		JournalParty one = {.address_id = party->resolved->address_id,
		        .mailbox_id = journal_address_mailbox(party->resolved),
		        .role = party->role};
		g_array_append_val(work->facts->parties, one);
	}
	return TRUE;
}

/* The numbers of the mailboxes of the mail, some of them twice. Free: g_array_unref(). */
static GArray *mailbox_ids(const WriteWork *work)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(guint64));

	for (guint i = 0; i < work->facts->mailboxes->len; i++)
		g_array_append_val(
		        ids, g_array_index(work->facts->mailboxes, JournalMailbox, i).mailbox_id);
	return ids;
}

/* Whether an address that was changed is one of the mail's, or one of a mailbox of the mail. */
static gboolean is_concerned(const char *address, guint64 mailbox_id, gpointer data)
{
	const WriteWork *work = data;
	GHashTableIter iter;
	gpointer normal;

	for (guint i = 0; i < work->facts->mailboxes->len; i++)
		if (g_array_index(work->facts->mailboxes, JournalMailbox, i).mailbox_id ==
		        mailbox_id)
			return TRUE;
	g_hash_table_iter_init(&iter, work->resolved);
	while (g_hash_table_iter_next(&iter, &normal, NULL)) {
		g_autofree char *plain = address_without_extension(normal);
		if (*address == '@' ? g_str_has_suffix(plain, address)
		                    : strcmp(plain, address) == 0)
			return TRUE;
	}
	return FALSE;
}

/* The mail server found out before this transaction where the mail goes; what was read above is
 * what it saw, unless an address was changed since then. */
static gboolean is_unchanged(WriteWork *work, Db *db, GError **error)
{
	gint64 began = work->kept->mail->began;
	gboolean concerned = work->ways_changed;

	if (began == 0)
		return TRUE;
	if (!concerned && !address_change_since(db, began, is_concerned, work, &concerned, error))
		return FALSE;
	if (concerned)
		g_set_error(error, PS_ERROR, PS_ERROR_CONFLICT,
		        "an address of the mail was changed while it came");
	return !concerned;
}

/* Whether all lists of its recipients take mail of this sender. */
static gboolean may_write(const WriteWork *work, Db *db, GError **error)
{
	for (guint i = 0; i < work->kept->recipients->len; i++) {
		const JournalNamed *party = work->kept->recipients->pdata[i];
		if (party->resolved->list_id != 0 &&
		        !journal_ways_may_write(db, work->kept->mail, work->facts->sender_id,
		                party->resolved->list_id, error))
			return FALSE;
	}
	return TRUE;
}

/* An absence note of nobody here is none of the office's. */
static void strip_foreign_note(WriteWork *work)
{
	if (work->kept->mail->service == JOURNAL_VACATION && work->facts->sender_id == 0)
		journal_kept_strip(work->kept);
}

/* Of an absence note: whom it answered. */
static gboolean note_replies(const WriteWork *work, Db *db, guint64 id, GError **error)
{
	const JournalMail *mail = work->kept->mail;
	gboolean is_note = mail->service == JOURNAL_VACATION && work->facts->sender_id != 0;

	for (gsize i = 0; is_note && i < mail->n_recipients; i++)
		if (!absence_reply_add(db, id, work->facts->sender_id,
		            journal_facts_protected(work->facts), mail->recipients[i], error))
			return FALSE;
	return TRUE;
}

static gboolean write_entry(Db *db, gpointer data, GError **error)
{
	WriteWork *work = data;
	gboolean done = FALSE;

	run_clear(work);
	work->facts = journal_facts_new();
	if (!resolve(work, db, error))
		return FALSE;
	find_mailboxes(work);
	journal_loose_add(work->loose, work->resolved, work->facts);
	if (!is_unchanged(work, db, error) || !may_write(work, db, error))
		return FALSE;
	find_parties(work);
	strip_foreign_note(work);
	JournalNew entry = {.kept = work->kept, .facts = work->facts, .parties = work->parties};
	g_autoptr(GArray) ids = mailbox_ids(work);
	const guint64 *clocks = (const guint64 *)(gconstpointer)ids->data;
	if (!journal_state_read(db, ids, work->loose, work->facts, &entry.id, error) ||
	        !number_parties(work, db, error) ||
	        !own_password_writer(db, work->kept->mail->own_password, work->facts->sender_id,
	                &entry.writer_id, error) ||
	        !journal_store(db, &entry, &done, error))
		return FALSE;
	if (done)
		return TRUE;
	if (!note_replies(work, db, entry.id, error) ||
	        !mailbox_clock_set(db, clocks, ids->len, entry.id, error))
		return FALSE;
	return work->before_commit == NULL || work->before_commit(work->data, error);
}

gboolean journal_write(Db *db, const JournalMail *mail, JournalBeforeCommit before_commit,
        gpointer data, GError **error)
{
	g_autoptr(JournalKept) kept = journal_kept_new(mail);
	g_autoptr(JournalLoose) loose = journal_loose_new(mail);
	WriteWork work = {
	        .kept = kept, .loose = loose, .before_commit = before_commit, .data = data};
	/* The entry has a key of its own: the mail's. */
	gboolean ok = db_transaction_keyed(db, write_entry, &work, error);

	run_clear(&work);
	return ok;
}
