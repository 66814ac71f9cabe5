/* test_seal.c: sealed passwords and their key file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "lib/base/error.h"
#include "lib/base/password.h"
#include "lib/base/seal.h"

static char *directory, *path;

static int setup(void **state)
{
	(void)state;
	directory = g_dir_make_tmp("poststelle-seal-XXXXXX", NULL);
	path = g_build_filename(directory, "password.key", NULL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	g_unlink(path);
	g_rmdir(directory);
	g_free(path);
	g_free(directory);
	return 0;
}

static char *add_key(void)
{
	g_autoptr(GError) error = NULL;
	char *id = NULL;

	assert_true(keyring_add_key(path, &id, &error));
	assert_null(error);
	return id;
}

static KeyRing *load(void)
{
	g_autoptr(GError) error = NULL;
	KeyRing *ring = keyring_load(path, &error);

	assert_non_null(ring);
	return ring;
}

static void assert_opens(
        const KeyRing *ring, const char *id, guint64 mailbox_id, GBytes *sealed, const char *text)
{
	g_autoptr(GError) error = NULL;
	gsize size;
	const guint8 *octets = g_bytes_get_data(sealed, &size);
	char *opened = seal_open(ring, id, mailbox_id, octets, size, &error);

	if (text == NULL) {
		assert_null(opened);
		assert_non_null(error);
		return;
	}
	assert_string_equal(opened, text);
	password_free(opened);
}

static void test_opens_only_in_its_row(void **state)
{
	g_autofree char *id = add_key();
	g_autoptr(KeyRing) ring = load();
	g_autoptr(GBytes) sealed = seal_close(ring, 7, "abcde-fghjk", NULL);
	g_autoptr(GBytes) again = seal_close(ring, 7, "abcde-fghjk", NULL);

	(void)state;
	assert_opens(ring, id, 7, sealed, "abcde-fghjk");
	assert_opens(ring, id, 8, sealed, NULL);
	assert_opens(ring, "other", 7, sealed, NULL);
	assert_opens(ring, NULL, 7, sealed, NULL);
	assert_false(g_bytes_equal(sealed, again));
}

static void test_every_changed_octet_is_noticed(void **state)
{
	g_autofree char *id = add_key();
	g_autoptr(KeyRing) ring = load();
	g_autoptr(GBytes) sealed = seal_close(ring, 7, "abcde", NULL);
	gsize size;
	const guint8 *octets = g_bytes_get_data(sealed, &size);

	(void)state;
	for (gsize i = 0; i < size; i++) {
		guint8 *copy = g_memdup2(octets, size);
		copy[i] ^= 1;
		g_autoptr(GBytes) forged = g_bytes_new_take(copy, size);
		assert_opens(ring, id, 7, forged, NULL);
	}
	for (gsize length = 0; length < size; length++) {
		g_autoptr(GBytes) cut = g_bytes_new(octets, length);
		assert_opens(ring, id, 7, cut, NULL);
	}
}

static void test_the_newest_seals_all_open(void **state)
{
	g_autofree char *first = add_key();
	g_autoptr(KeyRing) before = load();
	g_autoptr(GBytes) old = seal_close(before, 7, "old", NULL);
	g_autofree char *second = add_key();
	g_autoptr(KeyRing) ring = load();
	g_autoptr(GBytes) fresh = seal_close(ring, 7, "new", NULL);

	(void)state;
	assert_int_equal(keyring_count(ring), 2);
	assert_string_equal(keyring_id(ring, 0), first);
	assert_string_equal(keyring_current(ring), second);
	assert_opens(ring, first, 7, old, "old");
	assert_opens(ring, second, 7, fresh, "new");
	assert_opens(ring, second, 7, old, NULL);
	assert_opens(before, second, 7, fresh, NULL);
}

static void test_the_file_keeps_its_mode_and_other_keys(void **state)
{
	g_autofree char *first = add_key();
	struct stat file;

	(void)state;
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(file.st_mode & 07777, 0600);
	assert_int_equal(g_chmod(path, 0640), 0);
	g_autofree char *second = add_key();
	g_autofree char *third = add_key();
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	g_ptr_array_add(ids, second);
	assert_true(keyring_remove_keys(path, ids, NULL));
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(file.st_mode & 07777, 0640);
	g_autoptr(KeyRing) ring = load();
	assert_int_equal(keyring_count(ring), 2);
	assert_true(keyring_has(ring, first));
	assert_false(keyring_has(ring, second));
	assert_string_equal(keyring_current(ring), third);
}

static gpointer add_some(gpointer data)
{
	(void)data;
	for (guint i = 0; i < 10; i++)
		g_free(add_key());
	return NULL;
}

static void test_two_who_add_lose_none(void **state)
{
	GThread *threads[2];

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("add", add_some, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
	g_autoptr(KeyRing) ring = load();
	assert_int_equal(keyring_count(ring), 20);
}

static void test_no_file_and_broken_files(void **state)
{
	g_autoptr(KeyRing) none = load();
	static const char *const broken[] = {"key", "id 00",
	        "id zz00000000000000000000000000000000000000000000000000000000000000",
	        " 0000000000000000000000000000000000000000000000000000000000000000",
	        "i\xff 0000000000000000000000000000000000000000000000000000000000000000",
	        "id 0000000000000000000000000000000000000000000000000000000000000000\n"
	        "id 0000000000000000000000000000000000000000000000000000000000000001\n"};

	(void)state;
	assert_true(keyring_is_empty(none));
	assert_null(keyring_current(none));
	assert_null(seal_close(none, 7, "x", NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
		g_autoptr(GError) error = NULL;
		assert_true(g_file_set_contents(path, broken[i], -1, NULL));
		assert_null(keyring_load(path, &error));
		assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_INTERNAL));
		assert_null(strstr(error->message, "zz00"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_opens_only_in_its_row, setup, teardown),
	        cmocka_unit_test_setup_teardown(
	                test_every_changed_octet_is_noticed, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_the_newest_seals_all_open, setup, teardown),
	        cmocka_unit_test_setup_teardown(
	                test_the_file_keeps_its_mode_and_other_keys, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_two_who_add_lose_none, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_no_file_and_broken_files, setup, teardown),
	};

	return cmocka_run_group_tests_name("seal", tests, NULL, NULL);
}
