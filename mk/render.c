/* render.c: one template with a sample data set, as the web program would show it.
 *
 *	render TEMPLATES_DIR LANGUAGE_FILE TEMPLATE [DATA_FILE...]
 *
 * For whoever works on a page's look: the data come from HDF files instead of the database. The
 * language file becomes T in the global data set, and escaping is on as in cgi-bin/page.c.
 */
#include "cgi-bin/wrap.h"

#include <ClearSilver.h>
#include <stdio.h>
#include <stdlib.h>

static NEOERR *print(void *ctx, char *text)
{
	(void)ctx;
	fputs(text, stdout);
	return STATUS_OK;
}

/* Ends the program with the error's story; nothing to release in a tool that renders once. */
static void need(NEOERR *err)
{
	STRING story;

	if (err == STATUS_OK)
		return;
	string_init(&story);
	nerr_error_traceback(err, &story);
	fprintf(stderr, "render: %s\n", story.buf ? story.buf : "error");
	exit(1);
}

int main(int argc, char **argv)
{
	HDF *data = NULL;
	HDF *global = NULL;
	CSPARSE *parse = NULL;

	if (argc < 4) {
		fprintf(stderr,
		        "usage: render TEMPLATES_DIR LANGUAGE_FILE TEMPLATE [DATA_FILE...]\n");
		return 2;
	}
	need(nerr_init());
	need(hdf_init(&data));
	need(hdf_init(&global));
	need(hdf_set_value(data, "Config.VarEscapeMode", "html"));
	need(hdf_set_value(data, "hdf.loadpaths.0", argv[1]));
	for (int i = 4; i < argc; i++)
		need(hdf_read_file(data, argv[i]));
	need(hdf_read_file(global, argv[2]));
	need(cs_init(&parse, data));
	parse->global_hdf = global;
	need(wrap_register(parse));
	need(cs_parse_file(parse, argv[3]));
	need(cs_render(parse, NULL, print));
	cs_destroy(&parse);
	hdf_destroy(&global);
	hdf_destroy(&data);
	return 0;
}
