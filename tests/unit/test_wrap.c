/* test_wrap.c: where a long address may be broken on a page; everything is escaped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <glib.h>

#include "cgi-bin/wrap.h"

static void test_wrap(void **state)
{
	static const struct {
		const char *text, *html;
	} cases[] = {
	        {"", ""},
	        {"info@buero.example", "info@buero.example"},
	        {"hausverwaltung@wohnen-am-stadtpark.example",
	                "hausverwaltung@<wbr>wohnen-am-stadtpark.example"},
	        {"kurz@b.example hausverwaltung@wohnen-am-stadtpark.example  x",
	                "kurz@b.example hausverwaltung@<wbr>wohnen-am-stadtpark.example  x"},
	        {"<b>@\"&\" ", "&lt;b&gt;@<wbr>&quot;&amp;&quot; "},
	        {"a@b@cccccccccccccccccccccccccccccccccccc",
	                "a@<wbr>b@<wbr>cccccccccccccccccccccccccccccccccccc"},
	        {"ohne_klammeraffen_aber_sehr_lang_ist_das",
	                "ohne_klammeraffen_aber_sehr_lang_ist_das"},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *html = NULL;
		assert_null(wrap_html(cases[i].text, &html));
		assert_string_equal(html, cases[i].html);
		free(html);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
