/* test_change_log.c: pages of the change log in a large table: what each filter gives, that
 * following the pages gives all of it once, and that a page reads little more rows than it shows.
 */
#include "lib/office/change_log.h"

#include <string.h>

#include "tests/db/db_test.h"
#include "tests/db/journal_office.h"

#define ROWS 18000
#define RARE 17 /* rows with the rare word, one after the other at the old end */

static Config *config;
static Db *db;
static guint64 mailbox, user;
static char *address, *login;

static void run(const char *sql)
{
	g_autoptr(GError) error = NULL;

	db_execute(db, &error, sql, "");
	assert_no_error(error);
}

/* Every 20th row is the mailbox's, every 3rd the user's. */
static void fill(void)
{
	g_autoptr(GError) error = NULL;

	run("DELETE FROM change_log");
	db_execute(db, &error,
	        "INSERT INTO change_log"
	        " (at, user_id, actor, mailbox_id, subject, action, field, old_value, new_value)"
	        " SELECT seq * 1000000, IF(seq % 3 = 0, ?, 0), CONCAT('wer', seq % 7),"
	        "  IF(seq % 20 = 0, ?, NULL), IF(seq <= ?, 'Größe selten', 'oft'),"
	        "  'mailbox.changed', 'email_name', 'alt', REPEAT('neu ', 50)"
	        "  FROM seq_1_to_" G_STRINGIFY(ROWS),
	        "uuu", user, mailbox, (guint64)RARE);
	assert_no_error(error);
	g_autoptr(DbRows) rows = db_query(db, &error, "ANALYZE TABLE change_log", "");
	assert_no_error(error);
}

static int set_up(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *domain = NULL;
	(void)state;

	config = db_test_config();
	db = db_new(config);
	guint64 domain_id = office_domain(db, &domain);
	mailbox = office_mailbox(db, domain_id, "viel");
	address = g_strdup_printf("viel@%s", domain);
	user = office_user(db, "all");
	g_autoptr(DbRows) rows =
	        db_query(db, &error, "SELECT login FROM user WHERE id = ?", "u", user);
	assert_no_error(error);
	assert_true(db_rows_next(rows));
	login = g_strdup(db_rows_text(rows, 0));
	fill();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	run("DELETE FROM change_log");
	g_free(address);
	g_free(login);
	db_free(db);
	config_free(config);
	return 0;
}

/* How many rows this session has read so far, by whatever way. */
static guint64 reads(void)
{
	return office_number(db,
	        "SELECT SUM(VARIABLE_VALUE) FROM information_schema.SESSION_STATUS"
	        " WHERE VARIABLE_NAME IN ('HANDLER_READ_FIRST', 'HANDLER_READ_KEY',"
	        " 'HANDLER_READ_LAST', 'HANDLER_READ_NEXT', 'HANDLER_READ_PREV',"
	        " 'HANDLER_READ_RND', 'HANDLER_READ_RND_NEXT')");
}

/* A page, and how many rows were read for it (asking for that counts itself: taken off). */
static ChangePage *page_of(const ChangeFilter *filter, guint64 *read)
{
	g_autoptr(GError) error = NULL;
	guint64 first = reads(), second = reads();
	ChangePage *page = change_log_page(db, filter, &error);
	guint64 third = reads();

	assert_no_error(error);
	*read = third - second - (second - first);
	return page;
}

/* Follows the pages to the end; the rows in all. most: what any of them may read. */
static guint count(ChangeFilter filter, guint64 most)
{
	guint rows = 0, steps = 0;
	guint64 last = G_MAXUINT64;

	do {
		guint64 read = 0;
		g_autoptr(ChangePage) page = page_of(&filter, &read);
		if (read > most)
			fail_msg("page %u read %" G_GUINT64_FORMAT " rows", steps, read);
		for (guint i = 0; i < page->changes->len; i++) {
			const Change *change = page->changes->pdata[i];
			assert_true(change->id < last);
			last = change->id;
		}
		assert_true(page->changes->len == LIST_PAGE || page->next == 0 || page->partial);
		rows += page->changes->len;
		filter.after = page->next;
		assert_true(++steps < 2000);
	} while (filter.after > 0);
	return rows;
}

/* 51 rows, one for the end of a range, two to find mailbox or user, and marks of purged ones. */
static void test_a_page_reads_what_it_shows(void **state)
{
	const ChangeFilter all = {.q = "", .mailbox = "", .user = ""};
	const ChangeFilter of_mailbox = {.q = "", .mailbox = address, .user = ""};
	const ChangeFilter of_user = {.q = "", .mailbox = "", .user = login};

	(void)state;
	assert_int_equal(count(all, 120), ROWS);
	assert_int_equal(count(of_mailbox, 120), ROWS / 20);
	assert_int_equal(count(of_user, 120), ROWS / 3);
}

static void test_two_filters(void **state)
{
	const ChangeFilter both = {.q = "", .mailbox = address, .user = login};

	(void)state;
	/* A third of the mailbox's rows match: 51 and 204 are read. */
	assert_int_equal(count(both, 51 + 204 + 69), ROWS / 60);
}

static void test_words(void **state)
{
	const ChangeFilter often = {.q = "OFT neu", .mailbox = "", .user = ""};
	const ChangeFilter rare = {.q = "grösse SELTEN", .mailbox = "", .user = ""};
	const ChangeFilter none = {.q = "selten oft", .mailbox = "", .user = ""};
	const ChangeFilter narrow = {.q = "selten", .mailbox = address, .user = ""};

	(void)state;
	assert_int_equal(count(often, 300), ROWS - RARE);
	assert_int_equal(count(rare, 7000), RARE);
	assert_int_equal(count(none, 7000), 0);
	assert_int_equal(count(narrow, 7000), RARE / 20);
}

/* A search that finds nothing stops at its bound, says up to where, and goes on from there. */
static void test_bound(void **state)
{
	ChangeFilter rare = {.q = "selten", .mailbox = "", .user = ""};
	guint64 read = 0;

	(void)state;
	g_autoptr(ChangePage) page = page_of(&rare, &read);
	assert_true(page->partial);
	assert_int_equal(page->changes->len, 0);
	assert_true(page->next > 0 && page->next_at > 0);
	rare.after = page->next;
	g_autoptr(ChangePage) second = page_of(&rare, &read);
	assert_true(second->next < page->next && second->next_at < page->next_at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_a_page_reads_what_it_shows),
	        cmocka_unit_test(test_two_filters),
	        cmocka_unit_test(test_words),
	        cmocka_unit_test(test_bound),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
