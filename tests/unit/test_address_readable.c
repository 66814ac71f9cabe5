/* test_address_readable.c: A-labels as people write them, wherever they stand in a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>

#include "lib/base/address.h"
#include "lib/base/address_readable.h"

static void test_readable(void **state)
{
	static const struct {
		const char *stored, *shown;
	} rows[] = {
	        {"", ""},
	        {"info@buero.example", "info@buero.example"},
	        {"info@xn--bro-hoa.de", "info@b\u00fcro.de"},
	        {"info@XN--BRO-HOA.de", "info@b\u00fcro.de"},
	        {"a@xn--gre-immobilien-1fb18a.example", "a@gr\u00f6\u00dfe-immobilien.example"},
	        {"xn--bro-hoa.de", "b\u00fcro.de"},
	        {"www.xn--bro-hoa.xn--e1afmkfd.example",
	                "www.b\u00fcro.\u043f\u0440\u0438\u043c\u0435\u0440.example"},
	        {"Max M\u00fcller <a@xn--bro-hoa.de>, b@c.de, <d@xn--bro-hoa.de>",
	                "Max M\u00fcller <a@b\u00fcro.de>, b@c.de, <d@b\u00fcro.de>"},
	        /* no A-labels, or no domain */
	        {"xn--bro-hoa@xn--bro-hoa.de", "xn--bro-hoa@b\u00fcro.de"},
	        {"xn--bro-hoa.x+y@a.de", "xn--bro-hoa.x+y@a.de"},
	        {"xn--@xn--.de", "xn--@xn--.de"},
	        {"a@xn--\u00fc.de", "a@xn--\u00fc.de"},
	        {"a@xn--99999999999.de", "a@xn--99999999999.de"},
	        {"a--b@c--d.de", "a--b@c--d.de"},
	        {"zxn--bro-hoa.de", "zxn--bro-hoa.de"},
	        {"a@ma\u00f6xn--bro-hoa.de", "a@ma\u00f6xn--bro-hoa.de"},
	        {"a@xn--bro-hoa\u00f6.de", "a@xn--bro-hoa\u00f6.de"},
	        {"xn--bro-hoa.\u00f6@a.de", "xn--bro-hoa.\u00f6@a.de"},
	        {"\u201exn--bro-hoa.de\u201c", "\u201eb\u00fcro.de\u201c"},
	        /* what it decodes to isn't read as this label */
	        {"a@xn--gre-immorilien-1ob1ie-immorilien-1ob1i8a.example",
	                "a@xn--gre-immorilien-1ob1ie-immorilien-1ob1i8a.example"},
	        /* p, Cyrillic a, ypal */
	        {"a@xn--pypal-4ve.com", "a@xn--pypal-4ve.com"},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *shown = address_readable(rows[i].stored);
		assert_string_equal(shown, rows[i].shown);
	}
}

/* What is typed, stored and shown again is what was typed. */
static void test_round(void **state)
{
	static const char *const typed[] = {"f\u00e4hr-b\u00fcro.example", "stra\u00dfe.example",
	        "caf\u00e9-\u0142\u00f3d\u017a.example", "\u65e5\u672c.example",
	        "b\u00fccher.\u00f6sterreich"};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(typed); i++) {
		g_autofree char *display = NULL;
		g_autofree char *name = address_domain(typed[i], "domain", &display, NULL);
		g_autofree char *shown = address_readable(name);
		assert_string_equal(display, typed[i]);
		assert_string_equal(shown, typed[i]);
		assert_true(g_str_is_ascii(name));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_readable), cmocka_unit_test(test_round)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
