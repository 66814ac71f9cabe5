/* test_db_hosts.c: a database host that takes connections and says nothing is waited for once, then
 * the others come first.
 */
#include "tests/db/db_test.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/error.h"

static Config *config;
static char *path;
static int silent; /* a listening socket whose connections nobody takes: a frozen server */

static int setup(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	(void)state;
	config = db_test_config();
	path = g_strdup_printf("%s/poststelle-silent-%08x", g_get_tmp_dir(), g_random_int());
	g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
	silent = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(silent >= 0);
	assert_int_equal(bind(silent, (struct sockaddr *)&address, sizeof(address)), 0);
	return listen(silent, 10);
}

static int teardown(void **state)
{
	(void)state;
	close(silent);
	g_unlink(path);
	g_free(path);
	config_free(config);
	return 0;
}

/* How many connections the silent host got since the last time. */
static guint tried(void)
{
	guint count = 0;
	int fd;

	while ((fd = accept(silent, NULL, NULL)) >= 0) {
		close(fd);
		count++;
	}
	return count;
}

static guint64 number(Db *db, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbRows) rows = db_query(db, &error, sql, "");

	assert_no_error(error);
	assert_true(db_rows_next(rows));
	return db_rows_u64(rows, 0);
}

static void lose_connection(Db *db)
{
	g_autoptr(Db) other = db_new(config);
	g_autofree char *kill =
	        g_strdup_printf("KILL %" G_GUINT64_FORMAT, number(db, "SELECT CONNECTION_ID()"));
	guint server_error;

	assert_true(db_run_script_statement(other, kill, &server_error, NULL));
}

static void test_avoided(void **state)
{
	char *hosts[] = {path, config->database_hosts[0], NULL};
	Config two = *config;

	(void)state;
	two.database_hosts = hosts;
	g_autoptr(Db) db = db_new(&two);
	assert_int_equal(number(db, "SELECT 1"), 1);
	assert_int_equal(tried(), 1);
	lose_connection(db);
	assert_int_equal(number(db, "SELECT 1"), 1);
	assert_int_equal(tried(), 0);
}

/* It is no reason to leave a host that it closed a connection, but that it doesn't answer. */
static void test_silent_while_connected(void **state)
{
	char *hosts[] = {config->database_hosts[0], path, NULL};
	Config two = *config;
	guint server_error;

	(void)state;
	two.database_hosts = hosts;
	two.database_io_timeout = 2;
	g_autoptr(Db) db = db_new(&two);
	assert_int_equal(number(db, "SELECT 1"), 1);
	lose_connection(db);
	assert_int_equal(number(db, "SELECT 1"), 1);
	assert_int_equal(tried(), 0);
	assert_false(db_run_script_statement(db, "DO SLEEP(4)", &server_error, NULL));
	assert_int_equal(number(db, "SELECT 1"), 1);
	assert_int_equal(tried(), 1);
}

/* A lock is waited for less long than an answer. */
static void test_lock_waits_follow(void **state)
{
	static const guint timeouts[][2] = {{2, 1}, {5, 3}, {60, 58}};
	Config own = *config;

	(void)state;
	assert_int_equal(config->database_io_timeout, 5);
	for (gsize i = 0; i < G_N_ELEMENTS(timeouts); i++) {
		own.database_io_timeout = timeouts[i][0];
		g_autoptr(Db) db = db_new(&own);
		assert_int_equal(number(db, "SELECT @@innodb_lock_wait_timeout"), timeouts[i][1]);
		assert_int_equal(number(db, "SELECT @@lock_wait_timeout"), timeouts[i][1]);
	}
}

/* However soon they are asked again. */
static void test_nobody_answers(void **state)
{
	char *hosts[] = {(char[]){"/nowhere/sock"}, (char[]){"/nowhere/sock2"}, NULL};
	char *blank[] = {(char[]){""}, NULL};
	Config two = *config;

	(void)state;
	for (guint i = 0; i < 400; i++) {
		g_autoptr(GError) error = NULL;
		two.database_hosts = i < 200 ? hosts : blank;
		g_autoptr(Db) db = db_new(&two);
		assert_null(db_query(db, &error, "SELECT 1", ""));
		assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_UNAVAILABLE));
		assert_true(db_found_no_host(db));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_avoided),
	        cmocka_unit_test(test_silent_while_connected),
	        cmocka_unit_test(test_lock_waits_follow),
	        cmocka_unit_test(test_nobody_answers),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
