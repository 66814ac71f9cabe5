/* journal_letter.h: the office of the journal's tests (anna, bert, chef with the further address
 * leitung, a user each), mails written by a line of words, and what they leave in the tables.
 */
#ifndef POSTSTELLE_TESTS_JOURNAL_LETTER_H
#define POSTSTELLE_TESTS_JOURNAL_LETTER_H

#include "tests/db/journal_office.h"

#include "lib/journal/journal_rows.h"

static Config *config, *milter_config;
static Db *db;     /* the owner looks */
static Db *milter; /* the milter writes */
static char *domain;
static guint64 domain_id;
static guint64 anna, bert, chef; /* mailboxes */
static guint64 user_a, user_b, user_c;

static inline int setup(void **state)
{
	g_autoptr(GError) error = NULL;

	(void)state;
	config = db_test_config();
	milter_config = office_config(config, "MILTER");
	db = db_new(config);
	milter = db_new(milter_config);
	domain_id = office_domain(db, &domain);
	anna = office_mailbox(db, domain_id, "anna");
	bert = office_mailbox(db, domain_id, "bert");
	chef = office_mailbox(db, domain_id, "chef");
	g_autofree char *alias = g_strconcat("leitung@", domain, NULL);
	alias_add(db, &office_actor, chef, alias, &error);
	assert_no_error(error);
	user_a = office_user(db, "own");
	user_b = office_user(db, "own");
	user_c = office_user(db, "own");
	office_assign(db, anna, user_a, TRUE);
	office_assign(db, bert, user_b, TRUE);
	office_assign(db, chef, user_c, TRUE);
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	db_free(milter);
	db_free(db);
	g_free(domain);
	office_config_free(milter_config);
	config_free(config);
	return 0;
}

static inline int calm(void **state)
{
	(void)state;
	office_switch(db, FALSE);
	office_vip(db, chef, FALSE);
	return 0;
}

/* "%" is the office's domain. Free: g_free(). */
static inline char *full(const char *address)
{
	const char *sign = strchr(address, '%');
	g_autofree char *head = g_strndup(address, sign != NULL ? (gsize)(sign - address) : 0);

	return sign != NULL ? g_strconcat(head, domain, sign + 1, NULL) : g_strdup(address);
}

/* The same of a text with several. Free: g_free(). */
static inline char *everywhere(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "%", -1);
	g_autoptr(GString) all = g_string_new(parts[0]);

	/* %XX is left alone */
	for (guint i = 1; parts[0] != NULL && parts[i] != NULL; i++)
		g_string_append_printf(
		        all, "%s%s", g_ascii_isxdigit(parts[i][0]) ? "%" : domain, parts[i]);
	return g_strdup(all->str);
}

/* A mail by words: "to=...", "cc=...", "from=...", "rcpt=..." */
typedef struct {
	JournalMail mail;
	GArray *from, *to, *cc;
	GPtrArray *rcpt, *texts;
	char *key;
} Letter;

static inline void letter_init(
        Letter *letter, JournalService service, const char *sender, const char *words)
{
	g_auto(GStrv) parts = g_strsplit(words, " ", -1);

	*letter = (Letter){.from = g_array_new(FALSE, TRUE, sizeof(JournalAddress)),
	        .to = g_array_new(FALSE, TRUE, sizeof(JournalAddress)),
	        .cc = g_array_new(FALSE, TRUE, sizeof(JournalAddress)),
	        .rcpt = g_ptr_array_new(),
	        .texts = g_ptr_array_new_with_free_func(g_free)};
	letter->key = g_strdup_printf("test-%08x%08x", g_random_int(), g_random_int());
	for (char **part = parts; *part != NULL; part++) {
		const char *value = strchr(*part, '=') + 1;
		JournalAddress one = {.address = full(value)};
		g_ptr_array_add(letter->texts, (char *)(guintptr)one.address);
		if (g_str_has_prefix(*part, "from="))
			g_array_append_val(letter->from, one);
		else if (g_str_has_prefix(*part, "to="))
			g_array_append_val(letter->to, one);
		else if (g_str_has_prefix(*part, "cc="))
			g_array_append_val(letter->cc, one);
		else
			g_ptr_array_add(letter->rcpt, (char *)(guintptr)one.address);
	}
	char *sender_address = sender != NULL ? full(sender) : NULL;
	if (sender_address != NULL)
		g_ptr_array_add(letter->texts, sender_address);
	letter->mail = (JournalMail){.service = service,
	        .key = letter->key,
	        .sender = sender_address,
	        .envelope_from = "x@outside.example",
	        .recipients = (const char *const *)letter->rcpt->pdata,
	        .n_recipients = letter->rcpt->len,
	        .from = (const JournalAddress *)(gconstpointer)letter->from->data,
	        .n_from = letter->from->len,
	        .to = (const JournalAddress *)(gconstpointer)letter->to->data,
	        .n_to = letter->to->len,
	        .cc = (const JournalAddress *)(gconstpointer)letter->cc->data,
	        .n_cc = letter->cc->len,
	        .subject = "Angebot",
	        .text = "Guten Tag"};
}

static inline void letter_clear(Letter *letter)
{
	g_array_unref(letter->from);
	g_array_unref(letter->to);
	g_array_unref(letter->cc);
	g_ptr_array_unref(letter->rcpt);
	g_ptr_array_unref(letter->texts);
	g_free(letter->key);
}

static inline guint64 id_of(const char *key)
{
	g_autoptr(DbRows) rows =
	        db_query(db, NULL, "SELECT id FROM journal_entry WHERE mail_key = ?", "a", key);

	return db_rows_next(rows) ? db_rows_u64(rows, 0) : 0;
}

static inline guint64 write_letter(Letter *letter)
{
	g_autoptr(GError) error = NULL;

	journal_write(milter, &letter->mail, NULL, NULL, &error);
	assert_no_error(error);
	return id_of(letter->key);
}

static inline guint64 write_mail(JournalService service, const char *sender, const char *words)
{
	Letter letter;

	letter_init(&letter, service, sender, words);
	guint64 id = write_letter(&letter);
	letter_clear(&letter);
	assert_true(id > 0);
	return id;
}

static inline const char *name_of_mailbox(guint64 id)
{
	return id == anna ? "anna" : id == bert ? "bert" : id == chef ? "chef" : "?";
}

static inline const char *name_of_user(guint64 id)
{
	return id == user_a ? "a" : id == user_b ? "b" : id == user_c ? "c" : id == 0 ? "all" : "?";
}

/* "chef to reached protects; ..." in the order of mailboxes. Free: g_free(). */
static inline char *mailboxes_of(guint64 id)
{
	static const char *const roles[] = {"from", "to", "cc", "bcc", "-"};
	g_autoptr(DbRows) rows = db_query(db, NULL,
	        "SELECT mailbox_id, role, reached, protects FROM journal_mailbox"
	        " WHERE entry_id = ? ORDER BY mailbox_id, role",
	        "u", id);
	GString *text = g_string_new(NULL);

	while (db_rows_next(rows))
		g_string_append_printf(text, "%s%s %s%s%s", text->len > 0 ? "; " : "",
		        name_of_mailbox(db_rows_u64(rows, 0)), roles[db_rows_u64(rows, 1)],
		        db_rows_u64(rows, 2) ? "" : " named", db_rows_u64(rows, 3) ? " vip" : "");
	return g_string_free(text, FALSE);
}

/* The readers by a topic, in the order of users. Free: g_free(). */
static inline char *readers_of(guint64 topic, guint64 id)
{
	g_autoptr(DbRows) rows = db_query(db, NULL,
	        "SELECT user_id FROM journal_reader WHERE topic = ? AND entry_id = ?"
	        " ORDER BY user_id",
	        "uu", topic, id);
	GString *text = g_string_new(NULL);

	while (db_rows_next(rows))
		g_string_append_printf(
		        text, "%s%s", text->len > 0 ? " " : "", name_of_user(db_rows_u64(rows, 0)));
	return g_string_free(text, FALSE);
}

static inline guint64 address_topic(const char *address)
{
	g_autofree char *whole = full(address);
	g_autoptr(DbRows) rows =
	        db_query(db, NULL, "SELECT id FROM journal_address WHERE address = ?", "s", whole);

	return db_rows_next(rows) ? JOURNAL_TOPIC_ADDRESS(db_rows_u64(rows, 0)) : 0;
}

static inline void check(guint64 id, const char *mailboxes, const char *readers)
{
	g_autofree char *got_mailboxes = mailboxes_of(id);
	g_autofree char *got_readers = readers_of(JOURNAL_TOPIC_ALL, id);

	assert_string_equal(got_mailboxes, mailboxes);
	assert_string_equal(got_readers, readers);
}

static inline void check_topic(guint64 topic, guint64 id, const char *readers)
{
	g_autofree char *got = readers_of(topic, id);

	assert_string_equal(got, readers);
}

#endif
