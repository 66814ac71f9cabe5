/* test_router.c: which route a path is, and that each route asks for a right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cgi-bin/request.h"
#include "cgi-bin/router.h"

static gboolean found(const char *method, const char *path)
{
	Request req = {0};
	g_autoptr(GString) allow = g_string_new(NULL);

	return router_find(&req, method, path, allow) != NULL;
}

static void test_router(void **state)
{
	Request req = {0};
	g_autoptr(GString) allow = g_string_new(NULL);

	(void)state;
	assert_true(found("GET", "/login"));
	assert_false(found("GET", "/login/"));
	assert_false(found("GET", "login"));
	assert_false(found("GET", ""));
	assert_false(found("GET", "/loginx"));
	assert_false(found("BREW", "/login"));
	assert_null(router_find(&req, "PUT", "/login", allow));
	assert_string_equal(allow->str, "GET, HEAD, POST");
	g_string_truncate(allow, 0);
	assert_null(router_find(&req, "GET", "/nowhere", allow));
	assert_string_equal(allow->str, "");
}

static void test_every_route_has_a_right(void **state)
{
	(void)state;
	for (gsize i = 0; i < routes_count; i++) {
		assert_int_not_equal(routes[i].right, RIGHT_DENY);
		assert_true(strcmp(routes[i].method, "GET") == 0 ||
		            strcmp(routes[i].method, "POST") == 0);
		assert_non_null(routes[i].handler);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_router),
	        cmocka_unit_test(test_every_route_has_a_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
