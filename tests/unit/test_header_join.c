/* test_header_join.c: encoded words of received headers (lib/mail/header_join.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

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
        {"a\n b\r\n\tc =?utf-8?Q?=0Ax=00y?=", "a b c xy"},
        {"Gr\xfc\xdf"
         "e",
                "Grüße"},
};

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
	};

	g_mime_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
