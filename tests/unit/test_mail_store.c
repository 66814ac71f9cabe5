/* test_mail_store.c: removing a mailbox's directory touches nothing else and can stop anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "lib/base/error.h"
#include "lib/base/mail_store.h"

static char *store;

static char *in_store(const char *path)
{
	return g_build_filename(store, path, NULL);
}

static void make_file(const char *path)
{
	g_autofree char *name = in_store(path);
	g_autofree char *directory = g_path_get_dirname(name);

	assert_int_equal(g_mkdir_with_parents(directory, 0700), 0);
	assert_true(g_file_set_contents(name, "mail", -1, NULL));
}

static gboolean is_there(const char *path)
{
	g_autofree char *name = in_store(path);
	struct stat state;

	return lstat(name, &state) == 0;
}

static int setup(void **state)
{
	(void)state;
	store = g_dir_make_tmp("poststelle-store-XXXXXX", NULL);
	make_file("7/Maildir/cur/1:2,S");
	make_file("7/Maildir/.Sent/new/2");
	make_file("7/sieve-bin/x");
	make_file("77/Maildir/cur/3");
	make_file("outside/4");
	return 0;
}

static int teardown(void **state)
{
	const char *argv[] = {"rm", "-rf", store, NULL};

	(void)state;
	g_spawn_sync(NULL, (char **)(guintptr)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
	        NULL, NULL, NULL);
	g_free(store);
	return 0;
}

static void test_removes_only_that_number(void **state)
{
	g_autoptr(GError) error = NULL;
	gboolean found = FALSE, done = FALSE;

	(void)state;
	assert_true(mail_store_remove(store, 7, &found, &done, &error));
	assert_true(done);
	assert_true(found);
	assert_false(is_there("7"));
	assert_true(is_there("77/Maildir/cur/3"));
	assert_true(is_there("outside/4"));
	/* again, and one that never had any mail */
	assert_true(mail_store_remove(store, 7, &found, &done, &error));
	assert_true(done);
	assert_false(found);
	assert_true(mail_store_remove(store, G_MAXUINT64, &found, &done, &error));
	assert_true(done);
}

static void test_links_are_not_followed(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *inner = in_store("7/Maildir/.Link");
	g_autofree char *target = in_store("outside");
	g_autofree char *place = in_store("8");
	gboolean found = FALSE, done = FALSE;

	(void)state;
	assert_int_equal(symlink(target, inner), 0);
	assert_true(mail_store_remove(store, 7, &found, &done, &error));
	assert_true(done);
	assert_true(is_there("outside/4"));
	assert_int_equal(symlink(target, place), 0);
	assert_false(mail_store_remove(store, 8, &found, &done, &error));
	assert_false(done);
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_INTERNAL));
	assert_true(is_there("outside/4"));
	assert_true(is_there("8"));
}

static void test_goes_on_in_steps(void **state)
{
	g_autoptr(GError) error = NULL;
	gboolean found = FALSE, done = FALSE;
	guint steps = 0;

	(void)state;
	for (guint i = 0; i < 2 * MAIL_STORE_STEP; i++) {
		g_autofree char *name = g_strdup_printf("7/Maildir/cur/many%u", i);
		make_file(name);
	}
	for (; !done && steps < 10; steps++)
		assert_true(mail_store_remove(store, 7, &found, &done, &error));
	assert_true(done);
	assert_int_equal(steps, 3);
	assert_false(is_there("7"));
	assert_true(is_there("77/Maildir/cur/3"));
}

static void test_store_must_be_there(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *missing = in_store("nowhere");
	gboolean found = FALSE, done = TRUE;

	(void)state;
	assert_false(mail_store_remove(missing, 7, &found, &done, &error));
	assert_false(done);
	assert_true(is_there("7/Maildir/cur/1:2,S"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_removes_only_that_number, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_links_are_not_followed, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_goes_on_in_steps, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_store_must_be_there, setup, teardown),
	};

	return cmocka_run_group_tests_name("mail_store", tests, NULL, NULL);
}
