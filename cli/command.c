/* command.c: what the subcommands share. */
#include "cli/command.h"

#include "lib/base/error.h"

static gboolean parse_options(const GOptionEntry *entries, const GOptionEntry *more,
        const char *synopsis, int *argc, char ***argv, GError **error)
{
	g_autoptr(GOptionContext) options = g_option_context_new(synopsis);

	if (entries != NULL)
		g_option_context_add_main_entries(options, entries, NULL);
	if (more != NULL)
		g_option_context_add_main_entries(options, more, NULL);
	return g_option_context_parse(options, argc, argv, error);
}

static gboolean check_count(int argc, int count, const char *synopsis, GError **error)
{
	if (argc == count + 1)
		return TRUE;
	g_set_error(error, PS_ERROR, PS_ERROR_INVALID, "usage: %s %s", g_get_prgname(), synopsis);
	return FALSE;
}

gboolean command_options(
        const GOptionEntry *entries, const char *synopsis, int *argc, char ***argv, GError **error)
{
	return parse_options(entries, NULL, synopsis, argc, argv, error);
}

gboolean command_parse(const GOptionEntry *entries, const char *synopsis, int count, int *argc,
        char ***argv, GError **error)
{
	return parse_options(entries, NULL, synopsis, argc, argv, error) &&
	       check_count(*argc, count, synopsis, error);
}

gboolean command_parse_said(Context *context, const GOptionEntry *entries, const char *synopsis,
        int count, int *argc, char ***argv, GError **error)
{
	const GOptionEntry json[] = {
	        {"json", 0, 0, G_OPTION_ARG_NONE, &context->json, "Print JSON", NULL},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};

	return parse_options(entries, json, synopsis, argc, argv, error) &&
	       check_count(*argc, count, synopsis, error);
}
