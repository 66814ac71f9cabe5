/* test_mail_text.c: the texts of Poststelle's own mails: complete in both languages, filled right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/error.h"
#include "lib/office/mail_text.h"

static char template_dir[] = "templates";
static char base_url[] = "https://post.example";
static char zone[] = "Europe/Berlin";
static const Config config = {.template_dir = template_dir, .base_url = base_url};
static const Setting setting = {.timezone = zone};

static GKeyFile *load(const char *path)
{
	GKeyFile *file = g_key_file_new();

	assert_true(g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL));
	return file;
}

/* The {name}s of a text in their order of the alphabet, each once. Free: g_free(). */
static char *placeholders(const char *text)
{
	static const char *const names[] = {
	        "actor", "base_url", "link", "login", "mailbox", "person", "when"};
	GString *found = g_string_new(NULL);
	guint braces = 0, known = 0;

	for (const char *c = text; *c != '\0'; c++)
		braces += *c == '{';
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *name = g_strdup_printf("{%s}", names[i]);
		for (const char *c = text; (c = strstr(c, name)) != NULL; c++)
			known++;
		if (strstr(text, name) != NULL)
			g_string_append(found, name);
	}
	assert_int_equal(braces, known);
	return g_string_free(found, FALSE);
}

static void test_both_languages_say_the_same(void **state)
{
	g_autoptr(GKeyFile) de = load("templates/mail/de.ini");
	g_autoptr(GKeyFile) en = load("templates/mail/en.ini");
	gsize count, other_count;
	g_auto(GStrv) groups = g_key_file_get_groups(de, &count);
	g_auto(GStrv) other_groups = g_key_file_get_groups(en, &other_count);
	(void)state;

	assert_int_equal(count, other_count);
	for (gsize i = 0; i < count; i++) {
		gsize keys_count, other_keys_count;
		assert_string_equal(groups[i], other_groups[i]);
		g_auto(GStrv) keys = g_key_file_get_keys(de, groups[i], &keys_count, NULL);
		g_auto(GStrv) other_keys =
		        g_key_file_get_keys(en, groups[i], &other_keys_count, NULL);
		assert_int_equal(keys_count, other_keys_count);
		for (gsize j = 0; j < keys_count; j++) {
			assert_string_equal(keys[j], other_keys[j]);
			g_autofree char *text = g_key_file_get_string(de, groups[i], keys[j], NULL);
			g_autofree char *other =
			        g_key_file_get_string(en, groups[i], keys[j], NULL);
			g_autofree char *names = placeholders(text);
			g_autofree char *other_names = placeholders(other);
			assert_string_equal(names, other_names);
		}
	}
}

static void test_filled(void **state)
{
	g_autoptr(GError) error = NULL;
	const MailFacts facts = {.kind = "notice.shown",
	        .languages = "de,en",
	        .mailbox = "chef@b.example",
	        .actor = "{when} {nothing} {",
	        .when = G_GUINT64_CONSTANT(1781438400000000)};
	g_autoptr(MailText) mail = mail_text_make(&config, &setting, &facts, &error);
	(void)state;

	assert_null(error);
	assert_string_equal(mail->subject, "VIP-Postfach chef@b.example: Passwort angezeigt");
	/* What was filled in isn't filled again. */
	assert_non_null(strstr(mail->text, "{when} {nothing} {."));
	assert_non_null(strstr(mail->text, "am 14.6.2026, 14:00 angezeigt"));
	assert_non_null(strstr(mail->text, "shown on 14/06/2026, 14:00 to"));
	assert_non_null(strstr(mail->text, "(https://post.example)"));
}

static void test_command_line_and_unknown(void **state)
{
	g_autoptr(GError) error = NULL;
	MailFacts facts = {.kind = "notice.ended", .languages = "en", .person = "Eva (eva)"};
	g_autoptr(MailText) mail = mail_text_make(&config, &setting, &facts, &error);
	(void)state;

	assert_null(error);
	assert_non_null(strstr(mail->text, "By whom: the command line of the server."));
	facts.kind = "nothing";
	assert_null(mail_text_make(&config, &setting, &facts, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_INTERNAL));
	g_clear_error(&error);
	facts.languages = "fr";
	assert_null(mail_text_make(&config, &setting, &facts, &error));
	assert_non_null(error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_both_languages_say_the_same),
	        cmocka_unit_test(test_filled),
	        cmocka_unit_test(test_command_line_and_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
