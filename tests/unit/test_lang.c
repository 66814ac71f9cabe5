/* test_lang.c: which language a browser's Accept-Language asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>

#include "cgi-bin/lang.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
