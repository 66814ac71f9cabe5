/* test_form.c: parsing of forms, with hostile input of exact size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cgi-bin/form.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_parse),
	        cmocka_unit_test(test_parse_broken),
	        cmocka_unit_test(test_raw_nul),
	        cmocka_unit_test(test_too_many_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
