/* test_fold.c: words as they are stored and searched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/base/fold.h"

#include <string.h>

static void check(const char *text, const char *wanted)
{
	g_autofree char *got = fold_stored_text(text);

	assert_string_equal(got, wanted);
}

static void test_stored(void **state)
{
	(void)state;
	check("", "");
	check(" --\n", "");
	check("M\u00fcller, Stra\u00dfe; m\u00fcller", " mueller strasse muller");
	check("Mu\u0308ller", " mueller muller"); /* decomposed */
	check("Max, max+x@Buero.example\r\n1.000 EUR_netto",
	        " max x buero example 1 000 eur netto");
	check("Caf\u00e9 Gr\u00f6\u00dfe cafe 100% \u0130", " cafe groesse 100 i grosse");
	check("max@b\u00fcro.example", " max buero example buro");
}

static void test_searched(void **state)
{
	g_autoptr(GPtrArray) words = fold_searched_words("M\u00fcl M\u00fcller m\u00fcller x");

	(void)state;
	assert_int_equal(words->len, 2);
	assert_string_equal(words->pdata[0], "mueller");
	assert_string_equal(words->pdata[1], "x");
}

static void test_match(void **state)
{
	static const struct {
		const char *stored, *searched;
		gboolean matches;
	} cases[] = {
	        {"Max M\u00fcller", "m\u00fcl max", TRUE},
	        {"Max M\u00fcller", "muller", TRUE},
	        {"Max M\u00fcller", "max mull xaver", FALSE},
	        {"Max M\u00fcller", "\u00fcller", FALSE},
	        {"Max M\u00fcller", "", TRUE},
	        {"", "m", FALSE},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) words = fold_stored_words(cases[i].stored);
		g_autoptr(GPtrArray) searched = fold_searched_words(cases[i].searched);
		assert_int_equal(fold_words_match(words, searched), cases[i].matches);
	}
}

/* Long texts are folded in pieces that cut no word. */
static void test_long(void **state)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GString) wanted = g_string_new(NULL);

	(void)state;
	for (guint i = 0; i < 5000; i++) {
		g_string_append_printf(
		        text, "%*sabcdefghi%ug\u00e9u\u0308", (int)(i % 7) + 1, "\n", i);
		g_string_append_printf(wanted, " abcdefghi%ugeue", i);
	}
	g_autofree char *got = fold_stored_text(text->str);
	assert_memory_equal(got, wanted->str, wanted->len);
}

/* No sign between words for 200,000 octets: still quick, and nothing is lost. */
static void test_one_long_word(void **state)
{
	g_autoptr(GString) text = g_string_new(NULL);

	(void)state;
	for (guint i = 0; i < 100000; i++)
		g_string_append(text, "\u00fc");
	g_autofree char *got = fold_stored_text(text->str);
	assert_int_equal(strlen(got), 1 + 200000 + 1 + 100000);
}

static void test_valid(void **state)
{
	g_autofree char *cut = fold_valid("a\u00fcb", 2);
	g_autofree char *whole = fold_valid("a\u00fcb", 4);
	g_autofree char *broken = fold_valid("a\xff", 9);

	(void)state;
	assert_string_equal(cut, "a");
	assert_string_equal(whole, "a\u00fcb");
	assert_string_equal(broken, "a\ufffd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_stored),
	        cmocka_unit_test(test_searched),
	        cmocka_unit_test(test_match),
	        cmocka_unit_test(test_long),
	        cmocka_unit_test(test_one_long_word),
	        cmocka_unit_test(test_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
