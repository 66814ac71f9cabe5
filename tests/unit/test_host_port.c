/* test_host_port.c: hosts of the configuration, taken apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/base/host_port.h"

static void test_taken(void **state)
{
	static const struct {
		const char *text, *host;
		guint port;
	} rows[] = {
	        {"db1", "db1", 7},
	        {"db1.intern.example:3307", "db1.intern.example", 3307},
	        {"127.0.0.1", "127.0.0.1", 7},
	        {"127.0.0.1:65535", "127.0.0.1", 65535},
	        {"[::1]", "::1", 7},
	        {"[::1]:1", "::1", 1},
	        {"::1", "::1", 7},
	        {"fd00::3:3306", "fd00::3:3306", 7}, /* without brackets all of it is the address */
	        {"[fd00::3]:3306", "fd00::3", 3306},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *host = NULL;
		guint port = 7;

		assert_true(host_port_parse(rows[i].text, &host, &port));
		assert_string_equal(host, rows[i].host);
		assert_int_equal(port, rows[i].port);
	}
}

static void test_refused(void **state)
{
	static const char *const texts[] = {"", ":", ":3306", "db1:", "db1:0", "db1:65536",
	        "db1:33o6", "db1:-1", "db1:3306:1", "[::1", "[::1]3306", "[::1]:", "[db1]:3306",
	        "[]:3306", "::1]:3306", "a b", "a/b", "[127.0.0.1]:1"};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *host = NULL;
		guint port = 7;

		if (host_port_parse(texts[i], &host, &port))
			fail_msg("\"%s\" was taken", texts[i]);
		assert_null(host);
		assert_int_equal(port, 7);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_taken),
	        cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
