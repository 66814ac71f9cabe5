/* db_test.h: what database tests share.
 *
 * POSTSTELLE_TEST_CONF names a configuration file whose database is private to the tests and has
 * been migrated. A test makes what it needs and doesn't expect the tables to be empty.
 */
#ifndef POSTSTELLE_TESTS_DB_TEST_H
#define POSTSTELLE_TESTS_DB_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "lib/base/config.h"
#include "lib/base/seal.h"
#include "lib/db/db.h"

/* Fails the test with the error's message. */
#define assert_no_error(error)                                                                     \
	do {                                                                                       \
		if ((error) != NULL)                                                               \
			fail_msg("%s", (error)->message);                                          \
	} while (0)

/* The tests' configuration; fails when the environment doesn't name one. Free: config_free(). */
static inline Config *db_test_config(void)
{
	g_autoptr(GError) error = NULL;
	const char *path = g_getenv("POSTSTELLE_TEST_CONF");

	if (path == NULL)
		fail_msg("POSTSTELLE_TEST_CONF is not set (run make db-check)");
	Config *config = config_load(path, &error);
	assert_no_error(error);
	return config;
}

/* A ring with one key. Free: keyring_free(). */
static inline KeyRing *db_test_ring(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *id = NULL;
	g_autofree char *path =
	        g_strdup_printf("%s/poststelle-test-%08x.key", g_get_tmp_dir(), g_random_int());

	keyring_add_key(path, &id, &error);
	assert_no_error(error);
	KeyRing *ring = keyring_load(path, &error);
	assert_no_error(error);
	g_unlink(path);
	return ring;
}

#endif
