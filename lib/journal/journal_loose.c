/* journal_loose.c: finds whom To and Cc may name, and which mailboxes protect an entry. */
#include "lib/journal/journal_loose.h"

#include "lib/journal/journal_address.h"
#include "lib/mail/loose_address.h"

static const char SQL_ADDRESSES[] = "SELECT address FROM address WHERE mailbox_id = ?";

typedef struct {
	LooseText *text;
	GPtrArray *runs;
	GHashTable *mailboxes; /* of the present run: numbers of those that runs name */
} Header;

struct JournalLoose {
	Header to, cc;
	gboolean is_cut;
};

static void header_init(Header *header, const char *const *values, gsize count)
{
	header->text = loose_text_new();
	for (gsize i = 0; i < count; i++)
		loose_text_add(header->text, values[i]);
	header->runs = loose_text_runs(header->text);
}

static void header_clear(Header *header)
{
	loose_text_free(header->text);
	g_ptr_array_unref(header->runs);
	g_clear_pointer(&header->mailboxes, g_hash_table_unref);
}

JournalLoose *journal_loose_new(const JournalMail *mail)
{
	JournalLoose *loose = g_new0(JournalLoose, 1);

	header_init(&loose->to, mail->to_values, mail->n_to_values);
	header_init(&loose->cc, mail->cc_values, mail->n_cc_values);
	loose->is_cut = mail->is_cut;
	return loose;
}

void journal_loose_free(JournalLoose *loose)
{
	if (loose == NULL)
		return;
	header_clear(&loose->to);
	header_clear(&loose->cc);
	g_free(loose);
}

void journal_loose_candidates(const JournalLoose *loose, GPtrArray *normal)
{
	g_ptr_array_extend(normal, loose->to.runs, NULL, NULL);
	g_ptr_array_extend(normal, loose->cc.runs, NULL, NULL);
}

static gboolean names(const Header *header, guint64 mailbox_id)
{
	return g_hash_table_contains(header->mailboxes, &mailbox_id);
}

static void find(Header *header, GHashTable *resolved)
{
	g_clear_pointer(&header->mailboxes, g_hash_table_unref);
	header->mailboxes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	for (guint i = 0; i < header->runs->len; i++) {
		const JournalResolved *one = g_hash_table_lookup(resolved, header->runs->pdata[i]);
		if (one->mailbox_id != 0)
			g_hash_table_add(header->mailboxes,
			        g_memdup2(&one->mailbox_id, sizeof(one->mailbox_id)));
	}
}

static gboolean has_any_row(const JournalFacts *facts, guint64 mailbox_id)
{
	for (guint i = 0; i < facts->mailboxes->len; i++)
		if (g_array_index(facts->mailboxes, JournalMailbox, i).mailbox_id == mailbox_id)
			return TRUE;
	return FALSE;
}

static void add_loose_rows(const Header *header, JournalFacts *facts)
{
	GHashTableIter iter;
	gpointer id;

	g_hash_table_iter_init(&iter, header->mailboxes);
	while (g_hash_table_iter_next(&iter, &id, NULL)) {
		JournalMailbox one = {.mailbox_id = *(guint64 *)id, .role = JOURNAL_OTHER};
		if (!has_any_row(facts, one.mailbox_id))
			g_array_append_val(facts->mailboxes, one);
	}
}

void journal_loose_add(JournalLoose *loose, GHashTable *resolved, JournalFacts *facts)
{
	find(&loose->to, resolved);
	find(&loose->cc, resolved);
	add_loose_rows(&loose->to, facts);
	add_loose_rows(&loose->cc, facts);
}

/* Whether one of the mailbox's addresses stands in To. */
static gboolean stands_in_to(
        JournalLoose *loose, Db *db, guint64 mailbox_id, gboolean *stands, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_ADDRESSES, "u", mailbox_id);

	*stands = FALSE;
	if (rows == NULL)
		return FALSE;
	while (!*stands && db_rows_next(rows))
		*stands = loose_text_names(loose->to.text, db_rows_text(rows, 0));
	return TRUE;
}

/* Whether a VIP mailbox's row protects. Mail that it sends or that names it in To is protected
 * whatever the switch says. */
static gboolean read_protects(
        JournalLoose *loose, Db *db, JournalMailbox *one, gboolean exempt, GError **error)
{
	one->protects = !exempt || one->role == JOURNAL_FROM ||
	                (one->role == JOURNAL_TO && one->named) ||
	                names(&loose->to, one->mailbox_id) || (one->reached && loose->is_cut);
	return one->protects || !one->reached ||
	       stands_in_to(loose, db, one->mailbox_id, &one->protects, error);
}

gboolean journal_loose_protect(JournalLoose *loose, Db *db, JournalFacts *facts, guint64 mailbox_id,
        gboolean exempt, GError **error)
{
	for (guint i = 0; i < facts->mailboxes->len; i++) {
		JournalMailbox *one = &g_array_index(facts->mailboxes, JournalMailbox, i);
		if (one->mailbox_id == mailbox_id && !read_protects(loose, db, one, exempt, error))
			return FALSE;
	}
	return TRUE;
}

void journal_loose_remove_idle(JournalFacts *facts)
{
	for (guint i = facts->mailboxes->len; i-- > 0;) {
		const JournalMailbox *one = &g_array_index(facts->mailboxes, JournalMailbox, i);
		if (one->role == JOURNAL_OTHER && !one->protects)
			g_array_remove_index(facts->mailboxes, i);
	}
}
