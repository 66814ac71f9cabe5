/* test_journal_reports.c: delivery reports that an older version journaled with their text lose it,
 * by the right of whoever migrates, in steps. */
#include "tests/db/journal_office.h"

#include "lib/journal/journal_read.h"
#include "lib/journal/journal_reports.h"

static Config *config, *milter_config;
static Db *db, *milter;
static char *domain, *anna;
static guint64 user;

static int setup(void **state)
{
	(void)state;
	config = db_test_config();
	milter_config = office_config(config, "MILTER");
	db = db_new(config);
	milter = db_new(milter_config);
	guint64 domain_id = office_domain(db, &domain);
	anna = g_strconcat("anna@", domain, NULL);
	guint64 mailbox = office_mailbox(db, domain_id, "anna");
	user = office_user(db, "own");
	office_assign(db, mailbox, user, TRUE);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	g_free(anna);
	g_free(domain);
	db_free(milter);
	db_free(db);
	office_config_free(milter_config);
	config_free(config);
	return 0;
}

/* A mail to anna as the older version kept it. files: names, NULL ends them. */
static guint64 old_mail(JournalService service, const char *envelope_from, const char *const *files)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *key = g_strdup_printf("old-%08x%08x", g_random_int(), g_random_int());
	JournalAddress to = {.name = "Empf\u00e4ngerin", .address = anna};
	JournalAttachment attachments[4];
	JournalMail mail = {.service = service,
	        .key = key,
	        .sender = service == JOURNAL_VACATION ? anna : NULL,
	        .envelope_from = "x@outside.example",
	        .recipients = (const char *const *)&anna,
	        .n_recipients = 1,
	        .to = &to,
	        .n_to = 1,
	        .subject = "Betreffwort",
	        .text = "Textwort",
	        .attachments = attachments};

	for (; files != NULL && files[mail.n_attachments] != NULL; mail.n_attachments++)
		attachments[mail.n_attachments] =
		        (JournalAttachment){.name = files[mail.n_attachments], .size = 1};
	journal_write(milter, &mail, NULL, NULL, &error);
	assert_no_error(error);
	db_execute(db, &error,
	        "UPDATE journal_entry SET bare = NULL, envelope_from = ? WHERE mail_key = ?", "sa",
	        envelope_from, key);
	assert_no_error(error);
	g_autoptr(DbRows) rows =
	        db_query(db, NULL, "SELECT id FROM journal_entry WHERE mail_key = ?", "a", key);
	assert_true(db_rows_next(rows));
	return db_rows_u64(rows, 0);
}

static gboolean is_found(guint64 id, const char *word)
{
	g_autoptr(GError) error = NULL;
	JournalViewer viewer = journal_viewer(user, USER_JOURNAL_OWN);
	JournalFilter filter = {
	        .q = word, .mailbox = "", .participant = "", .from = id, .below = id + 1};
	g_autoptr(JournalPage) page = journal_page(db, &viewer, &filter, &error);

	assert_no_error(error);
	return page->items->len == 1;
}

static void check(guint64 id, gboolean emptied)
{
	g_autoptr(GError) error = NULL;
	JournalViewer viewer = journal_viewer(user, USER_JOURNAL_OWN);
	g_autoptr(JournalEntry) entry = journal_entry(db, &viewer, id, &error);

	assert_no_error(error);
	assert_int_equal(entry->text == NULL, emptied);
	assert_int_equal(entry->item->bare, emptied);
	assert_true(!emptied || entry->files->len == 0);
	assert_int_equal(is_found(id, "textwort"), !emptied);
	assert_true(is_found(id, "betreffwort"));
	assert_true(is_found(id, "empfaengerin"));
	assert_true(is_found(id, "anna"));
}

static guint run(void)
{
	g_autoptr(GError) error = NULL;
	guint emptied = 0;

	journal_reports_empty(db, &emptied, &error);
	assert_no_error(error);
	return emptied;
}

static void test_which(void **state)
{
	static const char *const nameless[] = {"", "", NULL}, *const named[] = {"a.pdf", "", NULL},
	                         *const many[] = {"", "", "", "", NULL};
	guint64 bounce = old_mail(JOURNAL_OUTSIDE, "", named);
	guint64 local = old_mail(JOURNAL_LOCAL, "", nameless);
	guint64 receipt = old_mail(JOURNAL_SUBMISSION, "x@outside.example", nameless);
	guint64 plain = old_mail(JOURNAL_OUTSIDE, "x@outside.example", NULL);
	guint64 with_file = old_mail(JOURNAL_OUTSIDE, "x@outside.example", named);
	guint64 newsletter = old_mail(JOURNAL_OUTSIDE, "x@outside.example", many);
	guint64 note = old_mail(JOURNAL_VACATION, "", NULL);

	(void)state;
	assert_int_equal(run(), 3);
	check(bounce, TRUE);
	check(local, TRUE);
	check(receipt, TRUE);
	check(plain, FALSE);
	check(with_file, FALSE);
	check(newsletter, FALSE);
	check(note, FALSE);
	assert_int_equal(run(), 0);
}

/* More than a step takes; what this version wrote is left alone, whatever its shape. */
static void test_steps(void **state)
{
	static const char *const nameless[] = {"", NULL};
	guint64 ids[180];

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
		ids[i] = old_mail(JOURNAL_OUTSIDE, i % 3 ? "" : "x@outside.example",
		        i % 3 == 1 ? nameless : NULL);
	guint64 new_one = old_mail(JOURNAL_OUTSIDE, "x@outside.example", nameless);
	db_execute(db, NULL, "UPDATE journal_entry SET bare = 0 WHERE id = ?", "u", new_one);
	assert_int_equal(run(), 120);
	for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
		check(ids[i], i % 3 != 0);
	check(new_one, FALSE);
	assert_int_equal(run(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_which),
	        cmocka_unit_test(test_steps),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
