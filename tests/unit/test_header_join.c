/* test_header_join.c: encoded words of received headers (lib/mail/header_join.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "lib/mail/charset.h"
#include "lib/mail/header_join.h"

static const struct {
	const char *value, *text;
} received[] = {
        {"Guten Tag", "Guten Tag"},
        {"=?UTF-8?B?YWJjZA==?= =?UTF-8?B?ZWZnaA==?=\n =?utf-8?b?aWpr?=", "abcdefghijk"},
        {"Re: =?iso-8859-1?Q?M=FCller_=26?= =?ISO-8859-1?B?IFNvaG4=?= x", "Re: Müller & Sohn x"},
        /* ü cut between two words */
        {"=?UTF-8?B?w4Q=?= =?UTF-8?Q?x=C3?= =?UTF-8?Q?=BC?=", "Äxü"},
        {"=?utf-8?Q?a?= =?windows-1252?Q?=80?=\r\n\t=?UTF-8*de?Q?_b?=", "a€ b"},
        {"=?UTF-8?Q?a?=  b =?UTF-8?Q?c?=", "a  b c"},
        {"=?nowhere?Q?a=FFb?=", "aÿb"},
        {"=?utf-8?Q?=0=G=?=", "=0=G="},
        {"=?utf-8?B?!!!?=x", "x"},
        {"=?utf-8?Q?a", "=?utf-8?Q?a"},
        {"=?utf-8?X?a?=", "=?utf-8?X?a?="},
        {"=?utf-8?Q", "=?utf-8?Q"},
        {"=??Q?a?=", "=??Q?a?="},
        {"=?", "=?"},
        {"=?utf-8?Q?"
         "?=",
                ""},
        {"=?iso-8859-1?Q?850_=80_=96_S=FCd?=", "850 € – Süd"},
        {"=?us-ascii?Q?850_=80_S=FCd?= =?us-ascii?Q?Gr=C3=BC?=x", "850 € SüdGrÃ¼x"},
        {"=?us-ascii?Q?Gr=C3=BC?=", "Grü"},
        {"=?unknown-8bit?B?R3L8?=", "Grü"},
        {"=?utf-8?B?R3LDvMOfZQ?=", "Grüße"},
        {"=?utf-8?B?R3LDvMO?= =?utf-8?B?fZQ==?=", "Grüße"},
        {"=?utf-8?B?R3I?= =?utf-8?B?w7w?=", "Grü"},
        {"=?utf-8?Q?Gr=FC=C3=9Fe?=", "Grüße"},
        {"=?iso-8859-1?Q?Gr\xfc?=", "Grü"},
        {"850 \x80 \x96 S\xfc\x64", "850 € – Süd"},
        {"Gr\xfc =?utf-8?Q?=C3=9F?= \xdf", "Grü ß ß"},
        {"Grüße", "Grüße"},
        {"=?utf-8?Q?Wie geht's?_Gut?? =C3=BC?=", "Wie geht's? Gut?? ü"},
        {"=?utf-8?Q?Wie? =?utf-8?Q?=C3=BC?=", "=?utf-8?Q?Wie? ü"},
        {"=?shift_jis?B?h0A=?=", "①"},
        {"a\n b\r\n\tc =?utf-8?Q?=0Ax=00y?=", "a b c xy"},
        {"Gr\xfc\xdf"
         "e",
                "Grüße"},
};

/* As it goes to GMime: one word of UTF-8, and UTF-8 around it. */
static void test_join(void **state)
{
	(void)state;
	g_autofree char *joined = header_join("\"M\xfcller \x80\" =?iso-8859-1?Q?=80?= x");
	assert_string_equal(joined, "\"Müller €\" =?UTF-8?B?4oKs?= x");
}

/* In all ways that somebody may read a word. */
static void test_ways(void **state)
{
	static const char *const read[] = {"aÿ €b", "aÿ€b",
	        "a\xef\xbf\xbd \xc2\x80"
	        "b",
	        "a\xef\xbf\xbd\xc2\x80"
	        "b"};
	static const HeaderWords ways[] = {
	        0, HEADER_WORDS_JOINED, HEADER_WORDS_BY_NAME, HEADER_WORDS_ALL};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autofree char *text =
		        header_words_read("a=?utf-8?Q?=FF?= =?iso-8859-1?Q?=80?=b", ways[i]);
		assert_string_equal(text, read[i]);
	}
}

static void test_without_c1(void **state)
{
	(void)state;
	g_autofree char *text = charset_without_c1("5 \xc2\x80 \xc2\x96 ü \xc2\xa0x");
	assert_string_equal(text, "5 € – ü \xc2\xa0x");
}

static void test_received(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(received); i++) {
		g_autofree char *text = header_join_text(received[i].value);
		assert_string_equal(text, received[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_received),
	        cmocka_unit_test(test_join),
	        cmocka_unit_test(test_ways),
	        cmocka_unit_test(test_without_c1),
	};

	g_mime_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
