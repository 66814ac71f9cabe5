/* test_step_pace.c: steps become larger or smaller with the time that they take, within bounds. */
#include "lib/base/step_pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_follows_the_time(void **state)
{
	(void)state;
	assert_int_equal(step_pace(100, STEP_US, 10, 500), 100);
	assert_int_equal(step_pace(100, 2 * STEP_US, 10, 500), 50);
	assert_int_equal(step_pace(100, STEP_US * 2 / 3, 10, 500), 150);
}

static void test_bounds(void **state)
{
	(void)state;
	/* Not by more than that at once: one slow or quick step says little. */
	assert_int_equal(step_pace(100, 60 * STEP_US, 10, 500), 25);
	assert_int_equal(step_pace(100, 1, 10, 500), 200);
	assert_int_equal(step_pace(100, 0, 10, 500), 200);
	assert_int_equal(step_pace(400, 1, 10, 500), 500);
	assert_int_equal(step_pace(12, 60 * STEP_US, 10, 500), 10);
	assert_int_equal(step_pace(1, G_MAXINT64, 1, 500), 1);
	assert_int_equal(step_pace(G_MAXUINT, 0, 1, 500), 500);
}

/* A machine that takes 2 ms a line gets steps of 150 of them, from wherever it begins. */
static void test_settles(void **state)
{
	(void)state;
	for (guint first = 1; first <= 500; first += 83) {
		guint size = first;
		for (guint i = 0; i < 12; i++)
			size = step_pace(size, size * 2000, 1, 500);
		assert_int_equal(size, STEP_US / 2000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_follows_the_time),
	        cmocka_unit_test(test_bounds),
	        cmocka_unit_test(test_settles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
