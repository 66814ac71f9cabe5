/* test_address.c: which local parts, domains and addresses are taken, and in which form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/address.h"
#include "lib/base/error.h"

typedef struct {
	const char *typed;
	const char *wanted; /* NULL: refused */
	const char *reason;
} Case;

typedef char *(*Check)(const char *typed, const char *field, GError **error);

static void expect(Check check, const Case *one)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *got = check(one->typed, "f", &error);

	if (g_strcmp0(got, one->wanted) != 0)
		fail_msg("%s: %s", one->typed, got != NULL ? got : error->message);
	if (got != NULL)
		return;
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_INVALID));
	assert_string_equal(ps_error_field(error), "f");
	if (strcmp(ps_error_reason(error), one->reason) != 0)
		fail_msg("%s: %s", one->typed, ps_error_reason(error));
}

static char *domain_alone(const char *typed, const char *field, GError **error)
{
	return address_domain(typed, field, NULL, error);
}

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10
#define X250 X60 "." X60 "." X60 "." X60 ".xxxxxx"

static void test_local_part(void **state)
{
	static const Case cases[] = {
	        {"info", "info", NULL},
	        {"Dr.Meier-2_b", "dr.meier-2_b", NULL},
	        {"7", "7", NULL},
	        {X60 "abcd", X60 "abcd", NULL},
	        {X60 "abcde", NULL, "too_long"},
	        {"", NULL, "empty"},
	        {"m\u00fcller", NULL, "umlaut"},
	        {"\xff", NULL, "umlaut"},
	        {"a+b", NULL, "plus"},
	        {"a b", NULL, "characters"},
	        {"a@b", NULL, "characters"},
	        {"a\nb", NULL, "invisible"},
	        {"a\u200bb", NULL, "invisible"},
	        {"a'b", NULL, "characters"},
	        {".a", NULL, "edge"},
	        {"a.", NULL, "edge"},
	        {"-a", NULL, "edge"},
	        {"a_", NULL, "edge"},
	        {"a..b", NULL, "dots"},
	        {"a.-b", "a.-b", NULL},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		expect(address_local_part, &cases[i]);
}

static void test_domain(void **state)
{
	static const Case cases[] = {
	        {"B\u00fcro.Example", "xn--bro-hoa.example", NULL},
	        {"stra\u00dfe.example", "xn--strae-oqa.example", NULL},
	        {"XN--BRO-HOA.example", "xn--bro-hoa.example", NULL},
	        {"bu\u0308ro.example", "xn--bro-hoa.example", NULL},
	        {"b.example.", "b.example", NULL},
	        {"a.b-c.d.example", "a.b-c.d.example", NULL},
	        {X250 "x", X250 "x", NULL},
	        {"", NULL, "empty"},
	        {".", NULL, "empty"},
	        {"example", NULL, "domain"},
	        {"b..example", NULL, "domain"},
	        {".b.example", NULL, "domain"},
	        {"-b.example", NULL, "domain"},
	        {"b-.example", NULL, "domain"},
	        {"b_c.example", NULL, "domain"},
	        {"b c.example", NULL, "domain"},
	        {"b@c.example", NULL, "domain"},
	        {"\xff.example", NULL, "domain"},
	        {X60 "xxxx.example", NULL, "too_long"},
	        {X250 ".xxxx", NULL, "too_long"},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		expect(domain_alone, &cases[i]);
}

static void test_display(void **state)
{
	g_autofree char *display = NULL;
	g_autofree char *domain = address_domain("xn--bro-hoa.Example.", "f", &display, NULL);

	(void)state;
	assert_string_equal(domain, "xn--bro-hoa.example");
	assert_string_equal(display, "b\u00fcro.example");
}

static void test_any(void **state)
{
	static const Case cases[] = {
	        {"Max.M+news@B\u00fcro.example", "Max.M+news@xn--bro-hoa.example", NULL},
	        {"o'neill&co@b.example", "o'neill&co@b.example", NULL},
	        {"", NULL, "empty"},
	        {"max", NULL, "address"},
	        {"@b.example", NULL, "address"},
	        {"a@b@c.example", NULL, "address"},
	        {"a b@c.example", NULL, "address"},
	        {"a\r\nb@c.example", NULL, "invisible"},
	        {"<a@c.example>", NULL, "address"},
	        {"\"a b\"@c.example", NULL, "address"},
	        {".a@c.example", NULL, "address"},
	        {"a..b@c.example", NULL, "address"},
	        {"a@", NULL, "address"},
	        {"a@c", NULL, "address"},
	        {"a@[127.0.0.1]", NULL, "address"},
	        {"m\u00fcller@c.example", NULL, "umlaut"},
	        {"m\u00fcller.@c.example", NULL, "address"},
	        {"M\u00fcller <a@c.example>", NULL, "address"},
	        {"M\u00fcller <a@c.example", NULL, "address"},
	        {X60 "abcde@c.example", NULL, "too_long"},
	        {"ab@" X250, "ab@" X250, NULL},
	        {"abcd@" X250, NULL, "too_long"},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		expect(address_any, &cases[i]);
}

static void test_own(void **state)
{
	static const Case cases[] = {
	        {"Info@B\u00fcro.example", "info@xn--bro-hoa.example", NULL},
	        {"", NULL, "empty"},
	        {"info", NULL, "address"},
	        {"@b.example", NULL, "empty"},
	        {"info@", NULL, "empty"},
	        {"a+b@b.example", NULL, "plus"},
	        {"o'neill@b.example", NULL, "characters"},
	        {"info@b", NULL, "domain"},
	        {"abcd@" X250, NULL, "too_long"},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		expect(address_own, &cases[i]);
}

static void test_without_extension(void **state)
{
	static const char *const pairs[][2] = {{"a+b@c.example", "a@c.example"},
	        {"a+b+c@d.example", "a@d.example"}, {"a+@c.example", "a@c.example"},
	        {"+a@c.example", "+a@c.example"}, {"a@c+d.example", "a@c+d.example"},
	        {"a+b", "a+b"}, {"", ""}};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *got = address_without_extension(pairs[i][0]);
		assert_string_equal(got, pairs[i][1]);
	}
}

/* NULL: no mailbox can have it. */
static void test_key(void **state)
{
	static const char *const pairs[][2] = {{"Info@B.Example", "info@b.example"},
	        {"Info+News@B\u00fcro.example.", "info@xn--bro-hoa.example"},
	        {"o'neill@b.example", "o'neill@b.example"}, {"info", NULL}, {"info@b", NULL},
	        {"@b.example", NULL}, {"a b@b.example", NULL}, {"m\u00fcller@b.example", NULL},
	        {"a.+b@b.example", NULL}};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *got = address_key(pairs[i][0]);
		if (g_strcmp0(got, pairs[i][1]) != 0)
			fail_msg("%s: %s", pairs[i][0], got != NULL ? got : "(none)");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_local_part),
	        cmocka_unit_test(test_domain),
	        cmocka_unit_test(test_display),
	        cmocka_unit_test(test_any),
	        cmocka_unit_test(test_own),
	        cmocka_unit_test(test_without_extension),
	        cmocka_unit_test(test_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
