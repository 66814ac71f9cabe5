/* test_migrate_run.c: migrations on a real server: long ones, two at once, a holder that died. */
#include "tests/db/db_test.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/db/migrate.h"

static Config *config;
static Db *db;
static char *directory;

static void run_sql(const char *sql)
{
	g_autoptr(GError) error = NULL;
	guint number;

	db_run_script_statement(db, sql, &number, &error);
	assert_no_error(error);
}

static guint64 number_of(const char *sql)
{
	g_autoptr(DbRows) rows = db_query(db, NULL, sql, "");

	assert_non_null(rows);
	assert_true(db_rows_next(rows));
	return db_rows_u64(rows, 0);
}

static void put_file(const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);

	assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void remove_files(void)
{
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(directory, name, NULL);
		g_unlink(path);
	}
}

static int setup(void **state)
{
	(void)state;
	config = db_test_config();
	db = db_new(config);
	directory = g_dir_make_tmp("poststelle-migrate-XXXXXX", NULL);
	run_sql("CREATE TABLE IF NOT EXISTS migrate_test"
	        " (id INT NOT NULL AUTO_INCREMENT, what VARCHAR(40), PRIMARY KEY (id))");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	remove_files();
	g_rmdir(directory);
	run_sql("DROP TABLE migrate_test");
	run_sql("DROP VIEW IF EXISTS migrate_view, migrate_view2");
	run_sql("DELETE FROM schema_view WHERE name LIKE 'migrate_view%'");
	run_sql("DELETE FROM schema_migration WHERE number > 9000");
	g_free(directory);
	db_free(db);
	config_free(config);
	return 0;
}

static int clear(void **state)
{
	(void)state;
	remove_files();
	put_file("views.sql", "CREATE OR REPLACE VIEW migrate_view AS SELECT 1 AS one;");
	run_sql("DELETE FROM migrate_test");
	run_sql("DELETE FROM schema_migration WHERE number > 9000");
	return 0;
}

/* A statement may take longer than any other answer of the database is waited for. */
static void test_long_statement(void **state)
{
	g_autoptr(GError) error = NULL;
	guint applied;

	(void)state;
	put_file("9001_long.sql",
	        "INSERT INTO migrate_test (what) SELECT SLEEP(7); INSERT INTO migrate_test (what) VALUES ('after')");
	assert_true(migrate_run(config, directory, NULL, &applied, &error));
	assert_no_error(error);
	assert_int_equal(applied, 1);
	assert_int_equal(number_of("SELECT COUNT(*) FROM migrate_test"), 2);
	assert_true(migrate_run(config, directory, NULL, &applied, &error));
	assert_int_equal(applied, 0);
}

static gpointer migrate_beside(gpointer data)
{
	g_autoptr(GError) error = NULL;

	(void)data;
	guint applied = 99;
	migrate_run(config, directory, NULL, &applied, &error);
	return error == NULL ? GUINT_TO_POINTER(applied + 1) : NULL;
}

/* The lease's table is there, and whoever makes it has not got to its row. */
static void test_table_just_made(void **state)
{
	g_autoptr(GError) error = NULL;
	guint applied;

	(void)state;
	run_sql("DELETE FROM migration_lease");
	put_file("9005_some.sql", "INSERT INTO migrate_test (what) VALUES ('some')");
	assert_true(migrate_run(config, directory, NULL, &applied, &error));
	assert_no_error(error);
}

/* What isn't repeatable is done once, by whichever came first. */
static void test_two_at_once(void **state)
{
	GThread *threads[4];
	guint sum = 0;

	(void)state;
	put_file("9002_once.sql",
	        "INSERT INTO migrate_test (what) SELECT CONCAT('once', SLEEP(1)); INSERT INTO migrate_test (what) VALUES ('twice?')");
	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("migrate", migrate_beside, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++) {
		gpointer result = g_thread_join(threads[i]);
		assert_non_null(result);
		sum += GPOINTER_TO_UINT(result) - 1;
	}
	assert_int_equal(sum, 1);
	assert_int_equal(number_of("SELECT COUNT(*) FROM migrate_test"), 2);
}

static gboolean was_told;

static void tell(const char *holder)
{
	was_told = strcmp(holder, "gone, process 1") == 0;
}

/* Somebody was killed while it migrated: it is named, waited for, and followed. */
static void test_dead_holder(void **state)
{
	g_autoptr(GError) error = NULL;
	guint applied;

	(void)state;
	put_file("9003_next.sql", "INSERT INTO migrate_test (what) VALUES ('next')");
	run_sql("UPDATE migration_lease SET holder = 'gone, process 1', until = " DB_NOW
	        " - 1 WHERE id = 1");
	assert_true(migrate_run(config, directory, tell, &applied, &error));
	assert_no_error(error);
	assert_int_equal(applied, 1);
	assert_true(was_told);
	assert_int_equal(number_of("SELECT holder = '' FROM migration_lease"), 1);
}

static gpointer steal(gpointer data)
{
	g_autoptr(Db) own = db_new(config);

	(void)data;
	g_usleep(G_USEC_PER_SEC);
	db_execute(own, NULL,
	        "UPDATE migration_lease SET holder = 'thief', until = " DB_NOW
	        " + 3600000000 WHERE id = 1",
	        "");
	return NULL;
}

/* Who was taken for dead and followed begins no further statement. */
static void test_lease_is_lost(void **state)
{
	g_autoptr(GError) error = NULL;
	guint applied;

	(void)state;
	put_file("9004_lost.sql",
	        "INSERT INTO migrate_test (what) SELECT SLEEP(8); INSERT INTO migrate_test (what) VALUES ('never')");
	GThread *thief = g_thread_new("thief", steal, NULL);
	assert_false(migrate_run(config, directory, NULL, &applied, &error));
	g_thread_join(thief);
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_UNAVAILABLE));
	assert_int_equal(number_of("SELECT COUNT(*) FROM migrate_test WHERE what = 'never'"), 0);
	assert_int_equal(
	        number_of("SELECT COUNT(*) FROM migration_lease WHERE holder = 'thief'"), 1);
	run_sql("UPDATE migration_lease SET holder = '', until = 0");
}

static guint64 views_made(void)
{
	g_autoptr(DbRows) rows = db_query(db, NULL,
	        "SELECT CAST(variable_value AS UNSIGNED) FROM information_schema.global_status"
	        " WHERE variable_name = 'COM_CREATE_VIEW'",
	        "");

	assert_non_null(rows);
	assert_true(db_rows_next(rows));
	return db_rows_u64(rows, 0);
}

/* A view is replaced when its text changed or it is gone, and left alone otherwise. */
static void test_views(void **state)
{
	static const char *const first = "CREATE OR REPLACE VIEW migrate_view AS SELECT 1 AS one;",
	                         *second =
	                                 "CREATE OR REPLACE VIEW migrate_view2 (two) AS SELECT 2;",
	                         *changed =
	                                 "CREATE OR REPLACE VIEW migrate_view2 (two) AS SELECT 3;";
	g_autofree char *both = g_strconcat(first, second, NULL);
	g_autofree char *other = g_strconcat(first, changed, NULL);
	const struct {
		const char *before, *views;
		guint64 made, two;
	} rows[] = {
	        {"DO 1", both, 1, 2},
	        {"DO 1", both, 0, 2},
	        {"DO 1", other, 1, 3},
	        {"DROP VIEW migrate_view2", other, 1, 3},
	        {"DO 1", other, 0, 3},
	};
	guint applied;

	(void)state;
	put_file("9005_none.sql", "");
	assert_true(migrate_run(config, directory, NULL, &applied, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		run_sql(rows[i].before);
		put_file("views.sql", rows[i].views);
		guint64 before = views_made();
		assert_true(migrate_run(config, directory, NULL, &applied, NULL));
		assert_int_equal(views_made() - before, rows[i].made);
		assert_int_equal(number_of("SELECT two FROM migrate_view2"), rows[i].two);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup(test_long_statement, clear),
	        cmocka_unit_test_setup(test_table_just_made, clear),
	        cmocka_unit_test_setup(test_two_at_once, clear),
	        cmocka_unit_test_setup(test_dead_holder, clear),
	        cmocka_unit_test_setup(test_lease_is_lost, clear),
	        cmocka_unit_test_setup(test_views, clear),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
