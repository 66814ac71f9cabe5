/* test_header_word.c: display names and subjects in headers (lib/mail/header_word.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/mail/header_word.h"

static const struct {
	const char *name, *phrase;
} phrases[] = {
        {"Max Muster", "Max Muster"},
        {"", ""},
        {"Muster, Max", "\"Muster, Max\""},
        {"Max  Muster", "\"Max  Muster\""},
        {"A \"B\" \\ C", "\"A \\\"B\\\" \\\\ C\""},
        {"a@b.example", "\"a@b.example\""},
        {"=?utf-8?Q?x?=", "=?UTF-8?B?PT91dGYtOD9RP3g/PQ==?="},
        {"Müller", "=?UTF-8?B?TcO8bGxlcg==?="},
        {"Eva\r\nBcc: x@y", "\"EvaBcc: x@y\""},
        {"\x7fZ\xc2\x85", "Z"},
};

static void test_phrases(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(phrases); i++) {
		g_autofree char *phrase = header_word_phrase(phrases[i].name);
		assert_string_equal(phrase, phrases[i].phrase);
	}
}

/* Every word is short enough, holds whole code points, and together they are the name. */
static void check_words(const char *phrase, const char *name)
{
	g_auto(GStrv) words = g_strsplit(phrase, "\n ", -1);
	g_autoptr(GString) whole = g_string_new(NULL);

	for (char **word = words; *word != NULL; word++) {
		gsize length = strlen(*word), size = 0;
		assert_true(length <= 75);
		assert_true(g_str_has_prefix(*word, "=?UTF-8?B?") && g_str_has_suffix(*word, "?="));
		g_autofree char *base64 = g_strndup(*word + 10, length - 12);
		g_autofree char *text = (char *)g_base64_decode(base64, &size);
		assert_true(g_utf8_validate(text, (gssize)size, NULL));
		g_string_append_len(whole, text, (gssize)size);
	}
	assert_string_equal(whole->str, name);
}

static void test_long_names(void **state)
{
	static const char *const units[] = {
	        "ä", "€", "👩‍👩‍👧", "x", "שלום ", "Straße "};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
		g_autoptr(GString) name = g_string_new("ü");
		while (g_utf8_strlen(name->str, -1) < 255)
			g_string_append(name, units[i]);
		g_autofree char *phrase = header_word_phrase(name->str);
		check_words(phrase, name->str);
		g_autofree char *text = header_word_text(name->str);
		check_words(text, name->str);
	}
}

static void test_text(void **state)
{
	(void)state;
	g_autofree char *plain = header_word_text("Zugangsdaten, \"neu\"");
	assert_string_equal(plain, "Zugangsdaten, \"neu\"");
	g_autofree char *injected = header_word_text("a\r\nBcc: b\r\n\r\nBody");
	assert_string_equal(injected, "aBcc: bBody");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_phrases),
	        cmocka_unit_test(test_long_names),
	        cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
