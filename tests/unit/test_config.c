/* test_config.c: what configuration files set, which must not be taken, and what is said of them.
 */
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

static void test_presets(void **state)
{
	g_autofree char *message = NULL;
	g_autoptr(Config) config = load(BASE, &message);

	(void)state;
	assert_null(message);
	assert_string_equal(config->database_user, "web");
	assert_string_equal(config->database_name, "poststelle");
	assert_string_equal(config->database_password, "");
	assert_string_equal(config->database_hosts[0], "/run/mysqld/mysqld.sock");
	assert_null(config->database_hosts[1]);
	assert_false(config->database_tls_required);
	assert_int_equal(config->database_io_timeout, 5);
	assert_string_equal(config->web_socket, "");
	assert_int_equal(config->web_workers, 4);
	assert_false(config->web_remote_user);
	assert_int_equal(config->session_idle_minutes, 60);
	assert_int_equal(config->session_hours, 12);
	assert_int_equal(config->check_port, 25);
	assert_string_equal(config->machine, "");
	assert_int_equal(config->submission_port, 10027);
}

static void test_each_kind(void **state)
{
	g_autofree char *message = NULL;
	g_autoptr(Config) config = load("# of the machine\n\n[poststelle]\n"
	                                "base_url = http://p.example/post//\n[database]\nuser=u\n"
	                                "hosts=db1 [::1]:3307 /run/db.sock\ntls_required=true\n"
	                                "[web]\nworkers=64\nsession_idle_minutes=1\n",
	        &message);

	(void)state;
	assert_null(message);
	assert_string_equal(config->base_url, "http://p.example/post");
	assert_int_equal(g_strv_length(config->database_hosts), 3);
	assert_string_equal(config->database_hosts[1], "[::1]:3307");
	assert_true(config->database_tls_required);
	assert_int_equal(config->web_workers, 64);
	assert_int_equal(config->session_idle_minutes, 1);
}

/* Its first line, whatever ends it. */
static void test_password_file(void **state)
{
	static const char *const files[] = {"geheim", "geheim\n", "geheim\r\nmore\n"};
	g_autofree char *path = NULL;
	g_autofree char *message = NULL;
	int fd = g_file_open_tmp("ps-password.XXXXXX", &path, NULL);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	g_autofree char *text =
	        g_strconcat(BASE "password=other\npassword_file=", path, "\n", NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		assert_true(g_file_set_contents(path, files[i], -1, NULL));
		g_autofree char *refusal = NULL;
		g_autoptr(Config) config = load(text, &refusal);
		assert_null(refusal);
		assert_string_equal(config->database_password, "geheim");
	}
	g_unlink(path);
	g_autoptr(Config) gone = load(text, &message);
	assert_null(gone);
	assert_non_null(strstr(message, path));
}

/* What several files have in common: the first file goes before it, and faults of it are said with
 * its own name and line. */
static void test_included(void **state)
{
	static const struct {
		const char *common, *word;
	} cases[] = {
	        {"[poststelle]\ncolour=red\n", " line 2: [poststelle] colour: unknown"},
	        {"[mail]\n\ncheck_port=x\n", " line 3: [mail] check_port: "},
	        {"[database]\nhosts=a b:x\n", " line 2: [database] hosts: "},
	        {"[poststelle]\ninclude=/etc/hosts\n", " line 2: [poststelle] include: "},
	};
	g_autofree char *path = NULL;
	g_autofree char *message = NULL;
	int fd = g_file_open_tmp("ps-common.XXXXXX", &path, NULL);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_true(g_file_set_contents(path,
	        "[poststelle]\nbase_url=https://common.example\n[database]\nname=office\n"
	        "[mail]\nmail_from=p@common.example\n",
	        -1, NULL));
	g_autofree char *text = g_strconcat("[poststelle]\ninclude=", path,
	        "\n[database]\nuser=web\n[mail]\nmail_from=own@p.example\n", NULL);
	g_autoptr(Config) config = load(text, &message);
	assert_null(message);
	assert_string_equal(config->base_url, "https://common.example");
	assert_string_equal(config->database_name, "office");
	assert_string_equal(config->database_user, "web");
	assert_string_equal(config->mail_from, "own@p.example");
	g_free(text);
	text = g_strconcat("[poststelle]\nbase_url=https://p.example\ninclude=", path,
	        "\n[database]\nuser=web\n", NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *refusal = NULL;
		assert_true(g_file_set_contents(path, cases[i].common, -1, NULL));
		g_autoptr(Config) none = load(text, &refusal);
		assert_null(none);
		assert_true(g_str_has_prefix(refusal, path));
		assert_non_null(strstr(refusal, cases[i].word));
	}
	g_unlink(path);
	g_autofree char *refusal = NULL;
	g_autoptr(Config) none = load(text, &refusal);
	assert_null(none);
	assert_non_null(strstr(refusal, path));
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
	        {"[poststelle]\nbase_url=https://p.example\n", "[database] user", "missing"},
	        {BASE "[colour]\nred=1\n", " line 5: [colour] ", "unknown group"},
	        {BASE "[colo\xfcr]\nred=1\n", " line 5: [colo\xef\xbf\xbdr] ", "unknown group"},
	        {BASE "[co\x01lo\xfcr]\nred=1\n", "lo\xef\xbf\xbdr", "group"},
	        {BASE "[web]\n\nworkers=0\n", " line 7: [web] workers: ", "range"},
	        {BASE "[web]\nworkers=65\n", " line 6: [web] workers: ", "range"},
	        {BASE "[web]\nworkers=4x\n", " line 6: [web] workers: ", "range"},
	        {BASE "[web]\nworkers=-1\n", " line 6: [web] workers: ", "range"},
	        {BASE "[web]\nremote_user=yes\n", " line 6: [web] remote_user: ", "neither"},
	        {BASE "hosts=\n", " line 5: [database] hosts: ", "empty"},
	        {BASE "hosts=a b:x\n", " line 5: [database] hosts: ", "host:port"},
	        {"[poststelle]\nbase_url=p.example\n[database]\nuser=web\n",
	                " line 2: [poststelle] base_url: ", "http"},
	        {"[poststelle]\nbase_url=ftp://p.example/\n[database]\nuser=web\n",
	                " line 2: [poststelle] base_url: ", "http"},
	        {"[poststelle]\nbase_url=https://p.\x1b[1mexample\n[database]\nuser=web\n",
	                " line 2: [poststelle] base_url: ", "control"},
	        {BASE "[mail]\nmail_from=a@b.example\\nBcc: c@d.example\n",
	                " line 6: [mail] mail_from: ", "control"},
	        {"base_url=x\n", "", "group"},
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
	        cmocka_unit_test(test_presets),
	        cmocka_unit_test(test_each_kind),
	        cmocka_unit_test(test_password_file),
	        cmocka_unit_test(test_included),
	        cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
