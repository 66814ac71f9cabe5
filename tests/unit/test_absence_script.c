/* test_absence_script.c: the Sieve script of an absence note, hostile texts above all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/error.h"
#include "lib/mail/header_word.h"
#include "lib/mailbox/absence_script.h"
#include "lib/mailbox/mailbox.h"
#include "lib/office/domain.h"

/* The office's domains. */
static Domain own_domains[] = {
        {.name = (char[]){"buero.example"}, .display_name = (char[]){"buero.example"}},
        {.name = (char[]){"xn--fhr-bro-5wa4t.example"},
                .display_name = (char[]){"f\u00e4hr-b\u00fcro.example"}},
};

static char *build_both(
        const char *subject, const char *body, const char *internal_body, GPtrArray *aliases)
{
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	g_autoptr(GPtrArray) domains = g_ptr_array_new();
	AbsenceScript note = {.mailbox_id = 7,
	        .generation = 3,
	        .address = "info@buero.example",
	        .aliases = aliases != NULL ? aliases : none,
	        .domains = domains,
	        .subject = subject,
	        .body = body,
	        .internal_body = internal_body};

	for (gsize i = 0; i < G_N_ELEMENTS(own_domains); i++)
		g_ptr_array_add(domains, &own_domains[i]);
	return absence_script_build(&note);
}

static char *build(const char *subject, const char *body, GPtrArray *aliases)
{
	return build_both(subject, body, NULL, aliases);
}

/* The quoted string behind a tag, read as RFC 5228 2.4.2 says; *rest: what follows it. */
static char *string_after(const char *script, const char *tag, const char **rest)
{
	const char *c = strstr(script, tag);
	GString *value = g_string_new(NULL);

	assert_non_null(c);
	c += strlen(tag);
	assert_int_equal(*c++, '"');
	for (; *c != '"'; c++) {
		assert_int_not_equal(*c, '\0');
		if (*c == '\\')
			c++;
		g_string_append_c(value, *c);
	}
	*rest = c + 1;
	return g_string_free(value, FALSE);
}

/* Quoted-printable (RFC 2045 6.7) read again; no line is longer than 76 octets. */
static char *decoded(const char *text)
{
	GString *out = g_string_new(NULL);
	g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);

	for (char **line = lines; *line != NULL; line++) {
		gboolean goes_on = g_str_has_suffix(*line, "=");
		assert_true(strlen(*line) <= 76);
		for (const char *c = *line; *c != '\0' && !(goes_on && c[1] == '\0'); c++) {
			assert_true(*c >= ' ' && *c < 127);
			if (*c != '=') {
				g_string_append_c(out, *c);
				continue;
			}
			g_string_append_c(out, (char)(g_ascii_xdigit_value(c[1]) * 16 +
			                               g_ascii_xdigit_value(c[2])));
			c += 2;
		}
		if (!goes_on && line[1] != NULL)
			g_string_append_c(out, '\n');
	}
	return g_string_free(out, FALSE);
}

/* Its lines are no longer than 76 octets (RFC 2045 6.8), its line ends CR LF. */
static char *decoded_base64(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
	gsize length;

	for (char **line = lines; *line != NULL; line++)
		assert_true(strlen(*line) <= 76);
	g_autofree char *joined = g_strjoinv("", lines);
	g_autofree guchar *octets = g_base64_decode(joined, &length);
	g_autofree char *crlf = g_strndup((const char *)octets, length);
	g_auto(GStrv) parts = g_strsplit(crlf, "\r\n", -1);
	for (char **part = parts; *part != NULL; part++)
		assert_null(strpbrk(*part, "\r\n"));
	return g_strjoinv("\n", parts);
}

static char *entity_text(const char *entity)
{
	static const char type[] = "Content-Type: text/plain; charset=utf-8\r\n"
	                           "Content-Transfer-Encoding: ";
	static const char quoted[] = "quoted-printable\r\n\r\n", base64[] = "base64\r\n\r\n";

	assert_true(g_str_has_prefix(entity, type));
	entity += strlen(type);
	if (g_str_has_prefix(entity, base64))
		return decoded_base64(entity + strlen(base64));
	assert_true(g_str_has_prefix(entity, quoted));
	return decoded(entity + strlen(quoted));
}

/* Subject and text come out of the script as they went in, and nothing behind them is theirs. */
static void check_texts(const char *subject, const char *body)
{
	g_autofree char *script = build(subject, body, NULL);
	const char *rest;
	g_autofree char *found = string_after(script, ":subject ", &rest);

	g_autofree char *line = g_strdelimit(header_word_text(subject), "\n", ' ');
	assert_string_equal(found, line);
	g_autofree char *entity = string_after(rest, "\r\n		:mime ", &rest);
	assert_string_equal(rest, ";\r\n}\r\n");
	g_autofree char *text = entity_text(entity);
	/* One line end at the end is Pigeonhole's. */
	g_autofree char *wanted = g_strndup(body, strlen(body) - g_str_has_suffix(body, "\n"));
	assert_string_equal(text, wanted);
}

static void test_texts(void **state)
{
	static const char *const texts[] = {
	        "Bin bis 6. Januar nicht da.",
	        "\";\r discard; #",
	        "\\",
	        "\\\"",
	        "\"",
	        "\\\\\" ; stop; \"",
	        "${from} %{x} $$",
	        ".\n..\n.\n",
	        "a\n\nb\n\n\n",
	        " \n\t\n ends with blanks  \nand a tab\t",
	        "gr\u00fc\u00df dich \U0001F600 \U0001F469\u200d\U0001F4BB \u05e9\u05dc\u05d5\u05dd",
	        "text:\nnot a multi-line string\n.\n;",
	        "/* */ # no comment",
	        "=3D = =\n=",
	        "=?utf-8?Q?x?=",
	        "From me\n>From you\n--\nContent-Type: text/html\n\n<script>",
	};
	g_autofree char *line = g_strnfill(5000, 'x');
	g_autoptr(GString) longest = g_string_new(NULL);

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *subject = g_strdelimit(g_strdup(texts[i]), "\n\r\t", ' ');
		g_autofree char *body = g_strdelimit(g_strdup(texts[i]), "\r", '\n');
		check_texts(subject, body);
	}
	check_texts("x", line);
	/* Every length around the end of a line */
	for (gsize i = 70; i < 160; i++) {
		g_autofree char *body = g_strndup(line, i);
		g_autofree char *umlauts = g_strconcat(body, "\u00fc\u00fc \nx", NULL);
		check_texts("x", body);
		check_texts("x", umlauts);
	}
	while (longest->len + 4 <= ABSENCE_BODY_MAX)
		g_string_append(longest, "\U0001F600");
	check_texts("x", longest->str);
	/* Two of the longest still pass Dovecot's dict, of whatever they consist. */
	static const char *const kinds[] = {"x", "\"", "\u00fc", "\U0001F600", "Ein Satz.\n", "\n"};
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(GString) most = g_string_new(NULL);
		while (most->len + strlen(kinds[i]) <= ABSENCE_BODY_MAX)
			g_string_append(most, kinds[i]);
		check_texts("x", most->str);
		g_autofree char *script = build_both("x", most->str, most->str, NULL);
		g_autoptr(GError) error = NULL;
		gsize passed = strlen(script);
		for (const char *c = script; *c != '\0'; c++)
			passed += strchr("\r\n\t", *c) != NULL;
		assert_int_equal(
		        passed < 300000, absence_script_check("x", most->str, most->str, &error));
		assert_string_equal(error != NULL ? ps_error_reason(error) : "",
		        *kinds[i] == '\n' ? "both" : "");
	}
}

static void test_no_subject(void **state)
{
	g_autofree char *script = build("", "x", NULL);

	(void)state;
	assert_null(strstr(script, ":subject"));
}

static void test_addresses(void **state)
{
	MailboxAlias aliases[] = {
	        {1, (char[]){"chef@buero.example"}}, {2, (char[]){"x@xn--fhr-bro-5wa4t.example"}}};
	g_autoptr(GPtrArray) list = g_ptr_array_new();

	(void)state;
	g_ptr_array_add(list, &aliases[0]);
	g_ptr_array_add(list, &aliases[1]);
	g_autofree char *script = build("s", "b", list);
	assert_non_null(strstr(script,
	        "address :matches [\"to\", \"cc\"] [\"info@buero.example\", \"info+*@buero.example\","
	        " \"chef@buero.example\", \"chef+*@buero.example\","
	        " \"x@xn--fhr-bro-5wa4t.example\", \"x+*@xn--fhr-bro-5wa4t.example\","
	        " \"x@f\u00e4hr-b\u00fcro.example\", \"x+*@f\u00e4hr-b\u00fcro.example\"]"));
	assert_non_null(strstr(script, ":addresses [\"info@buero.example\", \"chef@buero.example\","
	                               " \"x@xn--fhr-bro-5wa4t.example\"]"));
	assert_non_null(strstr(script, ":from \"info@buero.example\""));
	assert_non_null(strstr(script, ":handle \"absence-7-3\""));
}

/* A text of its own for senders of the office; both come out as they were typed. */
static void test_internal(void **state)
{
	g_autofree char *script = build_both("s", "aussen", "innen \"; discard;", NULL);
	const char *rest;

	(void)state;
	const char *branch = strstr(script, "if envelope :domain \"from\" [\"buero.example\","
	                                    " \"xn--fhr-bro-5wa4t.example\"] {");
	assert_non_null(branch);
	g_autofree char *internal = string_after(branch, ":mime ", &rest);
	assert_true(g_str_has_suffix(internal, "\r\n\r\ninnen \"; discard;"));
	assert_true(g_str_has_prefix(rest, ";\r\n} else {\r\n"));
	g_autofree char *external = string_after(rest, ":mime ", &rest);
	assert_true(g_str_has_suffix(external, "\r\n\r\naussen"));
	assert_string_equal(rest, ";\r\n}\r\n}\r\n");
	g_autofree char *alone = build("s", "aussen", NULL);
	assert_null(strstr(alone, "if envelope :domain"));
}

/* Whatever changes in the text changes the id. */
static void test_id(void **state)
{
	g_autofree char *a = build("s", "b", NULL), *b = build("s", "B", NULL);
	g_autofree char *again = build("s", "b", NULL);
	g_autofree char *id_a = absence_script_id(a), *id_b = absence_script_id(b);
	g_autofree char *id_again = absence_script_id(again);

	(void)state;
	assert_string_equal(id_a, id_again);
	assert_string_not_equal(id_a, id_b);
	assert_int_equal(strlen(id_a), 64);
}

static void refused(const char *subject, const char *body, const char *field, const char *reason)
{
	g_autoptr(GError) error = NULL;

	assert_false(absence_script_check(subject, body, "", &error));
	assert_string_equal(ps_error_field(error), field);
	assert_string_equal(ps_error_reason(error), reason);
	if (strcmp(field, "body") != 0)
		return;
	g_clear_error(&error);
	assert_false(absence_script_check(subject, "", body, &error));
	assert_string_equal(ps_error_field(error), "internal_body");
	assert_string_equal(ps_error_reason(error), reason);
}

static void test_check(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) subject = g_string_new(NULL);
	g_autofree char *body = g_strnfill(ABSENCE_BODY_MAX, 'x');
	g_autofree char *more = g_strconcat(body, "x", NULL);

	(void)state;
	for (guint i = 0; i < ABSENCE_SUBJECT_MAX; i++)
		g_string_append(subject, "\U0001F600");
	assert_true(absence_script_check("", "", "", &error));
	assert_true(absence_script_check(subject->str, body, body, &error));
	assert_true(absence_script_check("\u00fc", "a\n\tb\n", "a\n\tb\n", &error));
	g_string_append_c(subject, 'x');
	refused(subject->str, "", "subject", "too_long");
	refused("", more, "body", "too_long");
	refused("a\r\nBcc: x@y.example", "", "subject", "control");
	refused("a\nb", "", "subject", "control");
	refused("a\tb", "", "subject", "control");
	refused("\xc2\x85", "", "subject", "control");
	refused("\xff", "", "subject", "control");
	refused("", "a\rb", "body", "control");
	refused("", "a\x01", "body", "control");
	refused("", "\xff", "body", "control");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_texts),
	        cmocka_unit_test(test_no_subject),
	        cmocka_unit_test(test_addresses),
	        cmocka_unit_test(test_internal),
	        cmocka_unit_test(test_id),
	        cmocka_unit_test(test_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
