/* test_address_part.c: which addresses are meant by a part of one, in either spelling of its
 * domain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/base/address_part.h"

#define CHEROKEE_LOWER "\uaba3\uaba3\uab9d" /* of the letters that xn--gbela stands for */

static void test_matches(void **state)
{
	static const struct {
		const char *typed, *address, *name;
		gboolean meant;
	} rows[] = {
	        {"", "info@buero.example", "", FALSE},
	        {"inf", "info@buero.example", "", TRUE},
	        {"nfo", "info@buero.example", "", FALSE},
	        {"info M\u00dcLL", "info@buero.example", "Max M\u00fcller", TRUE},
	        {"fo@bue", "info@buero.example", "", FALSE},
	        {"INFO@Bue", "info@buero.example", "", TRUE},
	        {"info@b\u00fc", "info@xn--bro-hoa.de", "", TRUE},
	        {"info@b\u00fcro.de", "info@xn--bro-hoa.de", "", TRUE},
	        {"info@xn--bro-hoa.de", "info@xn--bro-hoa.de", "", TRUE},
	        {"@XN--BRO-HOA", "info@xn--bro-hoa.de", "", TRUE},
	        {"xn--bro-hoa", "info@xn--bro-hoa.de", "", TRUE},
	        {"@stra\u00dfe", "info@xn--strae-oqa.de", "", TRUE},
	        {"@strasse", "info@xn--strae-oqa.de", "", FALSE},
	        {"strasse", "info@xn--strae-oqa.de", "", TRUE},
	        {"x@xn--gbela.example", "x@xn--gbela.example", "", TRUE},
	        {"x@\u13d3\u13d3\u13cd", "x@xn--gbela.example", "", TRUE},
	        {"x@" CHEROKEE_LOWER, "x@xn--gbela.example", "", TRUE},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(AddressPart) part = address_part_new(rows[i].typed);
		if (address_part_matches(part, rows[i].address, rows[i].name) != rows[i].meant)
			fail_msg("%s means %s", rows[i].typed, rows[i].address);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_matches)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
