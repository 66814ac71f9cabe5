/* test_journal_check.c: the comparison of stored readers with what they follow from, and the
 * journal's retention, which takes back exactly what was written.
 */
#include "tests/db/journal_office.h"

#include "lib/journal/journal_check.h"
#include "lib/journal/journal_purge.h"
#include "lib/journal/journal_rows.h"

#define MAILS 50
#define OLD 27 /* of them */
#define DAYS(n) ((guint64)(n)*24 * 3600 * G_USEC_PER_SEC)

static Config *config, *agent_config, *milter_config;
static Db *db, *agent, *milter;
static char *domain;
static guint64 mailboxes[3], users[3];

static void run(const char *sql)
{
	guint number = 0;
	g_autoptr(GError) error = NULL;

	db_run_script_statement(db, sql, &number, &error);
	assert_no_error(error);
}

static void write_mail(guint i)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *key = g_strdup_printf("check-%u", i);
	g_autofree char *to = g_strdup_printf("Check%u@%s", i % 3, domain);
	g_autofree char *bcc = g_strdup_printf("check%u+x@%s", (i + 1) % 3, domain);
	g_autofree char *stranger = g_strdup_printf("stranger%u@outside.example", i);
	const char *recipients[] = {to, bcc};
	JournalAddress from = {.address = stranger}, named = {.address = to};
	JournalAttachment file = {.name = "a.pdf", .size = 3};
	JournalMail mail = {.service = JOURNAL_OUTSIDE,
	        .key = key,
	        .envelope_from = "x@outside.example",
	        .recipients = recipients,
	        .n_recipients = 2,
	        .from = &from,
	        .n_from = 1,
	        .to = &named,
	        .n_to = 1,
	        .subject = "x",
	        .attachments = &file,
	        .n_attachments = 1};

	journal_write(milter, &mail, NULL, NULL, &error);
	assert_no_error(error);
}

/* 27 mails are moved 10 days back, to where everybody was assigned already. */
static void make_old(void)
{
	static const char *const columns[][2] = {{"journal_entry", "id"},
	        {"journal_text", "entry_id"}, {"journal_party", "entry_id"},
	        {"journal_mailbox", "entry_id"}, {"journal_attachment", "entry_id"},
	        {"journal_reader", "entry_id"}};
	guint64 last = office_number(db, "SELECT id FROM journal_entry ORDER BY id LIMIT 26, 1");

	run("UPDATE assignment SET assigned_at = 1");
	for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
		g_autofree char *sql =
		        g_strdup_printf("UPDATE %s SET %s = %s - %" G_GUINT64_FORMAT
		                        " WHERE %s <= %" G_GUINT64_FORMAT " ORDER BY %s",
		                columns[i][0], columns[i][1], columns[i][1], DAYS(10),
		                columns[i][1], last, columns[i][1]);
		run(sql);
	}
}

static int setup(void **state)
{
	(void)state;
	config = db_test_config();
	agent_config = office_config(config, "AGENT");
	milter_config = office_config(config, "MILTER");
	db = db_new(config);
	agent = db_new(agent_config);
	milter = db_new(milter_config);
	guint64 domain_id = office_domain(db, &domain);
	for (guint i = 0; i < G_N_ELEMENTS(mailboxes); i++) {
		g_autofree char *local = g_strdup_printf("check%u", i);
		mailboxes[i] = office_mailbox(db, domain_id, local);
		users[i] = office_user(db, "own");
		office_assign(db, mailboxes[i], users[i], TRUE);
	}
	office_vip(db, mailboxes[0], TRUE);
	for (guint i = 0; i < MAILS; i++)
		write_mail(i);
	make_old();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	g_free(domain);
	db_free(agent);
	db_free(milter);
	db_free(db);
	office_config_free(agent_config);
	office_config_free(milter_config);
	config_free(config);
	return 0;
}

typedef struct {
	guint count[3];
	guint64 entry_id, topic, user_id; /* of the last one */
} Faults;

static void note(
        JournalFault fault, guint64 entry_id, guint64 topic, guint64 user_id, gpointer data)
{
	Faults *faults = data;

	faults->count[fault]++;
	faults->entry_id = entry_id;
	faults->topic = topic;
	faults->user_id = user_id;
}

static Faults check(guint64 faults_wanted)
{
	g_autoptr(GError) error = NULL;
	Faults faults = {{0}, 0, 0, 0};
	JournalCheck result;

	journal_check(db, note, &faults, &result, &error);
	assert_no_error(error);
	assert_int_equal(result.faults, faults_wanted);
	assert_int_equal(result.rows, office_number(db, "SELECT COUNT(*) FROM journal_reader") +
	                                      faults.count[JOURNAL_MISSING] -
	                                      faults.count[JOURNAL_EXTRA]);
	return faults;
}

static void test_right(void **state)
{
	(void)state;
	check(0);
}

static void test_missing(void **state)
{
	guint64 entry = office_number(db, "SELECT id FROM journal_entry ORDER BY id LIMIT 7, 1");
	guint64 user = office_number(db,
	        "SELECT MAX(user_id) FROM journal_reader WHERE topic = 0 AND entry_id ="
	        " (SELECT id FROM journal_entry ORDER BY id LIMIT 7, 1)");
	g_autofree char *gone = g_strdup_printf("DELETE FROM journal_reader WHERE topic = 0 AND"
	                                        " user_id = %" G_GUINT64_FORMAT
	                                        " AND entry_id = %" G_GUINT64_FORMAT,
	        user, entry);
	g_autofree char *back =
	        g_strdup_printf("INSERT INTO journal_reader (topic, user_id, entry_id) VALUES"
	                        " (0, %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT ")",
	                user, entry);

	(void)state;
	run(gone);
	Faults faults = check(1);
	assert_int_equal(faults.count[JOURNAL_MISSING], 1);
	assert_int_equal(faults.entry_id, entry);
	assert_int_equal(faults.user_id, user);
	run(back);
	check(0);
}

/* A reader too many, a reader of an entry that isn't there, and two faults that even out. */
static void test_extra(void **state)
{
	(void)state;
	run("INSERT INTO journal_reader SELECT 0, 999, MAX(id) FROM journal_entry");
	Faults faults = check(1);
	assert_int_equal(faults.count[JOURNAL_EXTRA], 1);
	assert_int_equal(faults.user_id, 999);
	run("DELETE FROM journal_reader WHERE user_id = 999");
	run("INSERT INTO journal_reader VALUES (0, 999, 12345)");
	faults = check(1);
	assert_int_equal(faults.entry_id, 12345);
	run("DELETE FROM journal_reader WHERE user_id = 999");
	run("UPDATE journal_reader SET user_id = 999 WHERE topic = 0 AND user_id > 0"
	    " ORDER BY topic, user_id, entry_id LIMIT 1");
	faults = check(2);
	assert_int_equal(faults.count[JOURNAL_MISSING], 1);
	assert_int_equal(faults.count[JOURNAL_EXTRA], 1);
	g_autofree char *back = g_strdup_printf(
	        "UPDATE journal_reader SET user_id = %" G_GUINT64_FORMAT " WHERE user_id = 999",
	        office_number(db, "SELECT MIN(user_id) FROM journal_reader WHERE user_id > 0"));
	run(back);
	check(0);
}

static void test_mark(void **state)
{
	(void)state;
	run("UPDATE journal_entry SET protected = 1 - protected ORDER BY id LIMIT 1");
	Faults faults = check(1);
	assert_int_equal(faults.count[JOURNAL_WRONG_PROTECT], 1);
	run("UPDATE journal_entry SET protected = 1 - protected ORDER BY id LIMIT 1");
	check(0);
}

static guint purge(void)
{
	g_autoptr(GError) error = NULL;
	guint removed = 0;

	journal_purge_step(agent, &removed, &error);
	assert_no_error(error);
	return removed;
}

static void test_kept_for_ever(void **state)
{
	(void)state;
	assert_int_equal(purge(), 0);
	run("UPDATE setting SET journal_keep_days = 11");
	assert_int_equal(purge(), 0);
	assert_int_equal(office_number(db, "SELECT COUNT(*) FROM journal_entry"), MAILS);
}

static void test_purge(void **state)
{
	static const char *const left[][2] = {{"SELECT COUNT(*) FROM journal_entry", "1"},
	        {"SELECT COUNT(*) FROM journal_text", "1"},
	        {"SELECT COUNT(*) FROM journal_attachment", "1"},
	        {"SELECT COUNT(DISTINCT entry_id) FROM journal_reader", "1"},
	        {"SELECT COUNT(*) FROM journal_mailbox", "2"},
	        {"SELECT COUNT(*) FROM journal_party", "3"}};

	(void)state;
	run("UPDATE setting SET journal_keep_days = 9");
	assert_int_equal(purge(), 20);
	check(0);
	assert_int_equal(purge(), OLD - 20);
	assert_int_equal(purge(), 0);
	for (guint i = 0; i < G_N_ELEMENTS(left); i++)
		assert_int_equal(office_number(db, left[i][0]),
		        (MAILS - OLD) * g_ascii_strtoull(left[i][1], NULL, 10));
	/* addresses that nothing is found by any more are forgotten, the others are not */
	assert_int_equal(office_number(db, "SELECT COUNT(*) FROM journal_address WHERE address LIKE"
	                                   " 'stranger%'"),
	        MAILS - OLD);
	assert_int_equal(office_number(db, "SELECT COUNT(*) FROM journal_address WHERE address LIKE"
	                                   " 'check%'"),
	        3);
	check(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_right),
	        cmocka_unit_test(test_missing),
	        cmocka_unit_test(test_extra),
	        cmocka_unit_test(test_mark),
	        cmocka_unit_test(test_kept_for_ever),
	        cmocka_unit_test(test_purge),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
