/* test_from.c: the headers that say whom a mail is from, as the milter reads and writes them
 * (milter/from.c, header_token.c). */
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
	const char *names[ADDRESSES], *keys[ADDRESSES]; /* "-": no key */
} cases[] = {
        {"a@b.de", {""}, {"a@b.de"}},
        {"Max Muster <a@b.de>", {"Max Muster"}, {"a@b.de"}},
        {"\"Muster, Max\"\n <A+x@B.de>", {"Muster, Max"}, {"a@b.de"}},
        {"\"a \\\"b\\\" \\\\\" <a@b.de>", {"a \"b\" \\"}, {"a@b.de"}},
        {"=?UTF-8?B?TcO8bGxlcg==?= <a@b.de>", {"Müller"}, {"a@b.de"}},
        {"\"=?UTF-8?B?TcO8bGxlcg==?=\" <a@b.de>", {"Müller"}, {"a@b.de"}},
        {"=?iso-8859-1?Q?M=FCller?=\n =?utf-8?Q?=2C_Max?= <a@b.de>", {"Müller, Max"}, {"a@b.de"}},
        {"=?utf-8?Q?boss=40b.de?= <a@b.de>", {"boss@b.de"}, {"a@b.de"}},
        {"=?utf-8?Q?boss@b.de,_(x):;<y>?= <a@b.de>", {"boss@b.de, (x):;<y>"}, {"a@b.de"}},
        {"M\xfcller <a@b.de>", {"Müller"}, {"a@b.de"}},
        {"Müller <a@b.de>", {"Müller"}, {"a@b.de"}},
        {"\"M\xfcller, \x80\" <a@b.de>", {"Müller, €"}, {"a@b.de"}},
        {"<a@büro.de>", {""}, {"a@xn--bro-hoa.de"}},
        {"<a@xn--bro-hoa.de>", {""}, {"a@xn--bro-hoa.de"}},
        {"<müller@b.de>", {""}, {"-"}},
        {"a@[192.0.2.1]", {""}, {"-"}},
        /* around an address, as programs write it */
        {"Huber [Vertrieb] <a@b.de>", {"Huber [Vertrieb]"}, {"a@b.de"}},
        {"Huber, Hans <a@b.de>", {"Huber, Hans"}, {"a@b.de"}},
        {"Huber, Hans, Dr. <a@b.de>", {"Huber, Hans, Dr."}, {"a@b.de"}},
        {"Huber; Hans <a@b.de>", {"Huber; Hans"}, {"a@b.de"}},
        {"a;b <a@b.de>", {"a;b"}, {"a@b.de"}},
        {"Dr. H. Huber <a@b.de>", {"Dr. H. Huber"}, {"a@b.de"}},
        {"Huber @ Vertrieb <a@b.de>", {"Huber @ Vertrieb"}, {"a@b.de"}},
        {"@Huber <a@b.de>", {"@Huber"}, {"a@b.de"}},
        {"Huber: Vertrieb <a@b.de>", {"Huber: Vertrieb"}, {"a@b.de"}},
        {"Huber (Vertrieb) <a@b.de>", {"Huber (Vertrieb)"}, {"a@b.de"}},
        {"Huber (Vertrieb <a@b.de>", {"Huber (Vertrieb"}, {"a@b.de"}},
        {"Huber \"Hans <a@b.de>", {"Huber \"Hans"}, {"a@b.de"}},
        {"Huber \"Hans\" H. <a@b.de>", {"Huber Hans H."}, {"a@b.de"}},
        {"\\Huber\\ <a@b.de>", {"\\Huber\\"}, {"a@b.de"}},
        {"Huber <a@b.de", {"Huber"}, {"a@b.de"}},
        {"Huber<a@b.de>", {"Huber"}, {"a@b.de"}},
        {"Huber, Hans a@b.de", {"Huber, Hans"}, {"a@b.de"}},
        {"a@b.de (Max)", {"Max"}, {"a@b.de"}},
        {"(Max) <a@b.de>", {"Max"}, {"a@b.de"}},
        {"a@b.de Max", {"Max"}, {"a@b.de"}},
        {"<a@b.de> Max", {"Max"}, {"a@b.de"}},
        {"Max <a@b.de>, Huber,", {"Max, Huber"}, {"a@b.de"}},
        {", a@b.de,, ", {""}, {"a@b.de"}},
        /* obsolete syntax */
        {"<@route.de:a@b.de>", {""}, {"a@b.de"}},
        {"<@route.de,@way.de:a@b.de>", {""}, {"a@b.de"}},
        {"a . b @ b . de (x)", {"x"}, {"a.b@b.de"}},
        {"< a(c)@(c)b.de >", {""}, {"a@b.de"}},
        {"\"a\"@b.de", {""}, {"a@b.de"}},
        {"<\"a\"@b.de>", {""}, {"a@b.de"}},
        {"a@b.de, Z <c@d.de>", {"", "Z"}, {"a@b.de", "c@d.de"}},
        {"Team: a@b.de, X <c@d.de>;", {"", "X"}, {"a@b.de", "c@d.de"}},
        {"boss@b.de: a@b.de, x@b.de;", {"", "", ""}, {"boss@b.de", "a@b.de", "x@b.de"}},
        /* what some program may see an address in */
        {"boss@b.de <a@b.de>", {"boss@b.de"}, {"a@b.de"}},
        {"\"boss@b.de\" <a@b.de>", {"boss@b.de"}, {"a@b.de"}},
        {"a@b.de;boss@b.de", {"", ""}, {"a@b.de", "boss@b.de"}},
        {"a@b.de boss@b.de", {"", ""}, {"a@b.de", "boss@b.de"}},
        {"boss@b.de, Hans <a@b.de>", {"", "Hans"}, {"boss@b.de", "a@b.de"}},
        {"Huber boss@b.de, Hans <a@b.de>", {"Huber", "Hans"}, {"boss@b.de", "a@b.de"}},
        {"boss @ b.de, Hans <a@b.de>", {"", "Hans"}, {"boss@b.de", "a@b.de"}},
        {"\"boss@b.de\", Hans <a@b.de>", {"", "Hans"}, {"boss@b.de", "a@b.de"}},
        {"<boss@b.de> <a@b.de>", {"", ""}, {"boss@b.de", "a@b.de"}},
        {"a@b.de (c\\) <boss@b.de>", {"a@b.de (c\\)"}, {"boss@b.de"}},
        {"a@b.de \" <boss@b.de>", {"a@b.de \""}, {"boss@b.de"}},
        {"<a@b.de, boss@b.de>", {""}, {"-"}},
        {"<a@b.de boss@b.de>", {""}, {"-"}},
        {"<<a@b.de>>", {""}, {"a@b.de"}},
        {"<boss@b.de\">a@b.de\"@b.de>", {""}, {"-"}},
        {"<>", {""}, {"-"}},
        {"<a>", {""}, {"-"}},
        {"i n f o@b.de", {"i n f"}, {"o@b.de"}},
        {"mailto:a@b.de", {""}, {"-"}},
        /* no address */
        {"", {NULL}, {NULL}},
        {"root", {NULL}, {NULL}},
        {"undisclosed-recipients:;", {NULL}, {NULL}},
        {"=?utf-8?Q?a=40b.de?=", {NULL}, {NULL}},
        {"(a@b.de)", {NULL}, {NULL}},
};

static void test_read(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) from = from_parse(cases[i].value);
		guint count = 0;

		for (; count < ADDRESSES && cases[i].keys[count] != NULL; count++) {
			assert_true(count < from->len);
			const FromMailbox *mailbox = from->pdata[count];
			assert_string_equal(mailbox->name, cases[i].names[count]);
			assert_string_equal(
			        mailbox->key != NULL ? mailbox->key : "-", cases[i].keys[count]);
		}
		assert_int_equal(from->len, count);
	}
}

static const struct {
	const char *value, *name, *written; /* name NULL: it stays */
} written[] = {
        {"x <a@b.de>", "", "<a@b.de>"},
        {"x <a@b.de>", "Max Muster", "Max Muster <a@b.de>"},
        {"x <A+1@B.de>", "Muster, Max", "\"Muster, Max\" <A+1@B.de>"},
        {"<a@xn--bro-hoa.de>", "Max", "Max <a@xn--bro-hoa.de>"},
        {"<a@büro.de>", "Max", "Max <a@xn--bro-hoa.de>"},
        {"Team: a@b.de, X <c@d.de>;", "Büro",
                "=?UTF-8?B?QsO8cm8=?= <a@b.de>,\n =?UTF-8?B?QsO8cm8=?= <c@d.de>"},
        {"a@b.de", "Hausverwaltung Beispiel GmbH und Co KG, Berlin",
                "\"Hausverwaltung Beispiel GmbH und Co KG, Berlin\" <a@b.de>"},
        {"a@b.de", "Eva\r\nBcc: x@y.de\r\n\r\nHallo", "\"EvaBcc: x@y.deHallo\" <a@b.de>"},
        {"Huber [Vertrieb] <a@b.de>", NULL, "\"Huber [Vertrieb]\" <a@b.de>"},
        {"Huber, Hans <a@b.de>", NULL, "\"Huber, Hans\" <a@b.de>"},
        {"boss@b.de <a@b.de>", NULL, "\"boss@b.de\" <a@b.de>"},
        {"Dr. M\xfcller <a@b.de>", NULL, "=?UTF-8?B?RHIuIE3DvGxsZXI=?= <a@b.de>"},
        {"\"a+x y\"@b.de", NULL, "<a@b.de>"},
        {"a@b.de.", NULL, "<a@b.de>"},
        {"a . b@b.de", NULL, "<a.b@b.de>"},
};

static void test_write(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(written); i++) {
		g_autoptr(GPtrArray) from = from_parse(written[i].value);
		for (guint m = 0; m < from->len && written[i].name != NULL; m++) {
			FromMailbox *mailbox = from->pdata[m];
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
	g_autoptr(GPtrArray) from = from_parse(value->str);
	g_autofree char *text = from_write(from);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line != NULL; line++)
		assert_true(strlen(*line) <= 76 && g_str_is_ascii(*line));
	g_autoptr(GPtrArray) again = from_parse(text);
	assert_int_equal(again->len, 1);
	assert_string_equal(
	        ((FromMailbox *)again->pdata[0])->name, ((FromMailbox *)from->pdata[0])->name);
}

/* Another reader sees the addresses that were read and no other, and stays within ASCII. */
static void check_written(const char *value)
{
	g_autoptr(GPtrArray) from = from_parse(value);
	g_autofree char *text = from_write(from);
	InternetAddressList *seen = internet_address_list_parse(NULL, text);
	int count = seen != NULL ? internet_address_list_length(seen) : 0, written_count = 0;

	assert_true(g_str_is_ascii(text) && strpbrk(text, "\r") == NULL);
	for (guint i = 0; i < from->len; i++) {
		const FromMailbox *mailbox = from->pdata[i];

		if (mailbox->address == NULL)
			continue;
		assert_true(written_count < count);
		InternetAddress *one = internet_address_list_get_address(seen, written_count++);
		assert_true(INTERNET_ADDRESS_IS_MAILBOX(one));
		g_autoptr(GPtrArray) again = from_parse(
		        internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one)));
		assert_int_equal(again->len, 1);
		assert_string_equal(((FromMailbox *)again->pdata[0])->key, mailbox->key);
	}
	assert_int_equal(count, written_count);
	g_clear_object(&seen);
}

/* Deep groups, many addresses, half of everything: read or not, but in bounded time and space. */
static const char *const units[] = {"g:", "(", "\"", "<", "a@b.de,", "=?utf-8?B?", "\\", ",", "\n ",
        "@", "\xff", ";", ">", ")", ".", "x", " ", "=?utf-8?Q?=40?=", "a@b.de", "?=", "<c+1@d.de>"};

static void test_hostile(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
		g_autoptr(GString) value = g_string_new(NULL);
		while (value->len < FROM_MAX)
			g_string_append(value, units[i]);
		g_string_truncate(value, FROM_MAX);
		g_autoptr(GPtrArray) from = from_parse(value->str);
		g_autofree char *text = from_write(from);
		assert_non_null(text);
		g_string_append(value, "a@b.de");
		g_autoptr(GPtrArray) longer = from_parse(value->str);
		assert_int_equal(longer->len, 0);
	}
}

static void test_mixed(void **state)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(20261126);

	(void)state;
	for (guint round = 0; round < 20000; round++) {
		g_autoptr(GString) value = g_string_new(NULL);
		for (int left = g_rand_int_range(random, 1, 12); left > 0; left--)
			g_string_append(
			        value, units[g_rand_int_range(random, 0, G_N_ELEMENTS(units))]);
		check_written(value->str);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_read),
	        cmocka_unit_test(test_write),
	        cmocka_unit_test(test_long_lines),
	        cmocka_unit_test(test_hostile),
	        cmocka_unit_test(test_mixed),
	};

	g_mime_init();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	g_mime_shutdown();
	return failed;
}
