/* test_loose_address.c: whom a header may be taken to name (lib/mail/loose_address.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "lib/mail/loose_address.h"

/* Forms in which a header names vip@x.example, or may be taken to. */
static const char *const names[] = {
        "vip@x.example", "VIP@X.Example", "<vip@x.example>", "Chef <vip@x.example>",
        "a@b.example,vip@x.example;c@d.example", "'vip@x.example'", "<'vip@x.example'>",
        "\"vip@x.example\"", "\"vip@x.example\" <other@y.example>",
        "\"'vip@x.example'\" <'vip@x.example'>", "`vip@x.example`",
        "\xe2\x80\x9evip@x.example\xe2\x80\x9c", "[vip@x.example]", "(vip@x.example)",
        "(vip@x.example", "\"vip@x.example", "<vip@x.example", "<<vip@x.example>>",
        "<mailto:vip@x.example>", "mailto:vip%40x.example",
        "mailto:%76%69%70@x%2Eexample?subject=x",
        "=?utf-8?Q?mailto=3Avip%40x.example?=", "Team: a@b.example, vip@x.example;",
        "<@relay.example:vip@x.example>", "<@a.example,@b.example:vip@x.example>",
        "smtp:vip@x.example", "vip@x.example.", ".vip@x.example", "_vip@x.example_",
        "-vip@x.example-", "vip@x.example\r\n", "\tvip@x.example\t",
        "a@b.example,\r\n vip@x.example", "vip\r\n @x.example", "vip@\r\n\tx.example",
        "vi\r\n p@x.example", "vip @ x . example", "Chef vip @ x.example",
        "vip(the boss)@x.example", "vip@(the (real) office)x.example", "vip@x.(dot)example",
        "\"vip\"@x.example", "Chef <\"vip\"@x.example>", "\"v\\ip\"@x.example",
        "\"vip\" @x.example", "vip+offer@x.example", "'vip+offer@x.example'",
        "\"vip+an offer (new)\"@x.example", "\"vip+a, b\"@x.example",
        /* encoded words */
        "=?utf-8?Q?vip@x.example?=", "=?utf-8?q?vip=40x.example?=",
        "=?utf-8?Q?Chef_<vip=40x.example>?=", "=?utf-8?B?dmlwQHguZXhhbXBsZQ==?=",
        "\"=?utf-8?B?dmlwQHguZXhhbXBsZQ==?=\" <other@y.example>",
        "<=?utf-8?B?dmlwQHguZXhhbXBsZQ==?=>",
        "=?utf-8?Q?vi?= =?utf-8?Q?p=40x.example?=", "=?utf-8?Q?vi?=\r\n =?utf-8?Q?p=40x.example?=",
        "=?utf-8?Q?vi?==?utf-8?Q?p=40x.example?=", "=?utf-8?B?dmlwQHg=?= =?utf-8?B?LmV4YW1wbGU=?=",
        "=?utf-8?Q?Chef?= =?iso-8859-1?Q?vip=40x.example?=",
        "=?utf-8?Q?Chef?= =?utf-8?Q?vip=40x.example?=", "=?utf-8?Q?vip?=@x.example",
        "vip@=?utf-8?Q?x.example?=", "=?utf-8?Q?=3D=3Futf-8=3FQ=3Fvip=3D40x.example=3F=3D?=",
        "=?utf-7?Q?vip+AEA-x.example?=", "=?utf-16?B?/v8AdgBpAHAAQAB4AC4AZQB4AGEAbQBwAGwAZQ==?=",
        "=?utf-16?B?/v8AdgBpAHAAQAB4AC4AZQB4AGEAbQBwAGwAZSA=?=", "=?nowhere?Q?vip=40x.example?=",
        "=?utf-8*de?Q?vip=40x.example?=", "=?utf-8?Q?a=00?= =?utf-8?Q?=00vip=40x.example?=",
        "=?utf-8?B?dml wQHgu ZXhhbXBsZQ==?=",
        /* characters */
        "\xe2\x80\x8bvip@x.example",             /* zero-width blank */
        "\xef\xbb\xbfvip@x.example\xe2\x80\x8d", /* byte order mark, joiner */
        "vi\xe2\x80\x8bp@x.ex\xc2\xad"
        "ample",                         /* within it; a soft hyphen */
        "Chef\xe3\x85\xa4vip@x.example", /* an empty letter */
        "\xc2\xa0vip@x.example\xc2\xa0", /* no-break blanks */
        "Chef\xe3\x80\x80vip@x.example", /* a wide blank */
        "vip\xef\xbc\xa0x.example",      /* full-width @ */
        "\xef\xbd\x96\xef\xbd\x89\xef\xbd\x90@\xef\xbd\x98\xe3\x80\x82"
        "example",           /* vip, x and a dot */
        "\xe4vip@x.example", /* octets of no character */
        "vip@x.example\xff", "100%vip@x.example", "%ffvip@x.example", "\x01vip@x.example",
        "\xc2\xb2vip@x.example", /* a raised 2 is no digit */
};

/* And in which it doesn't. */
static const char *const others[] = {
        "",
        "@",
        "vip",
        "x.example",
        "vip@",
        "@x.example",
        "vipp@x.example",
        "svip@x.example",
        "1vip@x.example",
        "\xc3\xa4vip@x.example",
        "vip@x.examples",
        "vip@x.example2",
        "vip@x.example\xc3\xa4",
        "vip@y.example",
        "vip@xx.example",
        "vip@x-example",
        "vip+x@y.example, max@x.example",
        "svip+offer@x.example",
        "vip.@y.example",
        "vip, @x.example",
        "=?utf-8?Q?vip=40x?=",
        "vip%41x.example",
};

static LooseText *text_of(const char *value)
{
	LooseText *text = loose_text_new();

	loose_text_add(text, value);
	return text;
}

static void test_names(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(LooseText) text = text_of(names[i]);
		if (!loose_text_names(text, "vip@x.example"))
			fail_msg("not found: %s", names[i]);
		assert_false(loose_text_names(text, "vi@x.example"));
	}
	for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
		g_autoptr(LooseText) text = text_of(others[i]);
		if (loose_text_names(text, "vip@x.example"))
			fail_msg("found: %s", others[i]);
	}
}

/* Both spellings of a domain, in any case and composition. */
static void test_domains(void **state)
{
	static const char address[] = "vip@xn--gre-immobilien-1fb18a.example";
	static const char *const spellings[] = {"vip@xn--gre-immobilien-1fb18a.example",
	        "'vip@XN--GRE-Immobilien-1FB18A.example'", "vip@größe-immobilien.example",
	        "VIP@GRÖßE-IMMOBILIEN.EXAMPLE", "vip@GRÖSSE-immobilien.example",
	        "'vip@gro\u0308ße-immobilien.example'",
	        "=?iso-8859-1?Q?vip=40gr=F6=DFe-immobilien.example?=",
	        "vip@gr\xf6\xdf"
	        "e-immobilien.example",
	        "mailto:vip%40gr%C3%B6%C3%9Fe-immobilien.example",
	        "vip@größe-immobilien\xe3\x80\x82"
	        "example",
	        /* What is compatible with the domain joins the figure with the local part. */
	        "³vip@größe-immobilien.examp\uff4ce"};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(spellings); i++) {
		g_autoptr(LooseText) text = text_of(spellings[i]);
		if (!loose_text_names(text, address))
			fail_msg("not found: %s", spellings[i]);
		assert_false(loose_text_names(text, "vip@gre-immobilien.example"));
	}
}

/* Each label of a domain in a spelling of its own. */
static void test_labels(void **state)
{
	static const char address[] = "vip@xn--bro-hoa.xn--gre-6ka8i.example";
	static const char *const spellings[] = {"vip@büro.größe.example",
	        "vip@XN--BRO-HOA.größe.example", "vip@büro.xn--gre-6ka8i.example",
	        "vip@BÜRO.GRÖSSE.example", "vip@xn--bro-hoa.GRÖSSE.example."};
	static const char *const no_spellings[] = {"vip@büro.example", "vip@büro.größe.examples",
	        "vip@büro-größe.example", "vip@xn--bro-hoa.xn--gre-6ka8i",
	        "vip@büros.größe.example"};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(spellings); i++) {
		g_autoptr(LooseText) text = text_of(spellings[i]);
		if (!loose_text_names(text, address))
			fail_msg("not found: %s", spellings[i]);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(no_spellings); i++) {
		g_autoptr(LooseText) text = text_of(no_spellings[i]);
		if (loose_text_names(text, address))
			fail_msg("found: %s", no_spellings[i]);
	}
}

/* A domain whose letters are of two scripts, which no page shows. */
static void test_two_scripts(void **state)
{
	(void)state;
	g_autoptr(LooseText) text = text_of("vip@p\u0430ypal.example");
	assert_true(loose_text_names(text, "vip@xn--pypal-4ve.example"));
	assert_false(loose_text_names(text, "vip@paypal.example"));
}

static gint compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static const struct {
	const char *value, *runs;
} runs[] = {
        {"Max <max@x.example>", "max@x.example"},
        {"'Max@X.example.'", "max@x.example"},
        {"<mailto:max@x.example>, <anna.maria@x.example>",
                "anna.maria@x.example max@x.example maria@x.example"},
        {"re-anna_b@x.example", "anna_b@x.example b@x.example re-anna_b@x.example"},
        {"..max.@.x.example-", "max@x.example"},
        {"max+a.b@x.example", "a.b@x.example b@x.example max@x.example"},
        {"a@b@x.example", "b@x.example"},
        {"=?utf-8?Q?max=40gr=C3=B6=C3=9Fe.example?=",
                "max@xn--gre-6ka8i.example max@xn--grsse-kua.example"},
        {"MAX@GRÖSSE.example", "max@xn--gre-6ka8i.example max@xn--grsse-kua.example"},
        {"max@messe-strasse.example",
                "max@messe-strasse.example max@xn--mee-strae-h1ag.example"
                " max@xn--mee-strasse-w6a.example max@xn--messe-strae-46a.example"},
        {"m\xc3\xbcller-max@x.example", "max@x.example"},
        {"max @ x . example", "max@x.example"},
        {"max@x, @x.example, max@, @", ""},
        {"max@-, max@_x.example_", "max@x.example"},
        {"", ""},
};

static void test_runs(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(runs); i++) {
		g_autoptr(LooseText) text = text_of(runs[i].value);
		g_autoptr(GPtrArray) list = loose_text_runs(text);
		g_ptr_array_sort(list, compare);
		g_ptr_array_add(list, NULL);
		g_autofree char *all = g_strjoinv(" ", (char **)list->pdata);
		g_auto(GStrv) wanted = g_strsplit(runs[i].runs, " ", -1);
		g_auto(GStrv) found = g_strsplit(all, " ", -1);
		for (guint w = 0; wanted[w] != NULL; w++)
			if (!g_strv_contains((const char *const *)found, wanted[w]))
				fail_msg("%s: %s isn't in %s", runs[i].value, wanted[w], all);
		if (g_strv_length(wanted) != g_strv_length(found))
			fail_msg("%s: %s", runs[i].value, all);
	}
}

/* A long list: each is found, and nobody else. */
static void test_many(void **state)
{
	g_autoptr(GString) value = g_string_new(NULL);

	(void)state;
	for (guint i = 0; i < 3000; i++)
		g_string_append_printf(value, "Max <m%u@x.example>,\r\n ", i);
	g_autoptr(LooseText) text = text_of(value->str);
	g_autoptr(GPtrArray) list = loose_text_runs(text);
	assert_int_equal(list->len, 3000);
	for (guint i = 0; i < 6000; i++) {
		g_autofree char *address = g_strdup_printf("m%u@x.example", i);
		assert_int_equal(loose_text_names(text, address), i < 3000);
	}
}

/* As long as headers get: some answer, in memory and time that grow with the length. */
static void test_hostile(void **state)
{
	static const char *const units[] = {"a@x.example,", "a.a.a.a@x.example,", "@", ".", "a@",
	        "a.", "+", "a+", "(", "\"", "%", "%40", "=?utf-8?Q?a=40x.example?= ", "=?utf-8?B?",
	        "=?", "\xff", "\xef\xb7\xba", "\xef\xbc\xa0", "ß@", "' ", "\xe2\x80\x8b"};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
		g_autoptr(LooseText) text = loose_text_new();
		g_autoptr(GString) value = g_string_new(NULL);
		while (value->len + strlen(units[i]) <= 60000)
			g_string_append(value, units[i]);
		for (guint n = 0; n < 3; n++)
			loose_text_add(text, value->str);
		loose_text_add(text, "vip@y.example");
		g_autoptr(GPtrArray) list = loose_text_runs(text);
		assert_true(list->len <= 100000);
		for (guint n = 0; n < 2000; n++) {
			g_autofree char *address = g_strdup_printf("a%u@x.example", n);
			loose_text_names(text, address);
		}
		assert_true(loose_text_names(text, "vip@y.example"));
	}
}

/* What doesn't fit names everybody. */
static void test_full(void **state)
{
	g_autoptr(LooseText) text = loose_text_new();

	(void)state;
	for (guint i = 0; i < 2 * LOOSE_TEXT_MAX / 60000; i++) {
		g_autofree char *head = g_strdup_printf("a%u@x.example,", i);
		g_autofree char *rest = g_strnfill(60000, 'x');
		g_autofree char *value = g_strconcat(head, rest, NULL);
		loose_text_add(text, value);
		if (i == 0)
			assert_false(loose_text_names(text, "vip@y.example"));
	}
	assert_true(loose_text_names(text, "vip@y.example"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_names),
	        cmocka_unit_test(test_domains),
	        cmocka_unit_test(test_labels),
	        cmocka_unit_test(test_two_scripts),
	        cmocka_unit_test(test_runs),
	        cmocka_unit_test(test_many),
	        cmocka_unit_test(test_hostile),
	        cmocka_unit_test(test_full),
	};

	g_mime_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
