/* test_child.c: a child that ends, is late, or is no longer waited for, whenever that is said. */
#include "cli/child.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Told to stop, nobody waits that long. */
#define LIMIT_S 5
#define MOMENTS 60
static const char *const sleeper[] = {"sleep", "86397", NULL};

static void assert_fails(const char *const *argv, guint limit_s, GCancellable *stop, int code)
{
	g_autoptr(GError) error = NULL;
	char *said = NULL;
	int status = 0;

	assert_false(child_run(argv, limit_s, stop, &status, &said, &error));
	assert_null(said);
	assert_non_null(error);
	assert_int_equal(error->domain, G_IO_ERROR);
	assert_int_equal(error->code, code);
}

static void test_ends(void **state)
{
	const char *const argv[] = {"sh", "-c", "echo ' nicht da ' >&2; exit 3", NULL};
	g_autoptr(GCancellable) stop = g_cancellable_new();
	g_autoptr(GError) error = NULL;
	g_autofree char *said = NULL;
	int status = 0;

	(void)state;
	assert_true(child_run(argv, LIMIT_S, stop, &status, &said, &error));
	assert_int_equal(status, 3);
	assert_string_equal(said, "nicht da");
}

static void test_fails(void **state)
{
	const char *const killed[] = {"sh", "-c", "kill -9 $$", NULL};
	const char *const nothing[] = {"/nonexistent/doveadm", NULL};
	g_autoptr(GCancellable) stop = g_cancellable_new();
	g_autoptr(GError) error = NULL;
	char *said = NULL;
	int status = 0;

	(void)state;
	assert_fails(killed, LIMIT_S, stop, G_IO_ERROR_FAILED);
	assert_false(child_run(nothing, LIMIT_S, stop, &status, &said, &error));
	assert_int_equal(error->domain, G_SPAWN_ERROR);
	assert_fails(sleeper, 1, stop, G_IO_ERROR_TIMED_OUT);
}

static void test_stopped_before(void **state)
{
	g_autoptr(GCancellable) stop = g_cancellable_new();

	(void)state;
	g_cancellable_cancel(stop);
	assert_fails(sleeper, LIMIT_S, stop, G_IO_ERROR_CANCELLED);
}

typedef struct {
	GCancellable *stop;
	gulong after_us;
} Moment;

static gpointer stop_then(gpointer data)
{
	const Moment *moment = data;

	g_usleep(moment->after_us);
	g_cancellable_cancel(moment->stop);
	return NULL;
}

/* By another thread, as a signal is fetched: before the child is there, while it starts, later. */
static void test_stopped_at_any_moment(void **state)
{
	(void)state;
	for (guint i = 0; i < MOMENTS; i++) {
		g_autoptr(GCancellable) stop = g_cancellable_new();
		Moment moment = {stop, i * 200};
		GThread *thread = g_thread_new("stop", stop_then, &moment);
		assert_fails(sleeper, LIMIT_S, stop, G_IO_ERROR_CANCELLED);
		g_thread_join(thread);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_ends),
	        cmocka_unit_test(test_fails),
	        cmocka_unit_test(test_stopped_before),
	        cmocka_unit_test(test_stopped_at_any_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
