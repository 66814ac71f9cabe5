/* test_journal_address.c: the one form of addresses as mails write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/journal/journal_address.h"

static void test_normal(void **state)
{
	static const char *const pairs[][2] = {{"", ""}, {"  ", ""}, {"<>", ""},
	        {"<@a.example,@b.example:Max@C.Example>", "max@c.example"},
	        {"<@a.example: Max>", "max"}, {"\"max.m\"@c.example", "max.m@c.example"},
	        {"\"max m\"@c.example", "max m@c.example"},
	        {"\"M\\\"ax\"@c.example", "m\"ax@c.example"}, {"< max >", "max"},
	        {"m\\ax@c.example", "m\\ax@c.example"},
	        {"Max@B\xc3\xbcro.example.", "max@xn--bro-hoa.example"},
	        {"postmaster", "postmaster"}, {"a@b@c.example", "a@b@c.example"}, {"@", "@"},
	        {"x@-", "x@-"}};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *normal = journal_address_normal(pairs[i][0]);
		assert_string_equal(normal, pairs[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_normal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
