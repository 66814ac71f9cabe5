/* fuzz_config.c: the configuration file and the key file, whatever is in them. */
#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/config.h"
#include "lib/base/password.h"
#include "lib/base/seal.h"

static void check_config(const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Config) config = config_load(path, &error);

	g_assert_true((config == NULL) == (error != NULL));
	if (config == NULL) {
		fuzz_is_utf8(error->message, G_MAXSIZE);
		return;
	}
	g_assert_false(g_str_has_suffix(config->base_url, "/"));
	g_assert_nonnull(config->database_hosts[0]);
	g_assert_true(config->web_workers >= 1 && config->web_workers <= 64);
	g_assert_true(config->check_port >= 1 && config->check_port <= 65535);
	g_assert_true(config->database_io_timeout >= 2 && config->database_io_timeout <= 60);
	fuzz_is_line(config->base_url, G_MAXSIZE);
	fuzz_is_line(config->mail_from, G_MAXSIZE);
}

static void check_keys(const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(KeyRing) ring = keyring_load(path, &error);

	g_assert_true((ring == NULL) == (error != NULL));
	for (guint i = 0; ring != NULL && i < keyring_count(ring); i++)
		g_assert_true(keyring_has(ring, keyring_id(ring, i)));
	if (ring == NULL || keyring_is_empty(ring))
		return;
	g_autoptr(GBytes) sealed = seal_close(ring, 7, "geheim", &error);
	g_assert_nonnull(sealed);
	gsize size;
	const guint8 *octets = g_bytes_get_data(sealed, &size);
	char *opened = seal_open(ring, keyring_current(ring), 7, octets, size, &error);
	g_assert_cmpstr(opened, ==, "geheim");
	password_free(opened);
	g_assert_null(seal_open(ring, keyring_current(ring), 8, octets, size, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int file = -1;
	static char path[64];

	/* Devices are files that never end. */
	if (memmem(data, size, "/dev", 4) != NULL || memmem(data, size, "/proc", 5) != NULL)
		return 0;
	if (file < 0) {
		file = memfd_create("fuzz_config", MFD_CLOEXEC);
		g_snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	}
	g_assert_true(file >= 0 && ftruncate(file, 0) == 0);
	g_assert_true(pwrite(file, data, size, 0) == (ssize_t)size);
	check_config(path);
	check_keys(path);
	return 0;
}
