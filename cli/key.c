/* key.c: poststelle key create */
#include "cli/command.h"

#include <stdio.h>

#include "lib/error.h"
#include "lib/seal.h"

gboolean command_key_create(Context *context, int argc, char **argv, GError **error)
{
	const char *path = context->config->key_file;
	g_autofree char *id = NULL;

	if (!command_parse(NULL, "", 0, &argc, &argv, error))
		return FALSE;
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
