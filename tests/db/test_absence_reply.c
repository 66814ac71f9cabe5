/* test_absence_reply.c: whom absence notes answered: written with the entry by the milter's right,
 * listed for those who may know, filled in by the migration for an older version's rows.
 */
#include "tests/db/journal_letter.h"

#include "lib/db/migrate.h"
#include "lib/journal/absence_reply.h"

static const JournalViewer everybody = {.any = JOURNAL_EVERYBODY, .own = 0};

/* A note of the mailbox to "to" (and rcpt, if that isn't NULL). The entry's number. */
static guint64 answer(const char *from, const char *to, const char *rcpt)
{
	Letter letter;
	g_autofree char *words = g_strdup_printf("to=%s rcpt=%s", to, rcpt != NULL ? rcpt : to);

	letter_init(&letter, JOURNAL_VACATION, from, words);
	letter.mail.envelope_from = "";
	guint64 id = write_letter(&letter);
	letter_clear(&letter);
	return id;
}

static void note_of(guint64 mailbox_id, guint generation)
{
	g_autoptr(GError) error = NULL;

	db_execute(db, &error,
	        "REPLACE INTO absence (mailbox_id, body, generation) VALUES (?, '', ?)", "uu",
	        mailbox_id, (guint64)generation);
	assert_no_error(error);
}

/* The addresses of the first page, the newest first. Free: g_free(). */
static char *seen_by(guint64 mailbox_id, const JournalViewer *viewer)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ListPage) page = absence_reply_list(db, viewer, mailbox_id, &LIST_FIRST, &error);
	GString *text = g_string_new(NULL);

	assert_no_error(error);
	for (guint i = 0; i < page->rows->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? " " : "",
		        ((const AbsenceReply *)page->rows->pdata[i])->address);
	return g_string_free(text, FALSE);
}

static void check_seen(guint64 mailbox_id, guint64 user, UserJournal right, const char *wanted)
{
	JournalViewer viewer = journal_viewer(user, right);
	g_autofree char *seen = seen_by(mailbox_id, &viewer);

	assert_string_equal(seen, wanted);
}

static void test_pages(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *longest = g_strnfill(400, 'x');

	(void)state;
	/* No note: nothing is written. */
	answer("anna@%", "a@outside.example", NULL);
	g_autofree char *none = seen_by(anna, &everybody);
	assert_string_equal(none, "");
	note_of(anna, 7);
	answer("anna@%", longest, NULL);
	for (guint i = 0; i < 120; i++) {
		g_autofree char *to = g_strdup_printf("k%u@outside.example", i);
		answer(i % 2 ? "anna@%" : "ANNA+x@%", to, NULL);
	}
	g_autofree char *after = g_strdup("");
	g_autofree char *last = NULL;
	guint seen = 0;
	for (guint expected = 120; after != NULL;) {
		g_autoptr(ListPage) page =
		        absence_reply_list(db, &everybody, anna, &(ListAt){after, ""}, &error);
		assert_no_error(error);
		assert_true(page->rows->len <= LIST_PAGE);
		assert_int_equal(page->previous, seen > 0);
		for (guint i = 0; i < page->rows->len; i++, seen++) {
			const AbsenceReply *reply = page->rows->pdata[i];
			g_autofree char *to = g_strdup_printf("k%u@outside.example", --expected);
			assert_int_equal(reply->generation, 7);
			assert_true(reply->at > 0);
			if (seen < 120)
				assert_string_equal(reply->address, to);
			else
				assert_int_equal(strlen(reply->address), 320);
		}
		g_free(after);
		after = page->next ? absence_reply_cursor(page->rows->pdata[LIST_PAGE - 1]) : NULL;
		g_free(last);
		last = absence_reply_cursor(page->rows->pdata[0]);
	}
	assert_int_equal(seen, 121);
	/* And backwards. */
	for (guint expected = LIST_PAGE; last != NULL; expected = 0) {
		g_autoptr(ListPage) page =
		        absence_reply_list(db, &everybody, anna, &(ListAt){"", last}, &error);
		assert_no_error(error);
		assert_int_equal(page->rows->len, LIST_PAGE);
		assert_true(page->next);
		for (guint i = 0; i < LIST_PAGE; i++) {
			const AbsenceReply *reply = page->rows->pdata[i];
			g_autofree char *to =
			        g_strdup_printf("k%u@outside.example", 119 - expected - i);
			assert_string_equal(reply->address, to);
		}
		assert_int_equal(page->previous, expected > 0);
		g_free(last);
		last = page->previous ? absence_reply_cursor(page->rows->pdata[0]) : NULL;
	}
	/* What isn't a cursor is the first page. */
	static const char *const wrong[] = {"x", "1", "1.2.3", "-1.2", "99999999999999999999.1"};
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		const ListAt at[] = {{wrong[i], ""}, {"", wrong[i]}};
		for (guint j = 0; j < G_N_ELEMENTS(at); j++) {
			g_autoptr(ListPage) page =
			        absence_reply_list(db, &everybody, anna, &at[j], &error);
			assert_int_equal(page->rows->len, LIST_PAGE);
			assert_true(j == 0 || !page->previous);
		}
	}
}

/* Of a VIP mailbox: who may read the entry, and of it the recipient. */
static void test_vip(void **state)
{
	(void)state;
	note_of(chef, 1);
	office_vip(db, chef, TRUE);
	answer("chef@%", "anna@%", NULL);
	answer("leitung@%", "to@outside.example", NULL);
	answer("chef@%", "anna@%", "blind@outside.example");
	g_autofree char *at_anna = full("anna@%");
	g_autofree char *all =
	        g_strconcat("blind@outside.example to@outside.example ", at_anna, NULL);
	check_seen(chef, user_c, USER_JOURNAL_OWN, all);
	check_seen(chef, user_c, USER_JOURNAL_ALL, all);
	check_seen(chef, user_c, USER_JOURNAL_NONE, "");
	check_seen(chef, user_a, USER_JOURNAL_OWN, at_anna);
	check_seen(chef, user_a, USER_JOURNAL_ALL, at_anna);
	check_seen(chef, user_b, USER_JOURNAL_ALL, "");
	/* no longer VIP: these stay as they were */
	office_vip(db, chef, FALSE);
	check_seen(chef, user_b, USER_JOURNAL_ALL, "");
	answer("chef@%", "open@outside.example", NULL);
	check_seen(chef, user_b, USER_JOURNAL_NONE, "open@outside.example");
	g_autofree char *both = g_strconcat("open@outside.example ", at_anna, NULL);
	check_seen(chef, user_a, USER_JOURNAL_OWN, both);
}

/* What an older version wrote says neither which entry it is nor whether that is protected. */
static void test_migration(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *script = NULL;
	guint64 gone = office_mailbox(db, domain_id, "gone"),
	        plain = office_mailbox(db, domain_id, "plain");

	(void)state;
	note_of(bert, 1);
	note_of(gone, 1);
	note_of(plain, 1);
	answer("bert@%", "open@outside.example", NULL);
	office_vip(db, bert, TRUE);
	answer("bert@%", "hidden@outside.example", NULL);
	office_vip(db, bert, FALSE);
	office_vip(db, gone, TRUE);
	answer("gone@%", "hidden@outside.example", NULL);
	office_vip(db, gone, FALSE);
	answer("plain@%", "open@outside.example", NULL);
	db_execute(db, &error,
	        "DELETE FROM journal_entry WHERE id IN (SELECT entry_id FROM absence_reply WHERE mailbox_id IN (?, ?))",
	        "uu", gone, plain);
	assert_no_error(error);
	db_execute(db, &error,
	        "UPDATE absence_reply SET entry_id = 0, protected = 0, at = at + 900000", "");
	assert_no_error(error);
	g_file_get_contents("sql/0009_journal_rules.sql", &script, NULL, &error);
	assert_no_error(error);
	g_autoptr(GPtrArray) statements = migrate_split(script);
	for (guint i = 0; i < statements->len; i++) {
		guint number = 0;
		assert_true(db_run_script_statement(db, statements->pdata[i], &number, NULL) ||
		            number == 1060);
	}
	check_seen(bert, user_a, USER_JOURNAL_ALL, "open@outside.example");
	check_seen(bert, user_b, USER_JOURNAL_OWN, "hidden@outside.example open@outside.example");
	check_seen(gone, user_a, USER_JOURNAL_ALL, "");
	check_seen(plain, user_a, USER_JOURNAL_ALL, "open@outside.example");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup(test_pages, calm),
	        cmocka_unit_test_setup(test_vip, calm),
	        cmocka_unit_test_setup(test_migration, calm),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
