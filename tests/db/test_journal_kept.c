/* test_journal_kept.c: what is kept of one mail, its key and its instant; mails that are no good.
 */
#include "tests/db/journal_letter.h"

#include "lib/base/error.h"
#include "lib/journal/journal_address.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup(test_undone_before_commit, calm),
	        cmocka_unit_test_setup(test_same_key_is_one_entry, calm),
	        cmocka_unit_test_setup(test_taken_instants, calm),
	        cmocka_unit_test_setup(test_without_text, calm),
	        cmocka_unit_test_setup(test_listed, calm),
	        cmocka_unit_test_setup(test_hostile, calm),
	        cmocka_unit_test_setup(test_milter_cannot_read, calm),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
