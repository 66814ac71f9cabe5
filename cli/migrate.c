/* migrate.c: poststelle migrate [--sql-dir DIR] */
#include "cli/command.h"

#include <stdio.h>

#include "lib/db/migrate.h"
#include "lib/journal/journal_reports.h"
#include "lib/mailbox/mailbox_find_check.h"
#include "lib/user/user_find.h"

static void tell_holder(const char *holder)
{
	fprintf(stderr, "Another migration is running (%s); waiting for it.\n", holder);
}

gboolean command_migrate(Context *context, int argc, char **argv, GError **error)
{
	g_autofree char *directory = NULL;
	const GOptionEntry entries[] = {
	        {"sql-dir", 0, 0, G_OPTION_ARG_FILENAME, &directory, "Directory of the migrations",
	                "DIR"},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};
	guint applied = 0, emptied = 0;

	if (!command_parse(entries, "", 0, &argc, &argv, error))
		return FALSE;
	if (!migrate_run(context->config,
	            directory != NULL ? directory : "/usr/share/poststelle/sql", tell_holder,
	            &applied, error) ||
	        !user_find_complete(context->db, error) ||
	        !mailbox_find_complete(context->db, error) ||
	        !journal_reports_empty(context->db, &emptied, error))
		return FALSE;
	if (applied == 0)
		puts("The schema is up to date.");
	else
		printf("Applied %u migration%s.\n", applied, applied == 1 ? "" : "s");
	if (emptied > 0)
		printf("Took text and file names from %u entries of the journal: delivery reports, and"
		       " what has their shape.\n",
		        emptied);
	return TRUE;
}
