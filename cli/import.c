/* import.c: poststelle import csv FILE [--dry-run], and poststelle import resume [--cancel] */
#include "cli/import_run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/error.h"
#include "lib/mailbox/import.h"
#include "lib/mailbox/import_csv.h"

static FILE *open_table(const char *path, GError **error)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

	if (file == NULL)
		g_set_error(error, PS_ERROR, PS_ERROR_INVALID, "%s: %s", path, g_strerror(errno));
	return file;
}

gboolean command_import_csv(Context *context, int argc, char **argv, GError **error)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(import_line_free);
	g_autoptr(GPtrArray) faults = import_faults_new();
	gboolean dry = FALSE;
	const GOptionEntry entries[] = {
	        {"dry-run", 0, 0, G_OPTION_ARG_NONE, &dry, "Only say what is wrong", NULL},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};

	if (!command_parse(entries, "FILE", 1, &argc, &argv, error))
		return FALSE;
	FILE *file = open_table(argv[1], error);
	if (file == NULL)
		return FALSE;
	gboolean read = import_csv_read(file, lines, faults, error);
	fclose(file);
	return read && import_run_lines(context, lines, NULL, faults, dry, error);
}

gboolean command_import_resume(Context *context, int argc, char **argv, GError **error)
{
	gboolean cancel = FALSE;
	const GOptionEntry entries[] = {
	        {"cancel", 0, 0, G_OPTION_ARG_NONE, &cancel, "Take back what was written", NULL},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};
	guint64 id = 0;

	if (!command_parse(entries, "", 0, &argc, &argv, error) ||
	        !import_open_run(context->db, &id, error))
		return FALSE;
	if (id == 0) {
		puts("No import is under way.");
		return TRUE;
	}
	return (!cancel || import_cancel(context->db, id, error)) &&
	       import_run_steps(context, id, error);
}
