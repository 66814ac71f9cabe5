/* test_assignment.c: assignments as intervals, also when two people make or end one at once. */
#include "tests/db/assignment_office.h"

#include <unistd.h>

#include "lib/mailbox/mailbox_right.h"

#define RACES 25

/* ---- intervals ---- */

static void test_interval(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 mailbox = new_mailbox();
	(void)state;

	assert_int_equal(mailbox_right_assigned(db, staff_id, mailbox, &error), 0);
	assign(mailbox, staff_id);
	assert_int_equal(mailbox_right_assigned(db, staff_id, mailbox, &error), 1);
	end(mailbox, staff_id, FALSE);
	assert_int_equal(mailbox_right_assigned(db, staff_id, mailbox, &error), 0);
	assign(mailbox, staff_id);
	end(mailbox, staff_id, FALSE);
	assign(mailbox, staff_id);
	g_autoptr(GPtrArray) past = assignment_past_of_mailbox(db, mailbox, 0, 0, &error);
	assert_no_error(error);
	assert_int_equal(past->len, 2);
	const Assignment *later = past->pdata[0], *first = past->pdata[1];
	assert_true(first->assigned_at < first->removed_at);
	assert_true(first->removed_at < later->assigned_at);
	assert_true(later->assigned_at < later->removed_at);
	g_autoptr(ListPage) now = assignment_mailboxes(db, staff_id, &LIST_FIRST, &error);
	assert_no_error(error);
	const Assignment *current = NULL;
	for (guint i = 0; i < now->rows->len; i++)
		if (((const Assignment *)now->rows->pdata[i])->mailbox_id == mailbox)
			current = now->rows->pdata[i];
	assert_non_null(current);
	assert_true(current->assigned_at > later->removed_at && current->removed_at == 0);
	assert_true(number("SELECT at FROM mailbox_clock WHERE mailbox_id = ?", mailbox) ==
	            current->assigned_at);
}

static void assert_add_refused(guint64 mailbox, guint64 user, const char *field, const char *reason)
{
	g_autoptr(GError) error = NULL;

	assert_false(assignment_add(db, &admin, mailbox, user, &error));
	assert_string_equal(ps_error_field(error), field);
	assert_string_equal(ps_error_reason(error), reason);
}

static void test_refused(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 mailbox = new_mailbox(), gone = new_user("weg", USER_STAFF);
	guint64 version = number(SQL_VERSION, mailbox);
	(void)state;

	assert_add_refused(mailbox, 999999999, "user_id", "choice");
	assert_add_refused(mailbox, 0, "user_id", "choice");
	assign(mailbox, staff_id);
	assert_add_refused(mailbox, staff_id, "user_id", "assigned");
	set_active(gone, FALSE);
	assert_add_refused(mailbox, gone, "user_id", "inactive");
	assert_false(assignment_add(db, &admin, 999999999, staff_id, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_NOT_FOUND));
	g_clear_error(&error);
	assert_false(assignment_end(db, NULL, &admin, mailbox, other_id, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_NOT_FOUND));
	g_clear_error(&error);
	end(mailbox, staff_id, FALSE);
	assert_false(assignment_end(db, ring, &admin, mailbox, staff_id, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_CONFLICT));
	/* The refused end made no new password. */
	assert_int_equal(number(SQL_VERSION, mailbox), version);
}

/* ---- two at once ---- */

typedef struct {
	guint64 mailbox;
	gboolean ends;
	gint *ready;
	guint done, refused;
} Racer;

static gpointer race(gpointer data)
{
	Racer *racer = data;
	Db *own = db_new(config);
	g_autoptr(GError) error = NULL;

	g_autoptr(DbRows) rows = db_query(own, &error, "SELECT 1", "");
	assert_no_error(error);
	g_atomic_int_inc(racer->ready);
	while (g_atomic_int_get(racer->ready) < 2)
		g_thread_yield();
	gboolean ok = racer->ends
	                      ? assignment_end(own, ring, &admin, racer->mailbox, staff_id, &error)
	                      : assignment_add(own, &admin, racer->mailbox, staff_id, &error);
	if (ok)
		racer->done++;
	else if (ps_error_reason(error) != NULL ||
	         g_error_matches(error, PS_ERROR, PS_ERROR_CONFLICT))
		racer->refused++;
	db_rows_free(g_steal_pointer(&rows));
	db_free(own);
	return NULL;
}

static void race_twice(guint64 mailbox, gboolean ends)
{
	gint ready = 0;
	Racer racers[2] = {{mailbox, ends, &ready, 0, 0}, {mailbox, ends, &ready, 0, 0}};
	GThread *threads[2];

	for (guint i = 0; i < 2; i++)
		threads[i] = g_thread_new("racer", race, &racers[i]);
	for (guint i = 0; i < 2; i++)
		g_thread_join(threads[i]);
	assert_int_equal(racers[0].done + racers[1].done, 1);
	assert_int_equal(racers[0].refused + racers[1].refused, 1);
}

static void test_two_at_once(void **state)
{
	guint64 mailbox = new_mailbox(), version = number(SQL_VERSION, mailbox);
	(void)state;

	for (guint i = 1; i <= RACES; i++) {
		race_twice(mailbox, FALSE);
		race_twice(mailbox, TRUE);
	}
	assert_int_equal(
	        number("SELECT COUNT(*) FROM assignment WHERE mailbox_id = ?", mailbox), RACES);
	assert_int_equal(number("SELECT COUNT(*) FROM change_log WHERE mailbox_id = ?"
	                        " AND action LIKE 'assignment.%'",
	                         mailbox),
	        2 * RACES);
	assert_int_equal(number(SQL_VERSION, mailbox), version + RACES);
	/* No two intervals overlap. */
	assert_int_equal(
	        number("SELECT COUNT(*) FROM assignment a JOIN assignment b"
	               " ON b.mailbox_id = a.mailbox_id AND b.id <> a.id"
	               " AND b.assigned_at >= a.assigned_at AND b.assigned_at < a.removed_at"
	               " WHERE a.mailbox_id = ?",
	                mailbox),
	        0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_interval),
	        cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_two_at_once),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
