/* test_task.c: tasks that fail come again in growing pauses and let the others pass; the agent's
 * clean-up: all that is old goes, however much it is, and nothing else.
 */
#include "lib/office/task.h"

#include "lib/base/error.h"
#include "lib/office/task_machine.h"

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

static guint64 add(const char *kind)
{
	g_autoptr(GError) error = NULL;

	task_add(db, kind, 0, "", &error);
	assert_no_error(error);
	return db_insert_id(db);
}

/* The number of the next task of the kind; 0: none is due. */
static guint64 take_on(const char *machine, const char *kind, guint64 longest_s)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Task) task = NULL;

	task_take(db, kind, machine, longest_s, &task, &error);
	assert_no_error(error);
	return task != NULL ? task->id : 0;
}

static guint64 take(const char *kind, guint64 longest_s)
{
	return take_on("", kind, longest_s);
}

/* Takes the task, whose next try is then in so many seconds. */
static void take_and_check(guint64 id, guint64 pause_s)
{
	guint64 before = count("SELECT " DB_NOW);
	assert_int_equal(take("kick", 100), id);
	guint64 after = count("SELECT " DB_NOW), due_at = count("SELECT due_at FROM task");

	assert_in_range(
	        due_at, before + pause_s * G_USEC_PER_SEC, after + pause_s * G_USEC_PER_SEC);
	assert_int_equal(take("kick", 100), 0);
	run("UPDATE task SET due_at = 1");
}

static void test_growing_pauses(void **state)
{
	static const guint64 pauses[] = {2, 4, 8, 16, 32, 64, 100, 100};

	(void)state;
	run("DELETE FROM mail_queue");
	run("DELETE FROM task");
	guint64 id = add("kick");
	for (gsize i = 0; i < G_N_ELEMENTS(pauses); i++)
		take_and_check(id, pauses[i]);
	/* More often than it can be tried in years. */
	run("UPDATE task SET attempts = 4000000000");
	take_and_check(id, 100);
}

static void test_others_pass(void **state)
{
	(void)state;
	run("DELETE FROM mail_queue");
	run("DELETE FROM task");
	guint64 failing = add("mail"), second = add("mail"), other = add("kick");
	assert_int_equal(take("mail", 100), failing);
	assert_int_equal(take("mail", 100), second);
	assert_int_equal(take("kick", 100), other);
	assert_int_equal(take("mail", 100), 0);
	/* One that comes later doesn't wait for those that failed before. */
	guint64 third = add("mail");
	assert_int_equal(take("mail", 100), third);
}

static void kick(const char *address)
{
	g_autoptr(GError) error = NULL;

	task_kick(db, 7, address, &error);
	assert_no_error(error);
}

/* Ends everything that is to be done on a machine, now or later: how much that was. */
static guint kicks_on(const char *machine)
{
	g_autoptr(GError) error = NULL;
	guint kicks = 0;
	guint64 id;

	run("UPDATE task SET due_at = 1 WHERE done_at = 0");
	for (; (id = take_on(machine, "kick", 100)) != 0; kicks++) {
		task_finish(db, id, TRUE, "", &error);
		assert_no_error(error);
	}
	return kicks;
}

static gboolean is_waiting(void)
{
	g_autoptr(GError) error = NULL;
	gboolean waiting = FALSE;

	run("UPDATE task SET created_at = 1, due_at = 1");
	task_is_waiting(db, "kick", 7, &waiting, &error);
	assert_no_error(error);
	return waiting;
}

/* Sessions are ended on each machine that has a name, until it is forgotten; each kick is
 * done twice. */
static void test_machines(void **state)
{
	g_autoptr(GError) error = NULL, none = NULL, unnamed = NULL;
	gboolean more;

	(void)state;
	run("DELETE FROM mail_queue");
	run("DELETE FROM task");
	assert_true(task_machine_register(db, "", &error));
	kick("a@b.example");
	assert_int_equal(kicks_on("mail1"), 2);
	for (guint i = 0; i < 2; i++) { /* each start */
		assert_true(task_machine_register(db, "mail1", &error));
		assert_true(task_machine_register(db, "mail2", &error));
	}
	kick("a@b.example");
	kick("b@b.example");
	assert_int_equal(kicks_on(""), 0);
	assert_int_equal(kicks_on("mail1"), 4);
	assert_true(is_waiting());
	assert_int_equal(kicks_on("mail2"), 4);
	assert_false(is_waiting());
	assert_false(task_machine_register(db, "", &unnamed));
	assert_true(g_error_matches(unnamed, PS_ERROR, PS_ERROR_CONFLICT));

	kick("a@b.example");
	assert_int_equal(kicks_on("mail1"), 2);
	assert_true(is_waiting());
	assert_true(task_machine_forget(db, "mail2", &error));
	assert_false(task_machine_forget(db, "mail2", &none));
	assert_true(g_error_matches(none, PS_ERROR, PS_ERROR_NOT_FOUND));
	assert_false(is_waiting());
	assert_true(task_clean_up(db, &more, &error));
	assert_int_equal(kicks_on("mail2"), 0);
	assert_true(task_machine_forget(db, "mail1", &error));
	kick("a@b.example");
	assert_int_equal(kicks_on("mail1"), 2);
	assert_no_error(error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_growing_pauses),
	        cmocka_unit_test(test_others_pass),
	        cmocka_unit_test(test_machines),
	        cmocka_unit_test(test_clean_up),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
