/* test_change_log.c: pages of the change log in a large table: what each filter gives, that
 * following the pages gives all of it once, and that a page reads little more rows than it shows.
 */
#include "lib/office/change_log.h"

#include <string.h>

#include "tests/db/db_test.h"
#include "tests/db/journal_office.h"

#define ROWS 18000
#define SECOND G_GUINT64_CONSTANT(1000000)
#define OTHER_USER 800000000
#define OTHER_MAILBOX 900000000
#define RARE 17 /* rows with the rare word, one after the other at the old end */

static Config *config;
static Db *db;
static guint64 mailbox, user;

static void run(const char *sql)
{
	g_autoptr(GError) error = NULL;

	db_execute(db, &error, sql, "");
	assert_no_error(error);
}

/* Every 20th row is the mailbox's, every other 25th another one's; every 3rd the user's, the next
 * one another's; every 100th is about a domain. */
static void fill(void)
{
	g_autoptr(GError) error = NULL;

	run("DELETE FROM change_log");
	db_execute(db, &error,
	        "INSERT INTO change_log"
	        " (at, user_id, actor, mailbox_id, subject, action, field, old_value, new_value)"
	        " SELECT seq * 1000000, CASE seq % 3 WHEN 0 THEN ? WHEN 1 THEN " G_STRINGIFY(
	                OTHER_USER) " ELSE 0 END,"
	                            "  CONCAT('wer', seq % 7),"
	                            "  IF(seq % 20 = 0, ?, IF(seq % 25 = 0, " G_STRINGIFY(
	                                    OTHER_MAILBOX) ", NULL)), IF(seq <= ?, 'Größe selten', 'oft'),"
	                                                   "  IF(seq % 100 = 0, 'domain.changed', 'mailbox.changed'), 'email_name', 'alt', REPEAT('neu ', 50)"
	                                                   "  FROM seq_1_to_" G_STRINGIFY(ROWS),
	        "uuu", user, mailbox, (guint64)RARE);
	assert_no_error(error);
	g_autoptr(DbRows) rows = db_query(db, &error, "ANALYZE TABLE change_log", "");
	assert_no_error(error);
}

static int set_up(void **state)
{
	g_autofree char *domain = NULL;
	(void)state;

	config = db_test_config();
	db = db_new(config);
	guint64 domain_id = office_domain(db, &domain);
	mailbox = office_mailbox(db, domain_id, "viel");
	user = office_user(db, "all");
	fill();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	run("DELETE FROM change_log");
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

/* From the last page back to the first: the rows of all but the last (ids), at the same cost. */
static void walk_back(ChangeFilter filter, guint64 most, guint64 before, const GArray *ids)
{
	guint left = ids->len;

	for (filter.before = before; filter.before > 0;) {
		guint64 read = 0;
		g_autoptr(ChangePage) page = page_of(&filter, &read);
		/* One more at the end, where the first page is read anew. */
		if (read > 2 * most)
			fail_msg("backwards %" G_GUINT64_FORMAT " rows were read", read);
		assert_true(page->changes->len == LIST_PAGE || page->partial);
		assert_true(page->changes->len <= left);
		assert_true(page->next > 0);
		left -= page->changes->len;
		for (guint i = 0; i < page->changes->len; i++)
			assert_true(((const Change *)page->changes->pdata[i])->id ==
			            g_array_index(ids, guint64, left + i));
		filter.before = page->previous;
	}
	assert_int_equal(left, 0);
}

/* Follows the pages to the end and back; the rows in all. most: what any of them may read. */
static guint count(ChangeFilter filter, guint64 most)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));
	guint rows = 0, steps = 0;
	guint64 last = G_MAXUINT64, previous = 0;
	gboolean partial = FALSE;

	do {
		guint64 read = 0;
		g_autoptr(ChangePage) page = page_of(&filter, &read);
		if (read > most)
			fail_msg("page %u read %" G_GUINT64_FORMAT " rows", steps, read);
		for (guint i = 0; i < page->changes->len; i++) {
			const Change *change = page->changes->pdata[i];
			assert_true(change->id < last);
			last = change->id;
			if (page->next != 0)
				g_array_append_val(ids, last);
		}
		assert_int_equal(page->previous > 0, filter.after > 0);
		previous = page->previous;
		partial = partial || page->partial;
		assert_true(page->changes->len == LIST_PAGE || page->next == 0 || page->partial);
		rows += page->changes->len;
		filter.after = page->next;
		assert_true(++steps < 2000);
	} while (filter.after > 0);
	if (!partial)
		walk_back(filter, most, previous, ids);
	return rows;
}

static GArray *numbers(guint count, guint64 first, guint64 second)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(guint64));

	g_array_append_val(list, first);
	if (count > 1)
		g_array_append_val(list, second);
	return list;
}

/* 51 rows, one for the end of a range, one for its begin, and marks of purged ones. */
static void test_a_page_reads_what_it_shows(void **state)
{
	g_autoptr(GArray) box = numbers(1, mailbox, 0), person = numbers(1, user, 0);
	const ChangeFilter all = {.q = "", .kind = ""};
	const ChangeFilter of_mailbox = {.q = "", .mailboxes = box, .kind = ""};
	const ChangeFilter of_user = {.q = "", .users = person, .kind = ""};
	const ChangeFilter of_kind = {.q = "", .kind = "domain"};
	const ChangeFilter of_none = {.q = "", .kind = "key"};

	(void)state;
	assert_int_equal(count(all, 120), ROWS);
	assert_int_equal(count(of_mailbox, 120), ROWS / 20);
	assert_int_equal(count(of_user, 120), ROWS / 3);
	assert_int_equal(count(of_kind, 120), ROWS / 100);
	assert_int_equal(count(of_none, 120), 0);
}

/* A period in the middle costs no more, with whatever filter; its first instant belongs to it. */
static void test_period(void **state)
{
	g_autoptr(GArray) box = numbers(1, mailbox, 0), person = numbers(1, user, 0);
	const ChangeFilter all = {
	        .q = "", .kind = "", .from = 6000 * SECOND, .below = 9000 * SECOND};
	ChangeFilter one = all, of_mailbox = all, of_user = all, of_kind = all, open = all;

	(void)state;
	one.below = 6000 * SECOND + 1;
	of_mailbox.mailboxes = box;
	of_user.users = person;
	of_kind.kind = "domain";
	open.below = 0;
	assert_int_equal(count(all, 120), 3000);
	assert_int_equal(count(one, 120), 1);
	assert_int_equal(count(of_mailbox, 120), 150);
	assert_int_equal(count(of_user, 120), 1000);
	assert_int_equal(count(of_kind, 120), 30);
	assert_int_equal(count(open, 120), ROWS - 6000 + 1);
}

/* Several together are in one order, each row once; each costs its own range. */
static void test_several(void **state)
{
	g_autoptr(GArray) boxes = numbers(2, mailbox, OTHER_MAILBOX);
	g_autoptr(GArray) people = numbers(2, user, OTHER_USER);
	const ChangeFilter of_mailboxes = {.q = "", .mailboxes = boxes, .kind = ""};
	const ChangeFilter of_users = {.q = "", .users = people, .kind = ""};

	(void)state;
	assert_int_equal(count(of_mailboxes, 240), ROWS / 20 + ROWS / 25 - ROWS / 100);
	assert_int_equal(count(of_users, 240), ROWS / 3 + ROWS / 3);
}

static void test_two_filters(void **state)
{
	g_autoptr(GArray) box = numbers(1, mailbox, 0), person = numbers(1, user, 0);
	const ChangeFilter both = {.q = "", .mailboxes = box, .users = person, .kind = ""};
	const ChangeFilter kind = {.q = "", .mailboxes = box, .kind = "domain"};

	(void)state;
	/* A third of the mailbox's rows match: 51 and 204 are read. */
	assert_int_equal(count(both, 51 + 204 + 69), ROWS / 60);
	assert_int_equal(count(kind, 1200), ROWS / 100);
}

static void test_words(void **state)
{
	g_autoptr(GArray) box = numbers(1, mailbox, 0);
	const ChangeFilter often = {.q = "OFT neu", .kind = ""};
	const ChangeFilter rare = {.q = "grösse SELTEN", .kind = ""};
	const ChangeFilter none = {.q = "selten oft", .kind = ""};
	const ChangeFilter narrow = {.q = "selten", .mailboxes = box, .kind = ""};

	(void)state;
	assert_int_equal(count(often, 300), ROWS - RARE);
	assert_int_equal(count(rare, 7000), RARE);
	assert_int_equal(count(none, 7000), 0);
	assert_int_equal(count(narrow, 7000), RARE / 20);
}

/* A search that finds nothing stops at its bound, says up to where, and goes on from there. */
static void test_bound(void **state)
{
	ChangeFilter rare = {.q = "selten", .kind = ""};
	guint64 read = 0;

	(void)state;
	g_autoptr(ChangePage) page = page_of(&rare, &read);
	assert_true(page->partial);
	assert_int_equal(page->changes->len, 0);
	assert_true(page->next > 0 && page->next_at > 0);
	rare.after = page->next;
	g_autoptr(ChangePage) second = page_of(&rare, &read);
	assert_true(second->next < page->next && second->next_at < page->next_at);
	rare.after = 0;
	rare.before = second->next;
	g_autoptr(ChangePage) back = page_of(&rare, &read);
	assert_true(back->partial && back->backward && back->changes->len == 0);
	assert_true(back->previous > second->next && back->next_at > second->next_at);
	assert_int_equal(back->next, rare.before);
	rare.before = back->previous;
	g_autoptr(ChangePage) more = page_of(&rare, &read);
	assert_true(more->previous == 0 || more->previous > back->previous);
}

/* Rows whose numbers aren't in the order of their times (several servers write) are read by time.
 */
static void test_order_of_time(void **state)
{
	const ChangeFilter all = {.q = "", .kind = ""};
	guint64 read = 0;

	(void)state;
	run("INSERT INTO change_log (id, at, actor, subject, action)"
	    " VALUES (2000001, 9000000000001, 'a', 'spät', 'key.rotated'),"
	    " (2000002, 9000000000000, 'a', 'früher', 'key.rotated')");
	g_autoptr(ChangePage) page = page_of(&all, &read);
	assert_string_equal(((const Change *)page->changes->pdata[0])->subject, "spät");
	assert_string_equal(((const Change *)page->changes->pdata[1])->subject, "früher");
	ChangeFilter back = {.q = "", .kind = ""};
	back.after = page->next;
	g_autoptr(ChangePage) second = page_of(&back, &read);
	back.after = 0;
	back.before = second->previous;
	g_autoptr(ChangePage) again = page_of(&back, &read);
	assert_int_equal(again->changes->len, LIST_PAGE);
	assert_string_equal(((const Change *)again->changes->pdata[0])->subject, "spät");
	assert_string_equal(((const Change *)again->changes->pdata[1])->subject, "früher");
	run("DELETE FROM change_log WHERE id > 2000000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_a_page_reads_what_it_shows),
	        cmocka_unit_test(test_period),
	        cmocka_unit_test(test_several),
	        cmocka_unit_test(test_two_filters),
	        cmocka_unit_test(test_words),
	        cmocka_unit_test(test_bound),
	        cmocka_unit_test(test_order_of_time),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
