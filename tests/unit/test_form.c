/* test_form.c: parsing of forms, languages and routes, with hostile input of exact size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cgi-bin/form.h"
#include "cgi-bin/lang.h"
#include "cgi-bin/request.h"
#include "cgi-bin/router.h"

/* Parses a copy without a terminating NUL, so that the sanitizer sees a read past the end. */
static Form *parse(const char *text, gsize length)
{
	g_autofree char *copy = g_malloc(MAX(length, 1));

	memcpy(copy, text, length);
	return form_parse(copy, length);
}

static void test_parse(void **state)
{
	static const struct {
		const char *text, *name, *value;
		gboolean bad;
	} cases[] = {
	        {"a=1", "a", "1", FALSE},
	        {"a=1&b=2", "b", "2", FALSE},
	        {"a=", "a", "", FALSE},
	        {"a", "a", "", FALSE},
	        {"&&a=1&&", "a", "1", FALSE},
	        {"a=x+y%20z", "a", "x y z", FALSE},
	        {"a=%2B%26%3D", "a", "+&=", FALSE},
	        {"a=b=c", "a", "b=c", FALSE},
	        {"%61=1", "a", "1", FALSE},
	        {"a=M%C3%BCller", "a", "M\u00fcller", FALSE},
	        {"a=x%00y", "a", "x y", TRUE},
	        {"a=%FF", "a", "\ufffd", TRUE},
	        {"a=%C3", "a", "\ufffd", TRUE},
	        {"a=%0D%0A", "a", "\r\n", FALSE},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Form) form = parse(cases[i].text, strlen(cases[i].text));
		assert_non_null(form);
		const FormField *field = form_find(form, cases[i].name);
		assert_non_null(field);
		assert_string_equal(field->value, cases[i].value);
		assert_int_equal(field->bad, cases[i].bad);
	}
}

static void test_parse_broken(void **state)
{
	static const char *const broken[] = {"a=%", "a=%4", "a=%zz", "%=1"};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(broken); i++)
		assert_null(parse(broken[i], strlen(broken[i])));
}

static void test_raw_nul(void **state)
{
	(void)state;
	g_autoptr(Form) form = parse("a=x\0y", 5);
	assert_non_null(form);
	assert_true(form_find(form, "a")->bad);
}

static void test_too_many_fields(void **state)
{
	g_autoptr(GString) text = g_string_new(NULL);

	(void)state;
	for (guint i = 0; i < FORM_MAX_FIELDS; i++)
		g_string_append(text, "a=1&");
	g_autoptr(Form) most = parse(text->str, text->len);
	assert_non_null(most);
	assert_int_equal(form_count(most, "a"), FORM_MAX_FIELDS);
	g_string_append(text, "a=1");
	assert_null(parse(text->str, text->len));
}

static void test_languages(void **state)
{
	static const struct {
		const char *header, *language;
	} cases[] = {
	        {NULL, "de"},
	        {"", "de"},
	        {"en", "en"},
	        {"en-GB,en;q=0.9,de;q=0.8", "en"},
	        {"fr,de;q=0.5,en;q=0.4", "de"},
	        {"fr", "de"},
	        {"de;q=0,en;q=0.1", "en"},
	        {"EN-us", "en"},
	        {";;;,q=,=", "de"},
	        {"en;q=nan", "de"},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_string_equal(language_accepted(cases[i].header), cases[i].language);
	assert_null(language_known("fr"));
	assert_null(language_known(NULL));
}

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
	        cmocka_unit_test(test_parse),
	        cmocka_unit_test(test_parse_broken),
	        cmocka_unit_test(test_raw_nul),
	        cmocka_unit_test(test_too_many_fields),
	        cmocka_unit_test(test_languages),
	        cmocka_unit_test(test_router),
	        cmocka_unit_test(test_every_route_has_a_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
