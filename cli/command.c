/* command.c: what the subcommands share. */
#include "cli/command.h"

#include "lib/base/error.h"

gboolean command_options(
        const GOptionEntry *entries, const char *synopsis, int *argc, char ***argv, GError **error)
{
	g_autoptr(GOptionContext) options = g_option_context_new(synopsis);

	if (entries != NULL)
		g_option_context_add_main_entries(options, entries, NULL);
	return g_option_context_parse(options, argc, argv, error);
}

gboolean command_parse(const GOptionEntry *entries, const char *synopsis, int count, int *argc,
        char ***argv, GError **error)
{
	if (!command_options(entries, synopsis, argc, argv, error))
		return FALSE;
	if (*argc == count + 1)
		return TRUE;
	g_set_error(error, PS_ERROR, PS_ERROR_INVALID, "usage: %s %s", g_get_prgname(), synopsis);
	return FALSE;
}
