/* test_journal_write.c: which mailboxes a mail concerns, in which role, what protects it, and who
 * reads it.
 */
#include "tests/db/journal_letter.h"

#include "lib/journal/journal_address.h"

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

/* Whom To and Cc name in forms that only a loose reading understands, and cut headers. */
static void test_loose(void **state)
{
	static const struct {
		const char *words, *to, *cc; /* "%" is the domain */
		gboolean is_cut;
		const char *with, *without; /* the switch for Cc and Bcc */
	} cases[] = {
	        {"rcpt=chef@%", "'chef@%'", NULL, FALSE, "chef bcc vip", "chef bcc vip"},
	        {"rcpt=chef@%", "<mailto:leitung%40%>", NULL, FALSE, "chef bcc vip",
	                "chef bcc vip"},
	        {"rcpt=chef@%", "xchef@%", NULL, FALSE, "chef bcc", "chef bcc vip"},
	        {"rcpt=chef@%", "'leitung@%.org'", NULL, FALSE, "chef bcc vip", "chef bcc vip"},
	        {"rcpt=anna@%", "'leitung@%.org'", NULL, FALSE, "anna bcc", "anna bcc"},
	        {"rcpt=chef@%", NULL, "'chef@%'", FALSE, "chef bcc", "chef bcc vip"},
	        {"cc=chef@% rcpt=chef@%", "(leitung@%)", NULL, FALSE, "chef cc vip", "chef cc vip"},
	        {"cc=chef@% rcpt=chef@%", "anna@%", "chef@%", FALSE, "chef cc", "chef cc vip"},
	        {"rcpt=anna@%", "'chef@%'", NULL, FALSE, "anna bcc; chef - named vip",
	                "anna bcc; chef - named vip"},
	        {"rcpt=anna@%", "re-leitung@%.", NULL, FALSE, "anna bcc; chef - named vip",
	                "anna bcc; chef - named vip"},
	        {"rcpt=anna@%", "xchef@%, chef@%x", NULL, FALSE, "anna bcc", "anna bcc"},
	        {"rcpt=anna@%", NULL, "'chef@%'", FALSE, "anna bcc", "anna bcc; chef - named vip"},
	        {"cc=chef@% rcpt=anna@%", "'chef@%'", NULL, FALSE, "anna bcc; chef cc named vip",
	                "anna bcc; chef cc named vip"},
	        {"rcpt=anna@%", "'bert@%'", "'bert@%'", FALSE, "anna bcc", "anna bcc"},
	        {"rcpt=chef@%", "anna@%", NULL, TRUE, "chef bcc vip", "chef bcc vip"},
	        {"rcpt=anna@%", "anna@%", NULL, TRUE, "anna bcc", "anna bcc"},
	};

	(void)state;
	office_vip(db, chef, TRUE);
	for (guint i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
		Letter letter;
		g_autofree char *to = cases[i / 2].to != NULL ? everywhere(cases[i / 2].to) : NULL;
		g_autofree char *cc = cases[i / 2].cc != NULL ? everywhere(cases[i / 2].cc) : NULL;
		letter_init(&letter, JOURNAL_OUTSIDE, NULL, cases[i / 2].words);
		letter.mail.to_values = (const char *const *)&to;
		letter.mail.n_to_values = to != NULL;
		letter.mail.cc_values = (const char *const *)&cc;
		letter.mail.n_cc_values = cc != NULL;
		letter.mail.is_cut = cases[i / 2].is_cut;
		office_switch(db, i % 2 == 0);
		guint64 id = write_letter(&letter);
		letter_clear(&letter);
		g_autofree char *got = mailboxes_of(id);
		assert_string_equal(got, i % 2 ? cases[i / 2].without : cases[i / 2].with);
		g_autofree char *sql = g_strdup_printf(
		        "SELECT protected FROM journal_entry WHERE id = %" G_GUINT64_FORMAT, id);
		assert_int_equal(office_number(db, sql), strstr(got, "vip") != NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
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
	        cmocka_unit_test_setup(test_loose, calm),
	        cmocka_unit_test_setup(test_wide, calm),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
