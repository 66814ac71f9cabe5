/* journal_rows.c: computes who may read an entry, by what it is found. */
#include "lib/journal/journal_rows.h"

JournalFacts *journal_facts_new(void)
{
	JournalFacts *facts = g_new0(JournalFacts, 1);

	facts->mailboxes = g_array_new(FALSE, FALSE, sizeof(JournalMailbox));
	facts->parties = g_array_new(FALSE, FALSE, sizeof(JournalParty));
	facts->assigned = g_array_new(FALSE, FALSE, sizeof(JournalAssigned));
	return facts;
}

void journal_facts_free(JournalFacts *facts)
{
	if (facts == NULL)
		return;
	g_array_unref(facts->mailboxes);
	g_array_unref(facts->parties);
	g_array_unref(facts->assigned);
	g_free(facts);
}

gboolean journal_facts_protected(const JournalFacts *facts)
{
	for (guint i = 0; i < facts->mailboxes->len; i++)
		if (g_array_index(facts->mailboxes, JournalMailbox, i).protects)
			return TRUE;
	return FALSE;
}

/* A set of numbers. Free: g_hash_table_unref(). */
static GHashTable *set_new(void)
{
	return g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
}

static void set_add(GHashTable *set, guint64 number)
{
	g_hash_table_add(set, g_memdup2(&number, sizeof(number)));
}

static gboolean set_has(GHashTable *set, guint64 number)
{
	return g_hash_table_contains(set, &number);
}

typedef struct {
	const JournalFacts *facts;
	GHashTable *users;   /* mailbox -> GArray of the users assigned to it */
	GHashTable *readers; /* users of the sending mailbox and those that were reached */
	GHashTable *open;    /* topics that are not Bcc alone */
	GArray *rows;
} RowsWork;

static void users_free(gpointer users)
{
	g_array_unref(users);
}

static GArray *users_of(const RowsWork *work, guint64 mailbox_id)
{
	return g_hash_table_lookup(work->users, &mailbox_id);
}

static void collect_users(RowsWork *work)
{
	const GArray *assigned = work->facts->assigned;

	for (guint i = 0; i < assigned->len; i++) {
		const JournalAssigned *one = &g_array_index(assigned, JournalAssigned, i);
		GArray *users = users_of(work, one->mailbox_id);
		if (users == NULL) {
			users = g_array_new(FALSE, FALSE, sizeof(guint64));
			g_hash_table_insert(
			        work->users, g_memdup2(&one->mailbox_id, sizeof(guint64)), users);
		}
		g_array_append_val(users, one->user_id);
	}
}

static void collect_readers(RowsWork *work)
{
	const GArray *mailboxes = work->facts->mailboxes;

	for (guint i = 0; i < mailboxes->len; i++) {
		const JournalMailbox *one = &g_array_index(mailboxes, JournalMailbox, i);
		GArray *users = one->reached ? users_of(work, one->mailbox_id) : NULL;
		for (guint j = 0; users != NULL && j < users->len; j++)
			set_add(work->readers, g_array_index(users, guint64, j));
	}
}

static gboolean is_open(JournalRole role)
{
	return role < JOURNAL_BCC;
}

static void collect_open_topics(RowsWork *work)
{
	const JournalFacts *facts = work->facts;

	for (guint i = 0; i < facts->mailboxes->len; i++) {
		const JournalMailbox *one = &g_array_index(facts->mailboxes, JournalMailbox, i);
		if (is_open(one->role))
			set_add(work->open, JOURNAL_TOPIC_MAILBOX(one->mailbox_id));
	}
	for (guint i = 0; i < facts->parties->len; i++) {
		const JournalParty *one = &g_array_index(facts->parties, JournalParty, i);
		if (is_open(one->role))
			set_add(work->open, JOURNAL_TOPIC_ADDRESS(one->address_id));
	}
}

static void add_reader_row_of(RowsWork *work, guint64 topic, guint64 user_id)
{
	JournalRow row = {.topic = topic, .user_id = user_id};

	g_array_append_val(work->rows, row);
}

static void add_readers(RowsWork *work, guint64 topic)
{
	GHashTableIter iter;
	gpointer user;

	g_hash_table_iter_init(&iter, work->readers);
	while (g_hash_table_iter_next(&iter, &user, NULL))
		add_reader_row_of(work, topic, *(guint64 *)user);
}

static void add_users(RowsWork *work, guint64 topic, guint64 mailbox_id)
{
	GArray *users = users_of(work, mailbox_id);

	for (guint i = 0; users != NULL && i < users->len; i++)
		add_reader_row_of(work, topic, g_array_index(users, guint64, i));
}

/* A topic that is in the entry as Bcc of this mailbox. */
static void add_closed(RowsWork *work, guint64 topic, guint64 mailbox_id)
{
	if (set_has(work->open, topic))
		return;
	add_users(work, topic, work->facts->sender_id);
	add_users(work, topic, mailbox_id);
}

static void add_rows(RowsWork *work)
{
	const JournalFacts *facts = work->facts;
	gboolean everybody = !journal_facts_protected(facts);
	gboolean wide = (guint64)g_hash_table_size(work->open) * g_hash_table_size(work->readers) >
	                JOURNAL_WIDE_ROWS;
	GHashTableIter iter;
	gpointer topic;

	set_add(work->open, JOURNAL_TOPIC_ALL);
	g_hash_table_iter_init(&iter, work->open);
	while (g_hash_table_iter_next(&iter, &topic, NULL)) {
		guint64 number = *(guint64 *)topic;
		if (everybody)
			add_reader_row_of(work, number, JOURNAL_EVERYBODY);
		if (wide && number != JOURNAL_TOPIC_ALL)
			add_reader_row_of(work, number, JOURNAL_WIDE);
		else
			add_readers(work, number);
	}
	if (wide)
		add_readers(work, JOURNAL_TOPIC_WIDE);
	for (guint i = 0; i < facts->mailboxes->len; i++) {
		const JournalMailbox *one = &g_array_index(facts->mailboxes, JournalMailbox, i);
		if (one->role == JOURNAL_BCC)
			add_closed(work, JOURNAL_TOPIC_MAILBOX(one->mailbox_id), one->mailbox_id);
	}
	for (guint i = 0; i < facts->parties->len; i++) {
		const JournalParty *one = &g_array_index(facts->parties, JournalParty, i);
		if (!is_open(one->role))
			add_closed(work, JOURNAL_TOPIC_ADDRESS(one->address_id), one->mailbox_id);
	}
}

static gint compare_reader_rows(gconstpointer a, gconstpointer b)
{
	const JournalRow *one = a, *other = b;

	if (one->topic != other->topic)
		return one->topic < other->topic ? -1 : 1;
	return one->user_id < other->user_id ? -1 : one->user_id > other->user_id;
}

static void sort_rows(GArray *rows)
{
	guint kept = 0;

	g_array_sort(rows, compare_reader_rows);
	for (guint i = 0; i < rows->len; i++) {
		JournalRow row = g_array_index(rows, JournalRow, i);
		if (kept == 0 ||
		        compare_reader_rows(&row, &g_array_index(rows, JournalRow, kept - 1)) != 0)
			g_array_index(rows, JournalRow, kept++) = row;
	}
	g_array_set_size(rows, kept);
}

GArray *journal_rows(const JournalFacts *facts)
{
	RowsWork work = {.facts = facts,
	        .users = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, users_free),
	        .readers = set_new(),
	        .open = set_new(),
	        .rows = g_array_new(FALSE, FALSE, sizeof(JournalRow))};

	collect_users(&work);
	collect_readers(&work);
	collect_open_topics(&work);
	add_rows(&work);
	sort_rows(work.rows);
	g_hash_table_unref(work.users);
	g_hash_table_unref(work.readers);
	g_hash_table_unref(work.open);
	return work.rows;
}
