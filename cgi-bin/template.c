/* template.c: parses templates, with the texts of a language written into them, and renders them.
 */
#include "cgi-bin/template.h"

#include <stdlib.h>
#include <string.h>

#include "cs/cs.h"
#include "util/neo_files.h"

#include "cgi-bin/wrap.h"
#include "lib/base/error.h"

#define VAR_BEGIN "<?cs var:"
#define VAR_END " ?>"

struct Templates {
	const char *dir;
	const Languages *languages;
	HDF *base;          /* settings of the template engine */
	char *prefix;       /* that stands in those parsed with one; NULL until the first page */
	GHashTable *parsed; /* key of template_parsed() -> CSPARSE */
};

static gboolean take_neoerr(NEOERR *err, const char *what, GError **error)
{
	if (err == STATUS_OK)
		return TRUE;
	STRING trace;
	string_init(&trace);
	nerr_error_traceback(err, &trace);
	g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "template %s: %s", what,
	        trace.buf != NULL ? trace.buf : "?");
	string_clear(&trace);
	nerr_ignore(&err);
	return FALSE;
}

static void parsed_free(gpointer data)
{
	CSPARSE *parse = data;

	cs_destroy(&parse);
}

Templates *templates_new(const char *dir, const Languages *languages)
{
	Templates *templates = g_new0(Templates, 1);

	templates->dir = dir;
	templates->languages = languages;
	templates->parsed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, parsed_free);
	NEOERR *err = hdf_init(&templates->base);
	/* Escaping is chosen when a template is parsed; later would silently do nothing. */
	if (err == STATUS_OK)
		err = hdf_set_value(templates->base, "Config.VarEscapeMode", "html");
	if (err != STATUS_OK) {
		nerr_ignore(&err);
		g_error("out of memory");
	}
	return templates;
}

void templates_free(Templates *templates)
{
	if (templates == NULL)
		return;
	g_hash_table_unref(templates->parsed);
	hdf_destroy(&templates->base);
	g_free(templates->prefix);
	g_free(templates);
}

/* ---- what is the same on every page ---- */

typedef struct {
	const char *dir;
	HDF *texts;         /* of the language */
	const char *prefix; /* NULL: it stays a variable */
} Source;

/* The value of a variable if it is one that stays the same; else NULL. */
static const char *fixed_value(const Source *source, const char *name)
{
	if (g_str_has_prefix(name, "T."))
		return hdf_get_value(source->texts, name, NULL);
	return strcmp(name, "prefix") == 0 ? source->prefix : NULL;
}

static gboolean append_escaped(GString *out, const char *value)
{
	char *escaped = NULL;
	NEOERR *err = neos_html_escape(value, (int)strlen(value), &escaped);

	if (err != STATUS_OK) {
		nerr_ignore(&err);
		return FALSE;
	}
	g_string_append(out, escaped);
	free(escaped);
	return TRUE;
}

/* A copy of a template in which each <?cs var:T.x.y ?> and <?cs var:prefix ?> is what it would
 * print. What is escaped begins no command of the template. Free: free(), as ClearSilver does. */
static char *with_fixed(const Source *source, const char *template)
{
	g_autoptr(GString) out = g_string_sized_new(2 * strlen(template));
	const char *rest = template, *at;

	while ((at = strstr(rest, VAR_BEGIN)) != NULL) {
		const char *begin = at + strlen(VAR_BEGIN);
		gsize length = strspn(begin, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_.");
		const char *end = begin + length;
		g_autofree char *name = g_strndup(begin, length);
		const char *value =
		        g_str_has_prefix(end, VAR_END) ? fixed_value(source, name) : NULL;
		g_string_append_len(out, rest, at - rest);
		rest = value != NULL && append_escaped(out, value) ? end + strlen(VAR_END) : end;
		if (rest == end)
			g_string_append_len(out, at, end - at);
	}
	g_string_append(out, rest);
	return strdup(out->str);
}

static NEOERR *load_source(void *context, HDF *hdf, const char *name, char **contents)
{
	const Source *source = context;
	g_autofree char *path = g_build_filename(source->dir, name, NULL);
	char *read = NULL;
	NEOERR *err = ne_load_file(path, &read);

	(void)hdf;
	if (err != STATUS_OK)
		return nerr_pass(err);
	*contents = with_fixed(source, read);
	free(read);
	return *contents != NULL ? STATUS_OK : nerr_raise(NERR_NOMEM, "template %s", name);
}

/* ---- parsed once, rendered each time ---- */

static CSPARSE *parse_template(Templates *templates, const char *name, const char *language,
        const char *prefix, GError **error)
{
	HDF *texts = languages_texts(templates->languages, language);
	Source source = {templates->dir, texts, prefix};
	CSPARSE *parse = NULL;

	if (!take_neoerr(cs_init(&parse, templates->base), name, error))
		return NULL;
	cs_register_fileload(parse, &source, load_source);
	if (!take_neoerr(wrap_register(parse), name, error) ||
	        !take_neoerr(cs_parse_file(parse, name), name, error)) {
		cs_destroy(&parse);
		return NULL;
	}
	cs_register_fileload(parse, NULL, NULL);
	parse->global_hdf = texts;
	return parse;
}

/* The prefix is always the same unless the web server has the program in two places; those of the
 * second one are parsed with the prefix as a variable. */
static CSPARSE *template_parsed(Templates *templates, const char *name, const char *language,
        const char *prefix, GError **error)
{
	if (templates->prefix == NULL)
		templates->prefix = g_strdup(prefix);
	if (g_strcmp0(prefix, templates->prefix) != 0)
		prefix = NULL;
	g_autofree char *key = g_strconcat(prefix != NULL ? "=" : "?", language, "/", name, NULL);
	CSPARSE *parse = g_hash_table_lookup(templates->parsed, key);

	if (parse != NULL)
		return parse;
	parse = parse_template(templates, name, language, prefix, error);
	if (parse != NULL)
		g_hash_table_insert(templates->parsed, g_steal_pointer(&key), parse);
	return parse;
}

static NEOERR *append(void *context, char *part)
{
	GString *out = context;
	gsize length = strlen(part);

	if (out->len + length < out->allocated_len) {
		memcpy(out->str + out->len, part, length + 1);
		out->len += length;
	} else {
		g_string_append_len(out, part, (gssize)length);
	}
	return STATUS_OK;
}

gboolean templates_render(Templates *templates, const char *name, const char *language, HDF *data,
        GString *out, GError **error)
{
	const char *prefix = hdf_get_value(data, "prefix", NULL);
	CSPARSE *parse = template_parsed(templates, name, language, prefix, error);

	if (parse == NULL)
		return FALSE;
	/* A fresh data set each time: filling the same one again is a use-after-free in 0.10.5. */
	parse->hdf = data;
	NEOERR *err = cs_render(parse, out, append);
	parse->hdf = templates->base;
	return take_neoerr(err, name, error);
}
