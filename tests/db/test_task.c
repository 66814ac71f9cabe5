/* test_task.c: the agent's clean-up: all that is old goes, however much it is, and nothing else. */
#include "lib/office/task.h"

#include "tests/db/db_test.h"

#define OLD 2500 /* more than two batches */

static Config *config;
static Db *db;

static int set_up(void **state)
{
	(void)state;
	config = db_test_config();
	db = db_new(config);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	db_free(db);
	config_free(config);
	return 0;
}

static void run(const char *sql)
{
	g_autoptr(GError) error = NULL;

	db_execute(db, &error, sql, "");
	assert_no_error(error);
}

static guint64 count(const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbRows) rows = db_query(db, &error, sql, "");

	assert_no_error(error);
	assert_true(db_rows_next(rows));
	return db_rows_u64(rows, 0);
}

static void test_clean_up(void **state)
{
	g_autoptr(GError) error = NULL;
	gboolean more = TRUE;
	guint steps = 0;

	(void)state;
	run("INSERT INTO write_key (write_id, at) SELECT RANDOM_BYTES(16), 1 FROM seq_1_to_2500");
	run("INSERT INTO write_key (write_id, at) VALUES (RANDOM_BYTES(16), " DB_NOW ")");
	run("INSERT INTO task (kind, created_at, due_at, done_at) VALUES ('kick', 1, 1, 2),"
	    " ('kick', 1, 1, 0), ('kick', " DB_NOW ", " DB_NOW ", " DB_NOW ")");
	run("INSERT INTO address_change (at, address, mailbox_id) VALUES (1, 'alt@b.example', 1), (" DB_NOW
	    ", 'neu@b.example', 1)");
	for (; more; steps++) {
		assert_true(steps < 100);
		task_clean_up(db, &more, &error);
		assert_no_error(error);
	}
	assert_true(steps > OLD / 1000);
	assert_int_equal(count("SELECT COUNT(*) FROM write_key WHERE at = 1"), 0);
	assert_true(count("SELECT COUNT(*) FROM write_key") > 0);
	assert_int_equal(count("SELECT COUNT(*) FROM address_change WHERE at = 1"), 0);
	assert_true(count("SELECT COUNT(*) FROM address_change WHERE at > 1") > 0);
	assert_int_equal(count("SELECT COUNT(*) FROM task WHERE kind = 'kick' AND done_at = 2"), 0);
	assert_true(count("SELECT COUNT(*) FROM task WHERE kind = 'kick' AND done_at = 0") > 0);
	assert_true(count("SELECT COUNT(*) FROM task WHERE kind = 'kick' AND done_at > 2") > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_clean_up)};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
