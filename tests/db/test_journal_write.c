/*
 * test_journal_write.c: what one mail leaves in the journal: mailboxes, roles, what protects,
 * readers; keys, instants, and mails that are no good.
 */
#include "tests/db/journal_office.h"

#include <stdio.h>

#include "lib/base/error.h"
#include "lib/journal/journal_address.h"
#include "lib/journal/journal_rows.h"

static Config *config, *milter_config;
static Db *db;     /* the owner looks */
static Db *milter; /* the milter writes */
static char *domain;
static guint64 domain_id;
static guint64 anna, bert, chef; /* mailboxes */
static guint64 user_a, user_b, user_c;

static int setup(void **state)
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

static int teardown(void **state)
{
	(void)state;
	db_free(milter);
	db_free(db);
	g_free(domain);
	office_config_free(milter_config);
	config_free(config);
	return 0;
}

static int calm(void **state)
{
	(void)state;
	office_switch(db, FALSE);
	office_vip(db, chef, FALSE);
	return 0;
}

/* "%" is the office's domain. Free: g_free(). */
static char *full(const char *address)
{
	const char *sign = strchr(address, '%');
	g_autofree char *head = g_strndup(address, sign != NULL ? (gsize)(sign - address) : 0);

	return sign != NULL ? g_strconcat(head, domain, sign + 1, NULL) : g_strdup(address);
}

/* A mail by words: "to=...", "cc=...", "from=...", "rcpt=..." */
typedef struct {
	JournalMail mail;
	GArray *from, *to, *cc;
	GPtrArray *rcpt, *texts;
	char *key;
} Letter;

static void letter_init(
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

static void letter_clear(Letter *letter)
{
	g_array_unref(letter->from);
	g_array_unref(letter->to);
	g_array_unref(letter->cc);
	g_ptr_array_unref(letter->rcpt);
	g_ptr_array_unref(letter->texts);
	g_free(letter->key);
}

static guint64 id_of(const char *key)
{
	g_autoptr(DbRows) rows =
	        db_query(db, NULL, "SELECT id FROM journal_entry WHERE mail_key = ?", "a", key);

	return db_rows_next(rows) ? db_rows_u64(rows, 0) : 0;
}

static guint64 write_letter(Letter *letter)
{
	g_autoptr(GError) error = NULL;

	journal_write(milter, &letter->mail, NULL, NULL, &error);
	assert_no_error(error);
	return id_of(letter->key);
}

static guint64 write_mail(JournalService service, const char *sender, const char *words)
{
	Letter letter;

	letter_init(&letter, service, sender, words);
	guint64 id = write_letter(&letter);
	letter_clear(&letter);
	assert_true(id > 0);
	return id;
}

static const char *name_of_mailbox(guint64 id)
{
	return id == anna ? "anna" : id == bert ? "bert" : id == chef ? "chef" : "?";
}

static const char *name_of_user(guint64 id)
{
	return id == user_a ? "a" : id == user_b ? "b" : id == user_c ? "c" : id == 0 ? "all" : "?";
}

/* "chef to reached protects; ..." in the order of mailboxes. Free: g_free(). */
static char *mailboxes_of(guint64 id)
{
	static const char *const roles[] = {"from", "to", "cc", "bcc"};
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
static char *readers_of(guint64 topic, guint64 id)
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

static guint64 address_topic(const char *address)
{
	g_autofree char *whole = full(address);
	g_autoptr(DbRows) rows =
	        db_query(db, NULL, "SELECT id FROM journal_address WHERE address = ?", "s", whole);

	return db_rows_next(rows) ? JOURNAL_TOPIC_ADDRESS(db_rows_u64(rows, 0)) : 0;
}

static void check(guint64 id, const char *mailboxes, const char *readers)
{
	g_autofree char *got_mailboxes = mailboxes_of(id);
	g_autofree char *got_readers = readers_of(JOURNAL_TOPIC_ALL, id);

	assert_string_equal(got_mailboxes, mailboxes);
	assert_string_equal(got_readers, readers);
}

static void check_topic(guint64 topic, guint64 id, const char *readers)
{
	g_autofree char *got = readers_of(topic, id);

	assert_string_equal(got, readers);
}

static void test_from_outside(void **state)
{
	guint64 id =
	        write_mail(JOURNAL_OUTSIDE, NULL, "from=x@outside.example to=anna@% rcpt=anna@%");

	(void)state;
	check(id, "anna to", "all a");
	check_topic(JOURNAL_TOPIC_MAILBOX(anna), id, "all a");
	check_topic(address_topic("x@outside.example"), id, "all a");
	check_topic(address_topic("anna@%"), id, "all a");
}

static void test_case_extension_alias_quotes(void **state)
{
	guint64 id = write_mail(JOURNAL_OUTSIDE, NULL,
	        "to=<ANNA+Shop@%> cc=\"Leitung\"@%. rcpt=aNNa+x@% rcpt=chef+y@%");

	(void)state;
	check(id, "anna to; chef cc", "all a c");
}

/* Postfix and Dovecot take whatever stands behind the "+". */
static void test_odd_extensions(void **state)
{
	g_autofree char *many = g_strnfill(3000, 'x');
	g_autofree char *mail = g_strdup_printf(
	        "to=\"anna+a(b\"@%% cc=chef+%s@%% rcpt=\"anna+a(b\"@%% rcpt=\"chef+%s\"@%%", many,
	        many);

	(void)state;
	office_vip(db, chef, TRUE);
	guint64 id = write_mail(JOURNAL_OUTSIDE, NULL, mail);
	check(id, "anna to; chef cc vip", "a c");
}

/* Two that are one when they are stored. */
static void test_cut_to_one(void **state)
{
	g_autofree char *many = g_strnfill(JOURNAL_ADDRESS_MAX - 1, 'y');
	g_autofree char *mail = g_strdup_printf(
	        "to=%s rcpt=%s@outside.example rcpt=%syy@outside.example rcpt=anna@%%", many, many,
	        many);

	(void)state;
	check(write_mail(JOURNAL_OUTSIDE, NULL, mail), "anna bcc", "all a");
}

static void test_header_from_makes_no_sender(void **state)
{
	office_vip(db, chef, TRUE);
	guint64 id = write_mail(JOURNAL_OUTSIDE, "chef@%", "from=chef@% to=anna@% rcpt=anna@%");

	(void)state;
	check(id, "anna to", "all a");
}

static void test_sender_is_the_log_in(void **state)
{
	guint64 id = write_mail(JOURNAL_SUBMISSION, "bert@%",
	        "from=bert@% to=anna@% rcpt=anna@% rcpt=x@outside.example");

	(void)state;
	check(id, "anna to; bert from", "all a b");
	/* a Bcc outside the office: only the sender's users */
	check_topic(address_topic("x@outside.example"), id, "b");
}

static void test_named_only(void **state)
{
	office_vip(db, chef, TRUE);
	guint64 id = write_mail(JOURNAL_OUTSIDE, NULL, "to=anna@% cc=leitung@% rcpt=anna@%");

	(void)state;
	check(id, "anna to; chef cc named vip", "a");
	check_topic(JOURNAL_TOPIC_MAILBOX(chef), id, "a");
}

static void test_bcc(void **state)
{
	guint64 id = write_mail(
	        JOURNAL_SUBMISSION, "anna@%", "from=anna@% to=bert@% rcpt=bert@% rcpt=leitung@%");

	(void)state;
	check(id, "anna from; bert to; chef bcc", "all a b c");
	check_topic(JOURNAL_TOPIC_MAILBOX(bert), id, "all a b c");
	check_topic(JOURNAL_TOPIC_MAILBOX(chef), id, "a c");
	check_topic(address_topic("leitung@%"), id, "a c");
}

/* A recipient under another address than the one that To names is no Bcc, and tells nobody. */
static void test_named_by_another_address(void **state)
{
	guint64 id =
	        write_mail(JOURNAL_OUTSIDE, NULL, "to=leitung@% to=anna@% rcpt=chef@% rcpt=anna@%");

	(void)state;
	check(id, "anna to; chef to", "all a c");
	check_topic(address_topic("leitung@%"), id, "all a c");
	check_topic(address_topic("chef@%"), id, "c");
}

static void test_switch(void **state)
{
	static const char *const mails[] = {"to=chef@% rcpt=chef@%", "cc=chef@% rcpt=chef@%",
	        "rcpt=chef@%", "cc=chef@% to=leitung@% rcpt=chef@%"};
	static const char *const with[] = {"chef to vip", "chef cc", "chef bcc", "chef to vip"};
	static const char *const without[] = {
	        "chef to vip", "chef cc vip", "chef bcc vip", "chef to vip"};

	(void)state;
	office_vip(db, chef, TRUE);
	for (guint i = 0; i < G_N_ELEMENTS(mails); i++) {
		office_switch(db, TRUE);
		check(write_mail(JOURNAL_OUTSIDE, NULL, mails[i]), with[i],
		        strstr(with[i], "vip") ? "c" : "all c");
		office_switch(db, FALSE);
		check(write_mail(JOURNAL_OUTSIDE, NULL, mails[i]), without[i], "c");
	}
	office_switch(db, TRUE);
	check(write_mail(JOURNAL_SUBMISSION, "chef@%", "to=anna@% rcpt=anna@%"),
	        "anna to; chef from vip", "a c");
}

static gboolean refuse(gpointer data, GError **error)
{
	g_set_error(error, PS_ERROR, PS_ERROR_CONFLICT, "call %u", ++*(guint *)data);
	return FALSE;
}

static void test_undone_before_commit(void **state)
{
	g_autoptr(GError) error = NULL;
	guint calls = 0;
	Letter letter;

	(void)state;
	letter_init(&letter, JOURNAL_OUTSIDE, NULL, "to=anna@% rcpt=anna@%");
	assert_false(journal_write(milter, &letter.mail, refuse, &calls, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_CONFLICT));
	assert_string_equal(error->message, "call 1");
	assert_int_equal(id_of(letter.key), 0);
	letter_clear(&letter);
}

static void test_same_key_is_one_entry(void **state)
{
	Letter letter;

	(void)state;
	letter_init(&letter, JOURNAL_OUTSIDE, NULL, "to=anna@% rcpt=anna@%");
	guint64 id = write_letter(&letter);
	assert_int_equal(write_letter(&letter), id);
	assert_int_equal(office_number(db, "SELECT COUNT(*) FROM journal_entry e"
	                                   " WHERE NOT EXISTS (SELECT 1 FROM journal_text t"
	                                   "  WHERE t.entry_id = e.id)"),
	        0);
	letter_clear(&letter);
}

/* Instants that are taken already: the mail's is the next free one, and the clock stands there. */
static void test_taken_instants(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 later = office_number(db, "SELECT " DB_NOW) + 60 * G_USEC_PER_SEC;
	Letter letter;

	(void)state;
	db_execute(db, &error, "UPDATE mailbox_clock SET at = ? WHERE mailbox_id = ?", "uu",
	        later - 1, bert);
	for (guint64 i = 0; i < 5; i++) {
		g_autofree char *key = g_strdup_printf("taken-%08x-%u", g_random_int(), (guint)i);
		db_execute(db, &error,
		        "INSERT INTO journal_entry (id, mail_key, service, protected, named,"
		        " envelope_from, sender, recipients, subject)"
		        " VALUES (?, ?, 'local', 1, 0, '', '', '', '')",
		        "ua", later + i, key);
		assert_no_error(error);
	}
	letter_init(&letter, JOURNAL_OUTSIDE, NULL, "to=bert@% rcpt=bert@%");
	assert_int_equal(write_letter(&letter), later + 5);
	letter_clear(&letter);
	g_autoptr(DbRows) rows =
	        db_query(db, NULL, "SELECT at FROM mailbox_clock WHERE mailbox_id = ?", "u", bert);
	assert_true(db_rows_next(rows));
	assert_int_equal(db_rows_u64(rows, 0), later + 5);
	db_execute(db, &error, "DELETE FROM journal_entry WHERE mail_key LIKE 'taken-%'", "");
	db_execute(db, &error, "UPDATE mailbox_clock SET at = 0 WHERE mailbox_id = ?", "u", bert);
}

/* Own mails, reports, and what has an empty envelope sender but is no note of the office. */
static void test_without_text(void **state)
{
	static const struct {
		JournalService service;
		const char *sender, *envelope_from;
		gboolean is_report, has_text;
	} cases[] = {
	        {JOURNAL_OUTSIDE, NULL, "x@outside.example", FALSE, TRUE},
	        {JOURNAL_OUTSIDE, NULL, "x@outside.example", TRUE, FALSE},
	        {JOURNAL_OUTSIDE, NULL, "", FALSE, FALSE},
	        {JOURNAL_OUTSIDE, NULL, NULL, FALSE, FALSE},
	        {JOURNAL_OUTSIDE, "anna@%", "", FALSE, FALSE},
	        {JOURNAL_SUBMISSION, "anna@%", "anna@%", FALSE, TRUE},
	        {JOURNAL_SUBMISSION, "anna@%", "anna@%", TRUE, FALSE},
	        {JOURNAL_SUBMISSION, "anna@%", "", FALSE, FALSE},
	        {JOURNAL_LOCAL, NULL, "", FALSE, FALSE},
	        {JOURNAL_VACATION, "anna@%", "", FALSE, TRUE},
	        {JOURNAL_VACATION, "leitung@%", "", FALSE, TRUE},
	        {JOURNAL_VACATION, "anna@%", "", TRUE, FALSE},
	        {JOURNAL_VACATION, "anna@outside.example", "", FALSE, FALSE},
	        {JOURNAL_VACATION, NULL, "", FALSE, FALSE},
	        {JOURNAL_OWN, NULL, "x@outside.example", FALSE, FALSE},
	};
	const JournalAttachment file = {.name = "geheim.txt", .size = 7};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		Letter letter;
		letter_init(&letter, cases[i].service, cases[i].sender, "to=anna@% rcpt=anna@%");
		letter.mail.envelope_from = cases[i].envelope_from;
		letter.mail.is_report = cases[i].is_report;
		letter.mail.text = "geheimnis";
		letter.mail.attachments = &file;
		letter.mail.n_attachments = 1;
		guint64 id = write_letter(&letter);
		letter_clear(&letter);
		g_autoptr(DbRows) rows = db_query(db, NULL,
		        "SELECT t.text IS NOT NULL, t.folded LIKE '%geheim%',"
		        " t.folded LIKE '% angebot%', e.bare,"
		        " (SELECT COUNT(*) FROM journal_attachment a WHERE a.entry_id = e.id)"
		        " FROM journal_text t JOIN journal_entry e ON e.id = t.entry_id"
		        " WHERE e.id = ?",
		        "u", id);
		assert_true(db_rows_next(rows));
		assert_int_equal(db_rows_u64(rows, 0), cases[i].has_text);
		assert_int_equal(db_rows_u64(rows, 1), cases[i].has_text);
		assert_int_equal(db_rows_u64(rows, 2), 1);
		assert_int_equal(db_rows_u64(rows, 3), !cases[i].has_text);
		assert_int_equal(db_rows_u64(rows, 4), cases[i].has_text);
	}
}

/* What the list shows: the first From with its name, the first two of To and Cc. */
static void check_listed(guint64 id, const char *sender, const char *recipients, guint named)
{
	g_autoptr(DbRows) rows = db_query(db, NULL,
	        "SELECT sender, recipients, named FROM journal_entry WHERE id = ?", "u", id);

	assert_true(db_rows_next(rows));
	assert_string_equal(db_rows_text(rows, 0), sender);
	assert_string_equal(db_rows_text(rows, 1), recipients);
	assert_int_equal(db_rows_u64(rows, 2), named);
}

static void test_listed(void **state)
{
	JournalAddress from[] = {{.name = "K\u00e4ufer,\nKarl", .address = " a@x.example"},
	        {.address = "b@x.example"}};
	Letter letter;

	(void)state;
	check_listed(write_mail(JOURNAL_OUTSIDE, NULL, "rcpt=anna@%"), "x@outside.example", "", 0);
	check_listed(write_mail(JOURNAL_OUTSIDE, NULL,
	                     "from=a@x.example cc=c@x.example to=D@x.example to=e@x.example"
	                     " rcpt=anna@%"),
	        "a@x.example", "D@x.example, e@x.example", 3);
	letter_init(&letter, JOURNAL_OUTSIDE, NULL, "cc=c@x.example rcpt=anna@%");
	letter.mail.from = from;
	letter.mail.n_from = 2;
	check_listed(write_letter(&letter), "K\u00e4ufer, Karl <a@x.example>", "c@x.example", 1);
	letter_clear(&letter);
}

/* Nothing that a mail contains keeps it from being written. */
static void test_hostile(void **state)
{
	g_autofree char *huge = g_strnfill(5000000, 'x');
	g_autofree char *umlauts = g_malloc0(400001);
	JournalAttachment files[200];
	JournalAddress many[1500];
	Letter letter;

	(void)state;
	for (guint i = 0; i < 200000; i++)
		memcpy(umlauts + (gsize)2 * i, "\xc3\xbc", 2);
	for (guint i = 0; i < G_N_ELEMENTS(files); i++)
		files[i] = (JournalAttachment){.name = i % 2 ? huge : NULL, .size = G_MAXUINT64};
	for (guint i = 0; i < G_N_ELEMENTS(many); i++)
		many[i] = (JournalAddress){.name = "\xff\xfe\r\nBcc: y",
		        .address = i % 3 == 0   ? ""
		                   : i % 3 == 1 ? umlauts
		                                : "\xff@\xff\xf0\x9f"};
	many[1499].address = letter.mail.envelope_from = NULL;
	letter_init(&letter, JOURNAL_OUTSIDE, NULL, "rcpt=anna@%");
	g_autofree char *last = full("LEITUNG@%");
	many[1499].address = last;
	letter.mail.cc = many;
	letter.mail.n_cc = G_N_ELEMENTS(many);
	letter.mail.envelope_from = huge;
	letter.mail.subject = umlauts;
	letter.mail.text = umlauts;
	letter.mail.attachments = files;
	letter.mail.n_attachments = G_N_ELEMENTS(files);
	office_vip(db, chef, TRUE);
	guint64 id = write_letter(&letter);
	letter_clear(&letter);
	check(id, "anna bcc; chef cc named vip", "a");
	g_autoptr(DbRows) rows = db_query(db, NULL,
	        "SELECT LENGTH(t.text), CHAR_LENGTH(e.subject), CHAR_LENGTH(e.envelope_from), e.named,"
	        " (SELECT COUNT(*) FROM journal_party p WHERE p.entry_id = e.id),"
	        " (SELECT COUNT(*) FROM journal_attachment a WHERE a.entry_id = e.id)"
	        " FROM journal_entry e JOIN journal_text t ON t.entry_id = e.id WHERE e.id = ?",
	        "u", id);
	assert_true(db_rows_next(rows));
	assert_int_equal(db_rows_u64(rows, 0), JOURNAL_TEXT_MAX);
	assert_int_equal(db_rows_u64(rows, 1), JOURNAL_SUBJECT_MAX);
	assert_int_equal(db_rows_u64(rows, 2), JOURNAL_ADDRESS_MAX);
	assert_int_equal(db_rows_u64(rows, 3), G_N_ELEMENTS(many));
	assert_int_equal(db_rows_u64(rows, 4), JOURNAL_NAMED_MAX + 1);
	assert_int_equal(db_rows_u64(rows, 5), JOURNAL_ATTACHMENTS_MAX);
}

/* A mail to many mailboxes with many readers: few rows, and each reader still finds it. */
static void test_wide(void **state)
{
	enum { MANY = 50 };
	g_autoptr(GString) words = g_string_new("from=x@outside.example rcpt=chef@%");
	guint64 mailboxes[MANY];

	(void)state;
	for (guint i = 0; i < MANY; i++) {
		g_autofree char *local = g_strdup_printf("wide%u", i);
		mailboxes[i] = office_mailbox(db, domain_id, local);
		office_assign(db, mailboxes[i], office_user(db, "own"), TRUE);
		g_string_append_printf(words, " to=%s@%% rcpt=%s@%%", local, local);
	}
	guint64 id = write_mail(JOURNAL_OUTSIDE, NULL, words->str);
	g_autofree char *sql = g_strdup_printf(
	        "SELECT COUNT(*) FROM journal_reader WHERE entry_id = %" G_GUINT64_FORMAT, id);
	/* 50 users and user_c in two topics, everybody in all; one row a topic: sender, 50 twice;
	 * chef as Bcc: its user in two topics */
	assert_int_equal(office_number(db, sql), 2 * 51 + 102 + 101 + 2);
	g_autoptr(DbRows) rows = db_query(db, NULL,
	        "SELECT SUM(user_id = 0), SUM(user_id = 18446744073709551615), COUNT(*)"
	        " FROM journal_reader WHERE topic = ? AND entry_id = ?",
	        "uu", JOURNAL_TOPIC_MAILBOX(mailboxes[3]), id);
	assert_true(db_rows_next(rows));
	assert_int_equal(db_rows_u64(rows, 0), 1);
	assert_int_equal(db_rows_u64(rows, 1), 1);
	assert_int_equal(db_rows_u64(rows, 2), 2);
	check_topic(JOURNAL_TOPIC_MAILBOX(chef), id, "c");
}

static void test_milter_cannot_read(void **state)
{
	static const char *const tables[] = {"journal_entry", "journal_text", "journal_party",
	        "journal_mailbox", "journal_reader", "journal_attachment"};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_autofree char *sql = g_strconcat("SELECT 1 FROM ", tables[i], " LIMIT 1", NULL);
		guint number = 0;
		assert_false(db_run_script_statement(milter, sql, &number, NULL));
		assert_int_equal(number, 1142);
	}
}

static void test_normal(void **state)
{
	static const char *const pairs[][2] = {{"", ""}, {"  ", ""}, {"<>", ""},
	        {"<@a.example,@b.example:Max@C.Example>", "max@c.example"},
	        {"\"max.m\"@c.example", "max.m@c.example"},
	        {"\"max m\"@c.example", "max m@c.example"},
	        {"\"M\\\"ax\"@c.example", "m\"ax@c.example"}, {"< max >", "max"},
	        {"m\\ax@c.example", "m\\ax@c.example"},
	        {"Max@B\xc3\xbcro.example.", "max@xn--bro-hoa.example"},
	        {"postmaster", "postmaster"}, {"a@b@c.example", "a@b@c.example"}, {"@", "@"},
	        {"x@-", "x@-"}};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *normal = journal_address_normal(pairs[i][0]);
		assert_string_equal(normal, pairs[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_normal),
	        cmocka_unit_test_setup(test_from_outside, calm),
	        cmocka_unit_test_setup(test_case_extension_alias_quotes, calm),
	        cmocka_unit_test_setup(test_odd_extensions, calm),
	        cmocka_unit_test_setup(test_cut_to_one, calm),
	        cmocka_unit_test_setup(test_header_from_makes_no_sender, calm),
	        cmocka_unit_test_setup(test_sender_is_the_log_in, calm),
	        cmocka_unit_test_setup(test_named_only, calm),
	        cmocka_unit_test_setup(test_bcc, calm),
	        cmocka_unit_test_setup(test_named_by_another_address, calm),
	        cmocka_unit_test_setup(test_switch, calm),
	        cmocka_unit_test_setup(test_undone_before_commit, calm),
	        cmocka_unit_test_setup(test_same_key_is_one_entry, calm),
	        cmocka_unit_test_setup(test_taken_instants, calm),
	        cmocka_unit_test_setup(test_without_text, calm),
	        cmocka_unit_test_setup(test_listed, calm),
	        cmocka_unit_test_setup(test_hostile, calm),
	        cmocka_unit_test_setup(test_wide, calm),
	        cmocka_unit_test(test_milter_cannot_read),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
