/* test_from.c: the From header as the milter reads and writes it (milter/from.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "milter/from.h"

#define ADDRESSES 3

static const struct {
	const char *value;
	gboolean plain;
	const char *names[ADDRESSES], *keys[ADDRESSES]; /* "-": no key */
} cases[] = {
        {"a@b.de", TRUE, {""}, {"a@b.de"}},
        {"Max Muster <a@b.de>", TRUE, {"Max Muster"}, {"a@b.de"}},
        {"\"Muster, Max\"\n <A+x@B.de>", TRUE, {"Muster, Max"}, {"a@b.de"}},
        {"\"a \\\"b\\\" \\\\\" <a@b.de>", TRUE, {"a \"b\" \\"}, {"a@b.de"}},
        {"=?UTF-8?B?TcO8bGxlcg==?= <a@b.de>", TRUE, {"Müller"}, {"a@b.de"}},
        {"=?iso-8859-1?Q?M=FCller?=\n =?utf-8?Q?=2C_Max?= <a@b.de>", TRUE, {"Müller, Max"},
                {"a@b.de"}},
        {"=?utf-8?Q?boss=40b.de?= <a@b.de>", TRUE, {"boss@b.de"}, {"a@b.de"}},
        {"M\xfcller <a@b.de>", TRUE, {"Müller"}, {"a@b.de"}},
        {"Müller <a@b.de>", TRUE, {"Müller"}, {"a@b.de"}},
        {"<a@büro.de>", TRUE, {""}, {"a@xn--bro-hoa.de"}},
        {"<a@xn--bro-hoa.de>", TRUE, {""}, {"a@xn--bro-hoa.de"}},
        {"<müller@b.de>", TRUE, {""}, {"-"}},
        {"root", FALSE, {""}, {"-"}},
        {"a@[192.0.2.1]", TRUE, {""}, {"-"}},
        /* what two programs could understand in two ways */
        {"a@b.de (Max)", FALSE, {"Max"}, {"a@b.de"}},
        {"Max (the boss) <a@b.de>", FALSE, {"Max"}, {"a@b.de"}},
        {"boss@b.de <a@b.de>", FALSE, {"boss@b.de"}, {"a@b.de"}},
        {"a@b.de;boss@b.de", FALSE, {""}, {"a@b.de"}},
        {"<@route.de:a@b.de>", FALSE, {""}, {"a@b.de"}},
        {"a@b.de boss@b.de", FALSE, {"", ""}, {"a@b.de", "boss@b.de"}},
        {"a@b.de, Z <c@d.de>", FALSE, {"", "Z"}, {"a@b.de", "c@d.de"}},
        {"Team: a@b.de, X <c@d.de>;", FALSE, {"", "X"}, {"a@b.de", "c@d.de"}},
        /* no address, or nothing that can be understood */
        {"", FALSE, {NULL}, {NULL}},
        {"<>", FALSE, {NULL}, {NULL}},
        {"undisclosed-recipients:;", FALSE, {NULL}, {NULL}},
        {"i n f o@b.de", FALSE, {NULL}, {NULL}},
        {"a@b.de (comment\\) <boss@b.de>", FALSE, {NULL}, {NULL}},
};

static void test_read(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(From) from = from_parse(cases[i].value);
		guint count = 0;

		for (; count < ADDRESSES && cases[i].keys[count] != NULL; count++) {
			assert_true(count < from->mailboxes->len);
			const FromMailbox *mailbox = from->mailboxes->pdata[count];
			assert_string_equal(mailbox->name, cases[i].names[count]);
			assert_string_equal(
			        mailbox->key != NULL ? mailbox->key : "-", cases[i].keys[count]);
		}
		assert_int_equal(from->mailboxes->len, count);
		assert_int_equal(from->plain, cases[i].plain);
	}
}

static const struct {
	const char *value, *name, *written;
} written[] = {
        {"x <a@b.de>", "", "<a@b.de>"},
        {"x <a@b.de>", "Max Muster", "Max Muster <a@b.de>"},
        {"x <A+1@B.de>", "Muster, Max", "\"Muster, Max\" <A+1@B.de>"},
        {"<a@xn--bro-hoa.de>", "Max", "Max <a@xn--bro-hoa.de>"},
        {"Team: a@b.de, X <c@d.de>;", "Büro",
                "=?UTF-8?B?QsO8cm8=?= <a@b.de>,\n =?UTF-8?B?QsO8cm8=?= <c@d.de>"},
        {"a@b.de", "Hausverwaltung Beispiel GmbH und Co KG, Berlin",
                "\"Hausverwaltung Beispiel GmbH und Co KG, Berlin\" <a@b.de>"},
        {"a@b.de", "Eva\r\nBcc: x@y.de\r\n\r\nHallo", "\"EvaBcc: x@y.deHallo\" <a@b.de>"},
};

static void test_write(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(written); i++) {
		g_autoptr(From) from = from_parse(written[i].value);
		for (guint m = 0; m < from->mailboxes->len; m++) {
			FromMailbox *mailbox = from->mailboxes->pdata[m];
			g_free(mailbox->name);
			mailbox->name = g_strdup(written[i].name);
		}
		g_autofree char *value = from_write(from);
		assert_string_equal(value, written[i].written);
	}
}

/* Whatever comes in: no line above 998 octets, nothing beyond ASCII, read back it is the same. */
static void test_long_lines(void **state)
{
	g_autoptr(GString) value = g_string_new("\"");

	(void)state;
	for (guint i = 0; i < 900; i++)
		g_string_append(value, i % 7 ? "x" : "ü");
	g_string_append(value, "\" <a@b.de> (c)");
	g_autoptr(From) from = from_parse(value->str);
	g_autofree char *text = from_write(from);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line != NULL; line++)
		assert_true(strlen(*line) <= 76 && g_str_is_ascii(*line));
	g_autoptr(From) again = from_parse(text);
	assert_int_equal(again->mailboxes->len, 1);
	assert_string_equal(((FromMailbox *)again->mailboxes->pdata[0])->name,
	        ((FromMailbox *)from->mailboxes->pdata[0])->name);
}

/* Deep groups, many addresses, half of everything: read or not, but in bounded time and space. */
static void test_hostile(void **state)
{
	static const char *const units[] = {
	        "g:", "(", "\"", "<", "a@b.de,", "=?utf-8?B?", "\\", ",", "\n ", "@", "\xff", ";"};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
		g_autoptr(GString) value = g_string_new(NULL);
		while (value->len < FROM_MAX)
			g_string_append(value, units[i]);
		g_string_truncate(value, FROM_MAX);
		g_autoptr(From) from = from_parse(value->str);
		assert_false(from->plain);
		g_autofree char *text = from_write(from);
		assert_non_null(text);
		g_string_append(value, "a@b.de");
		g_autoptr(From) longer = from_parse(value->str);
		assert_int_equal(longer->mailboxes->len, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_read),
	        cmocka_unit_test(test_write),
	        cmocka_unit_test(test_long_lines),
	        cmocka_unit_test(test_hostile),
	};

	g_mime_init();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	g_mime_shutdown();
	return failed;
}
