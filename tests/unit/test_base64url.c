/* test_base64url.c: octets to text and back, of any length, padded or not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/base64url.h"

static void known_texts(void **state)
{
	/* RFC 4648 10, and the two letters that are another's. */
	static const struct {
		const char *octets, *text, *padded;
	} cases[] = {
	        {"", "", ""},
	        {"f", "Zg", "Zg=="},
	        {"fo", "Zm8", "Zm8="},
	        {"foo", "Zm9v", "Zm9v"},
	        {"foob", "Zm9vYg", "Zm9vYg=="},
	        {"\xfb\xef\xff", "--__", "--__"},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		gsize length = strlen(cases[i].octets), size = 0;
		g_autofree char *text = base64url_encode(cases[i].octets, length);
		assert_string_equal(text, cases[i].text);
		g_autofree guint8 *back = base64url_decode(text, &size);
		assert_int_equal(size, length);
		assert_memory_equal(back, cases[i].octets, length);
		g_autofree guint8 *padded = base64url_decode(cases[i].padded, &size);
		assert_int_equal(size, length);
		assert_memory_equal(padded, cases[i].octets, length);
	}
}

/* Nothing that somebody writes into a cursor reads beyond it. */
static void strange_texts(void **state)
{
	static const char *const texts[] = {
	        "A", "====", "\xc3\xa4\xc3\xa4", "A=A", "-", "a b", "Zg=", "Zg==="};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		gsize size = 0;
		g_autofree guint8 *octets = base64url_decode(texts[i], &size);
		assert_true(size <= strlen(texts[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(known_texts),
	        cmocka_unit_test(strange_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
