/* test_migrate.c: splitting a migration into its statements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/db/migrate.h"

static void check(const char *script, const char *const *wanted)
{
	g_autoptr(GPtrArray) got = migrate_split(script);
	guint i;

	for (i = 0; wanted[i] != NULL; i++) {
		assert_true(i < got->len);
		assert_string_equal(got->pdata[i], wanted[i]);
	}
	assert_int_equal(got->len, i);
}

static void test_split(void **state)
{
	(void)state;
	check("", (const char *const[]){NULL});
	check(" ; ;; \n", (const char *const[]){NULL});
	check("SELECT 1", (const char *const[]){"SELECT 1", NULL});
	check("SELECT 1;\nSELECT 2;", (const char *const[]){"SELECT 1", "SELECT 2", NULL});
	check("-- a; b\nSELECT 1 -- c;\n;", (const char *const[]){"SELECT 1", NULL});
	check("SELECT 5--1;", (const char *const[]){"SELECT 5--1", NULL});
	check("/* a; */ SELECT 1", (const char *const[]){"SELECT 1", NULL});
	check("SELECT 'a;b''; -- c', \"d;\\\";\", `e;`; SELECT 2",
	        (const char *const[]){"SELECT 'a;b''; -- c', \"d;\\\";\", `e;`", "SELECT 2", NULL});
	check("SELECT 'open;", (const char *const[]){"SELECT 'open;", NULL});
	check("/* open;", (const char *const[]){NULL});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_split),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
