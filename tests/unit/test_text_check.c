/* test_text_check.c: control characters and lengths of typed texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/base/error.h"
#include "lib/base/text_check.h"

static void control_characters(void **state)
{
	static const struct {
		const char *text;
		gboolean in_line, in_lines;
	} cases[] = {
	        {"", FALSE, FALSE}, {"M\xc3\xbcller & S\xc3\xb6hne", FALSE, FALSE},
	        {"a\tb", TRUE, FALSE}, {"a\nb", TRUE, FALSE}, {"a\rb", TRUE, TRUE},
	        {"a\x7f", TRUE, TRUE}, {"\xc2\x85", TRUE, TRUE}, /* U+0085 */
	        {"a\xe2\x80\xa8"
	         "b",
	                TRUE, TRUE}, /* U+2028 */
	        {"a\xe2\x80\xa9"
	         "b",
	                TRUE, TRUE},                /* U+2029 */
	        {"\xe2\x80\x8b", FALSE, FALSE},     /* U+200B is no control character */
	        {"\xf0\x9f\x93\xae", FALSE, FALSE}, /* beyond the first plane */
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		assert_int_equal(text_has_control(cases[i].text, FALSE), cases[i].in_line);
		assert_int_equal(text_has_control(cases[i].text, TRUE), cases[i].in_lines);
	}
}

static void invisible(void **state)
{
	static const struct {
		const char *typed, *stripped;
		gboolean invisible; /* within what is left */
	} cases[] = {
	        {"", "", FALSE},
	        {" \t\r\n", "", FALSE},
	        {"\u200b\ufeff\u00ad", "", FALSE},
	        {" Max Muster ", "Max Muster", FALSE},
	        {"\u00a0info@b\u00fcro.de\u200b", "info@b\u00fcro.de", FALSE},
	        {"\u200e\u202ainfo\u202c\u2060\u3000", "info", FALSE},
	        {"in\u200bfo", "in\u200bfo", TRUE},
	        {"in\u00adfo", "in\u00adfo", TRUE},
	        {"in\u00a0fo", "in\u00a0fo", TRUE},
	        {"in\ufefffo ", "in\ufefffo", TRUE},
	        /* a family, and a flag that ends with U+E007F */
	        {"\U0001f469\u200d\U0001f467 ", "\U0001f469\u200d\U0001f467", TRUE},
	        {"\U0001f3f4\U000e0067\U000e007f", "\U0001f3f4\U000e0067\U000e007f", FALSE},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = text_strip(g_strdup(cases[i].typed));
		assert_string_equal(text, cases[i].stripped);
		assert_int_equal(text_has_invisible(text), cases[i].invisible);
	}
}

/* NULL: it may be saved. */
static void expect_line(const char *text, glong max, const char *reason)
{
	g_autoptr(GError) error = NULL;

	assert_int_equal(text_check_line(text, "subject", max, &error), reason == NULL);
	if (reason == NULL) {
		assert_null(error);
		return;
	}
	assert_string_equal(ps_error_field(error), "subject");
	assert_string_equal(ps_error_reason(error), reason);
}

static void lines(void **state)
{
	(void)state;
	expect_line("", 5, NULL);
	expect_line("12345", 5, NULL);
	expect_line("\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", 5, NULL);
	expect_line("123456", 5, "too_long");
	expect_line("a\nb", 5, "control");
	expect_line("a\xff", 5, "control");
}

static void email_names(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *longest = g_strnfill(EMAIL_NAME_MAX, 'x');
	g_autofree char *with_blanks = g_strconcat("  ", longest, " \n", NULL);
	g_autofree char *too_long = g_strconcat(longest, "x", NULL);
	g_autofree char *name = text_check_email_name(with_blanks, &error);

	(void)state;
	assert_string_equal(name, longest);
	assert_null(text_check_email_name(too_long, &error));
	assert_string_equal(ps_error_field(error), "email_name");
	assert_string_equal(ps_error_reason(error), "too_long");
	g_clear_error(&error);
	assert_null(text_check_email_name("a\nb", &error));
	assert_string_equal(ps_error_reason(error), "control");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(control_characters),
	        cmocka_unit_test(invisible),
	        cmocka_unit_test(lines),
	        cmocka_unit_test(email_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
