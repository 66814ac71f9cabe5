/* test_config.c: configuration files that must not be taken, and what is said of them. */
#include "lib/base/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#define BASE "[poststelle]\nbase_url=https://p.example/\n[database]\nuser=web\n"

static Config *load(const char *text, char **message)
{
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	int fd = g_file_open_tmp("ps-config.XXXXXX", &path, NULL);

	assert_true(fd >= 0);
	close(fd);
	assert_true(g_file_set_contents(path, text, -1, NULL));
	Config *config = config_load(path, &error);
	*message = error != NULL ? g_strdup(error->message) : NULL;
	g_unlink(path);
	return config;
}

static void test_taken(void **state)
{
	g_autofree char *message = NULL;
	g_autoptr(Config) config =
	        load(BASE "[mail]\ndoveadm=/opt/d\\sm\nmail_from=p@b.example\n", &message);

	(void)state;
	assert_null(message);
	assert_string_equal(config->base_url, "https://p.example");
	assert_string_equal(config->doveadm, "/opt/d m");
	assert_string_equal(config->mail_from, "p@b.example");
	assert_string_equal(config->submission_host, "127.0.0.1");
}

/* Each is said with its line; none is taken for a key that isn't set. */
static void test_refused(void **state)
{
	static const struct {
		const char *text, *line, *word;
	} cases[] = {
	        {BASE "[mail]\nmail_from=m\xfcller@b.example\n",
	                " line 6: [mail] mail_from: ", "UTF-8"},
	        {BASE "password_file=/etc/gr\xfcn\n",
	                " line 5: [database] password_file: ", "UTF-8"},
	        {BASE "[mail]\nsubmission_port=x\n", " line 6: [mail] submission_port: ", "range"},
	        {BASE "colour=red\n", " line 5: [database] colour: ", "unknown"},
	        {"[database]\nuser=web\n", "base_url", "missing"},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *message = NULL;
		g_autoptr(Config) config = load(cases[i].text, &message);
		if (config != NULL || strstr(message, cases[i].line) == NULL ||
		        strstr(message, cases[i].word) == NULL)
			fail_msg("case %zu: %s", i, message != NULL ? message : "taken");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_taken),
	        cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
