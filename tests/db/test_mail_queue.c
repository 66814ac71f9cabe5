/* test_mail_queue.c: mails that the agent hands over, while no mail server answers: tried again,
 * and given up after MAIL_QUEUE_DAYS. */
#include "lib/office/mail_queue.h"

#include <string.h>

#include "tests/db/db_test.h"

#include "lib/office/task.h"

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

static gboolean add(Db *own, gpointer data, GError **error)
{
	const MailFacts facts = {
	        .kind = "contact.new", .languages = "de", .person = "Eva <\"Größe\">"};
	guint64 *task_id = data;

	if (!mail_queue_add(own, "eva@anderswo.example", &facts, error))
		return FALSE;
	g_autoptr(DbRows) rows = db_query(own, error, "SELECT MAX(task_id) FROM mail_queue", "");
	*task_id = rows != NULL && db_rows_next(rows) ? db_rows_u64(rows, 0) : 0;
	return rows != NULL;
}

static guint64 left(guint64 task_id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbRows) rows = db_query(
	        db, &error, "SELECT COUNT(*) FROM mail_queue WHERE task_id = ?", "u", task_id);

	assert_no_error(error);
	assert_true(db_rows_next(rows));
	return db_rows_u64(rows, 0);
}

static void send_one(guint64 task_id, gboolean expected, const char *prefix)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *result = NULL;
	gboolean done = !expected;

	mail_queue_send(db, config, task_id, NULL, &done, &result, &error);
	assert_no_error(error);
	assert_int_equal(done, expected);
	if (!g_str_has_prefix(result, prefix))
		fail_msg("%s", result);
}

static void test_tried_again_and_given_up(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 task_id = 0;
	(void)state;

	db_transaction(db, add, &task_id, &error);
	assert_no_error(error);
	send_one(task_id, FALSE, "the mail server did not take it");
	assert_int_equal(left(task_id), 1);
	db_execute(db, &error, "UPDATE mail_queue SET at = at - 86400000000 * ? WHERE task_id = ?",
	        "uu", (guint64)MAIL_QUEUE_DAYS, task_id);
	assert_no_error(error);
	send_one(task_id, TRUE, "given up");
	assert_int_equal(left(task_id), 0);
	/* An agent that was killed before it said so. */
	send_one(task_id, TRUE, "sent");
}

/* Whoever asks for another kind doesn't get it. */
static void test_its_task(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Task) task = NULL;
	guint64 task_id = 0;
	(void)state;

	db_transaction(db, add, &task_id, &error);
	assert_no_error(error);
	task_take(db, "kick", "", 300, &task, &error);
	assert_no_error(error);
	assert_true(task == NULL || task->id != task_id);
	do {
		g_clear_pointer(&task, task_free);
		task_take(db, "mail", "", 300, &task, &error);
		assert_no_error(error);
		assert_non_null(task);
	} while (task->id != task_id);
	assert_string_equal(task->address, "eva@anderswo.example");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_tried_again_and_given_up),
	        cmocka_unit_test(test_its_task),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
