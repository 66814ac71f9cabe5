/* key.c: poststelle key create, rotate, prune: the key file that opens the mailboxes' passwords. */
#include "cli/command.h"

#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "lib/base/error.h"
#include "lib/base/seal.h"
#include "lib/mailbox/key_rotate.h"

/* A request that began before the file changed may still seal with an old key. */
#define PRUNE_WAIT_S 120

gboolean command_key_create(Context *context, int argc, char **argv, GError **error)
{
	g_autofree char *id = NULL;

	if (!command_parse(NULL, "", 0, &argc, &argv, error))
		return FALSE;
	const char *path = context->config->key_file;
	if (g_file_test(path, G_FILE_TEST_EXISTS)) {
		g_set_error(error, PS_ERROR, PS_ERROR_INVALID,
		        "%s exists already and is not overwritten", path);
		return FALSE;
	}
	if (!keyring_add_key(path, &id, error))
		return FALSE;
	printf("Key %s is in %s. Keep a copy of that file apart from the database's backup.\n", id,
	        path);
	return TRUE;
}

/* The ring with a new key, or as it is if an earlier rotation was not finished. */
static KeyRing *prepare(Context *context, GError **error)
{
	const char *path = context->config->key_file;
	g_autoptr(KeyRing) ring = keyring_load(path, error);
	gboolean unfinished = FALSE;
	g_autofree char *id = NULL;

	if (ring == NULL)
		return NULL;
	if (keyring_is_empty(ring)) {
		g_set_error(error, PS_ERROR, PS_ERROR_INVALID,
		        "%s has no key; poststelle key create makes one", path);
		return NULL;
	}
	if (!key_rotation_unfinished(context->db, ring, &unfinished, error))
		return NULL;
	if (unfinished) {
		printf("Going on with key %s.\n", keyring_current(ring));
		return g_steal_pointer(&ring);
	}
	if (!keyring_add_key(path, &id, error))
		return NULL;
	printf("Key %s is in %s and seals from now on.\n", id, path);
	return keyring_load(path, error);
}

gboolean command_key_rotate(Context *context, int argc, char **argv, GError **error)
{
	KeyRotation done = {0, 0};

	if (!command_parse(NULL, "", 0, &argc, &argv, error))
		return FALSE;
	g_autoptr(KeyRing) ring = prepare(context, error);
	if (ring == NULL || !key_rotate(context->db, ring, &context->actor, &done, error))
		return FALSE;
	printf("Passwords sealed anew: %" G_GUINT64_FORMAT ".\n", done.sealed);
	if (done.unreadable > 0)
		printf("Passwords that can't be opened and stay as they are: %" G_GUINT64_FORMAT
		       "; their mailboxes need new ones.\n",
		        done.unreadable);
	puts("Older keys stay in the file, for backups of the database made before; poststelle key prune "
	     "removes those that no password uses.");
	return TRUE;
}

/* The keys of the ring, but the newest, that no password uses. */
static GPtrArray *unused_keys(Context *context, const KeyRing *ring, GError **error)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i + 1 < keyring_count(ring); i++) {
		gboolean used = TRUE;
		if (!key_is_used(context->db, keyring_id(ring, i), &used, error))
			return NULL;
		if (!used)
			g_ptr_array_add(ids, g_strdup(keyring_id(ring, i)));
	}
	return g_steal_pointer(&ids);
}

gboolean command_key_prune(Context *context, int argc, char **argv, GError **error)
{
	struct stat state;

	if (!command_parse(NULL, "", 0, &argc, &argv, error))
		return FALSE;
	const char *path = context->config->key_file;
	if (stat(path, &state) == 0 && time(NULL) - state.st_mtime < PRUNE_WAIT_S) {
		g_set_error(error, PS_ERROR, PS_ERROR_CONFLICT,
		        "%s was changed less than %d minutes ago; an old key may still be in use for a moment",
		        path, PRUNE_WAIT_S / 60);
		return FALSE;
	}
	g_autoptr(KeyRing) ring = keyring_load(path, error);
	g_autoptr(GPtrArray) ids = ring != NULL ? unused_keys(context, ring, error) : NULL;
	if (ids == NULL || (ids->len > 0 && !keyring_remove_keys(path, ids, error)))
		return FALSE;
	printf("Keys removed: %u; left: %u.\n", ids->len, keyring_count(ring) - ids->len);
	return TRUE;
}
