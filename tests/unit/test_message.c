/* test_message.c: what the journal keeps of a message (milter/message.c, address_list.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "milter/address_list.h"
#include "milter/message.h"
#include "milter/mime_text.h"

static const struct {
	const char *value, *addresses; /* "name <address>; " each */
} lists[] = {
        {"a@b.de, Max <c@d.de>", " <a@b.de>; Max <c@d.de>; "},
        {"a@b.de;c@d.de", " <a@b.de>;  <c@d.de>; "},
        {"Max Muster a@b.de", " <a@b.de>; "},
        {"boss@b.de <a@b.de>", "boss@b.de <a@b.de>;  <boss@b.de>; "},
        {"\"boss@b.de\" <A@b.de>, a@B.DE", "boss@b.de <A@b.de>;  <a@B.DE>; "},
        {"(boss@b.de (c@d.de) x) a@b.de", " <a@b.de>; "},
        {"Team: a@b.de, c@d.de;, e@f.de", " <a@b.de>;  <c@d.de>;  <e@f.de>; "},
        {"info@b\xc3\xbcro.de", " <info@xn--bro-hoa.de>; "},
        {"=?utf-8?B?TcO8?= =?utf-8?B?bGxlcg==?= <a@b.de>", "Müller <a@b.de>; "},
        {"\"M\xfcller, 5 \x80\" <a@b.de>", "Müller, 5 € <a@b.de>; "},
        {"M\xfcller <a@b.de>", "Müller <a@b.de>; "},
        {"Müller <a@b.de>", "Müller <a@b.de>; "},
        {"=?iso-8859-1?Q?5_=80?= <a@b.de>", "5 € <a@b.de>; "},
        {"=?us-ascii?Q?M=FCller?= <a@b.de>", "Müller <a@b.de>; "},
        {"\"=?utf-8?B?TcO8?=\" <a@b.de>", "Mü <a@b.de>; "},
        {"a@b.de (M\xfcller)", "Müller <a@b.de>; "},
        {"undisclosed-recipients:;", ""},
        {"\"offen, a@b.de", ""},
        {"@, a@, @b, <>", ""},
        {"", ""},
};

static void test_lists(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autoptr(GPtrArray) list = address_list_new();
		g_autoptr(GString) out = g_string_new(NULL);

		address_list_add_all(list, lists[i].value);
		for (guint a = 0; a < list->len; a++) {
			const ListAddress *one = list->pdata[a];
			g_string_append_printf(out, "%s <%s>; ", one->name, one->address);
		}
		assert_string_equal(out->str, lists[i].addresses);
	}
}

/* As long as a header gets: some result, soon, on the stack of a thread. */
static gpointer read_hostile(gpointer data)
{
	static const char *const units[] = {"g:", "(", "\"", "<", "a@b.de,", "=?utf-8?B?", "\\",
	        ",", "@", "\xff", ";", "<a@b>", "a b,", "(a,", "\\("};

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
		g_autoptr(GPtrArray) list = address_list_new();
		g_autoptr(GString) value = g_string_new(NULL);
		while (value->len < 60000)
			g_string_append(value, units[i]);
		address_list_add_all(list, value->str);
		assert_true(list->len <= 60000 / 5);
	}
	return NULL;
}

static void test_hostile(void **state)
{
	(void)state;
	g_thread_join(g_thread_new("hostile", read_hostile, NULL));
}

static void add_all(Message *message)
{
	message_add_recipient(message, "a@b.de");
	message_add_recipient(message, "bcc@b.de");
	message_add_header(message, "From", "Max <max@welt.example>");
	message_add_header(message, "to ", "a@b.de");
	message_add_header(message, "To", "z@b.de");
	message_add_header(message, "CC", "c@b.de");
	message_add_header(message, "Subject", "=?utf-8?B?w4RyZ2U=?= =?utf-8?B?cg==?=\n x");
	message_add_header(message, "Subject", "ein zweiter");
	message_add_header(message, "Content-Type", "multipart/mixed;\n boundary=x");
	const char *body =
	        "--x\r\n\r\nText\r\n--x\r\nContent-Type: a/b; name=n\r\n\r\n123\r\n--x--\r\n";
	message_add_body(message, (const guint8 *)body, strlen(body));
}

static void test_message(void **state)
{
	JournalMail mail;

	(void)state;
	Message *message = message_new("von@welt.example");
	add_all(message);
	message_finish(message, JOURNAL_OUTSIDE, &mail);
	assert_string_equal(mail.envelope_from, "von@welt.example");
	assert_int_equal(mail.n_recipients, 2);
	assert_string_equal(mail.recipients[1], "bcc@b.de");
	assert_int_equal(mail.n_from, 1);
	assert_string_equal(mail.from[0].name, "Max");
	assert_int_equal(mail.n_to, 2);
	assert_string_equal(mail.to[1].address, "z@b.de");
	assert_int_equal(mail.n_cc, 1);
	assert_int_equal(mail.n_to_values, 2);
	assert_string_equal(mail.to_values[1], "z@b.de");
	assert_int_equal(mail.n_cc_values, 1);
	assert_false(mail.is_cut);
	assert_string_equal(mail.subject, "Ärger x");
	assert_string_equal(mail.text, "Text");
	assert_int_equal(mail.n_attachments, 1);
	assert_string_equal(mail.attachments[0].name, "n");
	assert_int_equal(mail.attachments[0].size, 3);
	message_free(message);
}

static void test_report(void **state)
{
	static const char *const types[] = {
	        "multipart/mixed; boundary=x", "multipart/report;\n boundary=x"};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autofree char *padding = g_strnfill(MIME_HEADER_MAX, 'x');
		JournalMail mail;
		Message *message = message_new("");
		message_add_header(message, "Content-Padding", padding);
		message_add_header(message, "content-type", types[i]);
		message_finish(message, JOURNAL_OUTSIDE, &mail);
		assert_int_equal(mail.is_report, i);
		message_free(message);
	}
}

static void test_nothing(void **state)
{
	JournalMail mail;

	(void)state;
	Message *message = message_new("");
	message_finish(message, JOURNAL_LOCAL, &mail);
	assert_int_equal(mail.n_recipients + mail.n_from + mail.n_to + mail.n_cc, 0);
	assert_null(mail.subject);
	assert_null(mail.text);
	message_free(message);
	message_free(message_new("never ended"));
}

/* Whether From, To or Cc may go on behind what a milter sees or what is kept. */
static void test_cut(void **state)
{
	static const struct {
		const char *name;
		guint octets, count;
		gboolean is_cut;
	} cases[] = {
	        {"To", 57000, 1, FALSE},
	        {"To", 57000, 3, FALSE},
	        {"To", 57000, 4, TRUE},
	        {"To", 57949, 1, TRUE}, /* the next line of 2,048 octets would have been too much */
	        {"to ", 59996, 1, TRUE},
	        {"Cc", 59996, 1, TRUE},
	        {"From", 59994, 1, TRUE},
	        {"Reply-To", 59990, 4, FALSE},
	        {"Subject", 59991, 4, FALSE},
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *value = g_strnfill(cases[i].octets, 'x');
		JournalMail mail;
		Message *message = message_new("x@y.example");
		for (guint n = 0; n < cases[i].count; n++)
			message_add_header(message, cases[i].name, value);
		message_finish(message, JOURNAL_OUTSIDE, &mail);
		assert_int_equal(mail.is_cut, cases[i].is_cut);
		assert_true(mail.n_to_values <= cases[i].count);
		message_free(message);
	}
}

/* 10 MB of headers: what is kept is bounded. */
static void test_large_headers(void **state)
{
	g_autofree char *value = g_strnfill(50000, 'x');
	JournalMail mail;

	(void)state;
	memcpy(value, "a@b.de,", 7);
	Message *message = message_new("");
	for (guint i = 0; i < 200; i++) {
		message_add_header(message, i % 2 ? "To" : "Cc", value);
		message_add_header(message, "Content-X", value);
	}
	message_finish(message, JOURNAL_OUTSIDE, &mail);
	assert_in_range(mail.n_to + mail.n_cc, 1, 6);
	message_free(message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_lists),
	        cmocka_unit_test(test_hostile),
	        cmocka_unit_test(test_message),
	        cmocka_unit_test(test_report),
	        cmocka_unit_test(test_nothing),
	        cmocka_unit_test(test_cut),
	        cmocka_unit_test(test_large_headers),
	};

	g_mime_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
