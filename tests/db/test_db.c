/* test_db.c: values, errors, lost connections and transactions of lib/db/db.c on a real server. */
#include "tests/db/db_test.h"

#include <string.h>

#include "lib/base/error.h"

static Config *config;
static Db *db;

static int setup(void **state)
{
	(void)state;
	config = db_test_config();
	db = db_new(config);
	g_autoptr(GError) error = NULL;
	guint number;
	assert_true(db_run_script_statement(db,
	        "CREATE TABLE IF NOT EXISTS db_test (id INT PRIMARY KEY, number BIGINT, name VARCHAR(40),"
	        " long_text MEDIUMTEXT, octets VARBINARY(40), UNIQUE KEY db_test_name (name)) DEFAULT CHARSET=utf8mb4",
	        &number, &error));
	assert_no_error(error);
	return 0;
}

static int teardown(void **state)
{
	guint number;

	(void)state;
	db_run_script_statement(db, "DROP TABLE db_test", &number, NULL);
	db_free(db);
	config_free(config);
	return 0;
}

static int clear(void **state)
{
	(void)state;
	return db_execute(db, NULL, "DELETE FROM db_test", "") >= 0 ? 0 : -1;
}

static void test_values(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *long_text = g_strnfill(200000, 'x');
	gsize size;

	(void)state;
	assert_int_equal(
	        db_execute(db, &error, "INSERT INTO db_test VALUES (1, ?, ?, ?, ?)", "issb",
	                (gint64)-5, "M\u00fcller \U0001F600", long_text, "a\0b", (gsize)3),
	        1);
	assert_no_error(error);
	assert_int_equal(db_execute(db, &error, "INSERT INTO db_test VALUES (2, ?, ?, ?, ?)",
	                         "tssb", TRUE, NULL, "", NULL, (gsize)0),
	        1);
	assert_no_error(error);
	g_autoptr(DbRows) rows = db_query(
	        db, &error, "SELECT number, name, long_text, octets FROM db_test ORDER BY id", "");
	assert_no_error(error);
	assert_true(db_rows_next(rows));
	assert_int_equal(db_rows_i64(rows, 0), -5);
	assert_string_equal(db_rows_text(rows, 1), "M\u00fcller \U0001F600");
	assert_string_equal(db_rows_text(rows, 2), long_text);
	assert_memory_equal(db_rows_blob(rows, 3, &size), "a\0b", 3);
	assert_int_equal(size, 3);
	assert_true(db_rows_next(rows));
	assert_int_equal(db_rows_u64(rows, 0), 1);
	assert_null(db_rows_text(rows, 1));
	assert_true(db_rows_is_null(rows, 1));
	assert_string_equal(db_rows_text(rows, 2), "");
	assert_null(db_rows_blob(rows, 3, &size));
	assert_false(db_rows_next(rows));
}

static void test_two_results_at_once(void **state)
{
	(void)state;
	g_autoptr(DbRows) a = db_query(db, NULL, "SELECT 1 UNION ALL SELECT 2", "");
	assert_true(db_rows_next(a));
	g_autoptr(DbRows) b = db_query(db, NULL, "SELECT 7", "");
	assert_true(db_rows_next(b));
	assert_true(db_rows_next(a));
	assert_int_equal(db_rows_u64(a, 0), 2);
	assert_int_equal(db_rows_u64(b, 0), 7);
}

static void test_matched_rows_count(void **state)
{
	(void)state;
	db_execute(db, NULL, "INSERT INTO db_test (id, number) VALUES (1, 4)", "");
	assert_int_equal(db_execute(db, NULL, "UPDATE db_test SET number = 4 WHERE id = 1", ""), 1);
	assert_int_equal(db_execute(db, NULL, "UPDATE db_test SET number = 4 WHERE id = 9", ""), 0);
}

static void test_duplicate_names_the_key(void **state)
{
	g_autoptr(GError) error = NULL;
	static const char sql[] = "INSERT INTO db_test (id, name) VALUES (?, ?)";

	(void)state;
	assert_int_equal(db_execute(db, NULL, sql, "us", (guint64)1, "it's"), 1);
	assert_int_equal(db_execute(db, &error, sql, "us", (guint64)2, "it's"), -1);
	assert_true(db_error_is_duplicate(error, "db_test_name"));
	g_clear_error(&error);
	assert_int_equal(db_execute(db, &error, sql, "us", (guint64)1, "other"), -1);
	assert_true(db_error_is_duplicate(error, "PRIMARY"));
}

static void test_sql_error_is_internal(void **state)
{
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_null(db_query(db, &error, "SELECT nothing FROM nowhere", ""));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_INTERNAL));
}

/* Another connection ends ours, as a restart of the server would. */
static void kill_connection(guint64 id)
{
	g_autoptr(Db) other = db_new(config);
	g_autofree char *sql = g_strdup_printf("KILL %" G_GUINT64_FORMAT, id);
	guint number;

	assert_true(db_run_script_statement(other, sql, &number, NULL));
}

static guint64 connection_id(Db *of)
{
	g_autoptr(DbRows) rows = db_query(of, NULL, "SELECT CONNECTION_ID()", "");

	assert_true(db_rows_next(rows));
	return db_rows_u64(rows, 0);
}

/* The rows, the nested query in them and what follows are whole although the connection is gone. */
static void test_rows_outlive_their_connection(void **state)
{
	g_autofree char *long_text = g_strnfill(100000, 'y');

	(void)state;
	for (guint64 id = 1; id <= 3; id++)
		assert_int_equal(
		        db_execute(db, NULL,
		                "INSERT INTO db_test (id, number, long_text) VALUES (?, ?, ?)",
		                "uus", id, id * 10, long_text),
		        1);
	g_autoptr(DbRows) rows =
	        db_query(db, NULL, "SELECT id, long_text FROM db_test ORDER BY id", "");
	assert_true(db_rows_next(rows));
	const char *first = db_rows_text(rows, 1);
	for (guint64 id = 1; id <= 3; id++) {
		assert_int_equal(db_rows_u64(rows, 0), id);
		assert_string_equal(db_rows_text(rows, 1), long_text);
		kill_connection(connection_id(db));
		g_autoptr(DbRows) nested =
		        db_query(db, NULL, "SELECT number FROM db_test WHERE id = ?", "u", id);
		assert_true(db_rows_next(nested));
		kill_connection(connection_id(db));
		assert_int_equal(db_rows_u64(nested, 0), id * 10);
		assert_int_equal(db_rows_next(rows), id < 3);
	}
	assert_string_equal(first, long_text);
}

static void test_query_survives_a_lost_connection(void **state)
{
	guint64 before = connection_id(db);

	(void)state;
	kill_connection(before);
	assert_true(connection_id(db) != before);
}

typedef struct {
	guint runs, kill_in_run, fail_in_run;
} Work;

static gboolean insert_one(Db *on, gpointer data, GError **error)
{
	Work *work = data;

	work->runs++;
	if (db_execute(on, error, "INSERT INTO db_test (id, name) VALUES (50, 'fifty')", "") < 0)
		return FALSE;
	if (work->kill_in_run == work->runs)
		kill_connection(connection_id(on));
	if (work->fail_in_run == work->runs) {
		g_set_error(error, PS_ERROR, PS_ERROR_CONFLICT, "enough");
		return FALSE;
	}
	return db_execute(on, error, "UPDATE db_test SET number = 1 WHERE id = 50", "") == 1;
}

static guint64 count_rows(void)
{
	g_autoptr(DbRows) rows = db_query(db, NULL, "SELECT COUNT(*) FROM db_test", "");

	assert_true(db_rows_next(rows));
	return db_rows_u64(rows, 0);
}

static void test_transaction_is_run_again_when_lost(void **state)
{
	g_autoptr(GError) error = NULL;
	Work work = {.kill_in_run = 1};

	(void)state;
	assert_true(db_transaction(db, insert_one, &work, &error));
	assert_int_equal(work.runs, 2);
	assert_int_equal(count_rows(), 1);
}

/* Somebody else holds the row for longer than a statement waits, but not for ever. */
static gpointer hold_row(gpointer data)
{
	g_autoptr(Db) own = db_new(config);
	guint number;

	assert_true(db_run_script_statement(own, "START TRANSACTION", &number, NULL));
	assert_true(db_run_script_statement(
	        own, "UPDATE db_test SET number = 5 WHERE id = 60", &number, NULL));
	g_atomic_int_set((gint *)data, 1);
	g_usleep(6 * G_USEC_PER_SEC);
	assert_true(db_run_script_statement(own, "COMMIT", &number, NULL));
	return NULL;
}

static gboolean add_to_row(Db *on, gpointer data, GError **error)
{
	guint *runs = data;

	(*runs)++;
	return db_execute(on, error, "UPDATE db_test SET number = number + 1 WHERE id = 60", "") ==
	       1;
}

/* The server has begun to answer when it comes to the row. */
static gboolean read_rows(Db *on, gpointer data, GError **error)
{
	guint *runs = data;

	(*runs)++;
	g_autoptr(DbRows) rows = db_query(on, error,
	        "SELECT number FROM db_test WHERE id IN (59, 60) ORDER BY id FOR UPDATE", "");
	return rows != NULL;
}

static guint64 connections(void)
{
	g_autoptr(DbRows) rows = db_query(db, NULL,
	        "SELECT COUNT(*) FROM information_schema.processlist WHERE user = ?", "s",
	        config->database_user);

	assert_true(db_rows_next(rows));
	return db_rows_u64(rows, 0);
}

/* The wait for a lock ends before the client gives up the connection: nothing is left behind that
 * still waits, and the transaction is done when the lock is free. */
static void test_lock_wait_is_no_lost_connection(void **state)
{
	g_autoptr(GError) error = NULL;
	gint held = 0;
	guint runs = 0;

	(void)state;
	db_execute(db, NULL, "INSERT INTO db_test (id, number) VALUES (60, 0)", "");
	guint64 id = connection_id(db);
	GThread *holder = g_thread_new("holder", hold_row, &held);
	while (g_atomic_int_get(&held) == 0)
		g_usleep(1000);
	assert_true(db_transaction(db, add_to_row, &runs, &error));
	assert_no_error(error);
	assert_true(runs > 1);
	g_thread_join(holder);
	assert_int_equal(connection_id(db), id);
	assert_int_equal(connections(), 1);
	g_autoptr(DbRows) rows = db_query(db, NULL, "SELECT number FROM db_test WHERE id = 60", "");
	assert_true(db_rows_next(rows));
	assert_int_equal(db_rows_u64(rows, 0), 6);
}

/* The same if the rows of an answer wait for it. */
static void test_lock_wait_among_rows_is_one(void **state)
{
	g_autoptr(GError) error = NULL;
	gint held = 0;
	guint runs = 0;

	(void)state;
	db_execute(db, NULL, "INSERT INTO db_test (id, number) VALUES (59, 0), (60, 0)", "");
	GThread *holder = g_thread_new("holder", hold_row, &held);
	while (g_atomic_int_get(&held) == 0)
		g_usleep(1000);
	assert_true(db_transaction(db, read_rows, &runs, &error));
	assert_no_error(error);
	assert_true(runs > 1);
	g_thread_join(holder);
}

static void test_transaction_is_rolled_back(void **state)
{
	g_autoptr(GError) error = NULL;
	Work work = {.fail_in_run = 1};

	(void)state;
	assert_false(db_transaction(db, insert_one, &work, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_CONFLICT));
	assert_int_equal(work.runs, 1);
	assert_int_equal(count_rows(), 0);
	assert_false(db_in_transaction(db));
}

/* Two transactions that lock two rows in opposite order: one is told of the deadlock. */
static gboolean lock_crosswise(Db *on, gpointer data, GError **error)
{
	gboolean forward = *(gboolean *)data;

	if (db_execute(on, error, "UPDATE db_test SET number = number + 1 WHERE id = ?", "u",
	            (guint64)(forward ? 1 : 2)) != 1)
		return FALSE;
	g_usleep(100000);
	return db_execute(on, error, "UPDATE db_test SET number = number + 1 WHERE id = ?", "u",
	               (guint64)(forward ? 2 : 1)) == 1;
}

static gpointer run_crosswise(gpointer data)
{
	g_autoptr(Db) own = db_new(config);

	return GINT_TO_POINTER(db_transaction(own, lock_crosswise, data, NULL));
}

static void test_deadlock_is_run_again(void **state)
{
	gboolean forward = TRUE, backward = FALSE;

	(void)state;
	db_execute(db, NULL, "INSERT INTO db_test (id, number) VALUES (1, 0), (2, 0)", "");
	GThread *a = g_thread_new("forward", run_crosswise, &forward);
	GThread *b = g_thread_new("backward", run_crosswise, &backward);
	assert_true(GPOINTER_TO_INT(g_thread_join(a)));
	assert_true(GPOINTER_TO_INT(g_thread_join(b)));
	g_autoptr(DbRows) rows = db_query(db, NULL, "SELECT number FROM db_test", "");
	while (db_rows_next(rows))
		assert_int_equal(db_rows_u64(rows, 0), 2);
}

static void test_unreachable(void **state)
{
	g_autoptr(GError) error = NULL;
	char *hosts[] = {(char[]){"/nowhere/mysqld.sock"}, (char[]){"127.0.0.1:1"}, NULL};
	Config away = *config;

	(void)state;
	away.database_hosts = hosts;
	g_autoptr(Db) none = db_new(&away);
	assert_null(db_query(none, &error, "SELECT 1", ""));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_UNAVAILABLE));
}

static void test_next_host(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) hosts = g_ptr_array_new();
	Config two = *config;

	(void)state;
	g_ptr_array_add(hosts, (char[]){"/nowhere/mysqld.sock"});
	g_ptr_array_add(hosts, config->database_hosts[0]);
	g_ptr_array_add(hosts, NULL);
	two.database_hosts = (char **)hosts->pdata;
	g_autoptr(Db) second = db_new(&two);
	assert_true(connection_id(second) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup(test_values, clear),
	        cmocka_unit_test(test_two_results_at_once),
	        cmocka_unit_test_setup(test_matched_rows_count, clear),
	        cmocka_unit_test_setup(test_duplicate_names_the_key, clear),
	        cmocka_unit_test(test_sql_error_is_internal),
	        cmocka_unit_test_setup(test_rows_outlive_their_connection, clear),
	        cmocka_unit_test_setup(test_lock_wait_is_no_lost_connection, clear),
	        cmocka_unit_test_setup(test_lock_wait_among_rows_is_one, clear),
	        cmocka_unit_test(test_query_survives_a_lost_connection),
	        cmocka_unit_test_setup(test_transaction_is_run_again_when_lost, clear),
	        cmocka_unit_test_setup(test_transaction_is_rolled_back, clear),
	        cmocka_unit_test_setup(test_deadlock_is_run_again, clear),
	        cmocka_unit_test(test_unreachable),
	        cmocka_unit_test(test_next_host),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
