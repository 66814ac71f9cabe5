/* template.c: parses templates, with the texts of a language written into them, and renders them.
 */
#include "cgi-bin/template.h"

#include <stdlib.h>
#include <string.h>

#include "cs/cs.h"
#include "util/neo_files.h"

#include "cgi-bin/wrap.h"
#include "lib/base/error.h"

#define TEXT_BEGIN "<?cs var:T."
#define TEXT_END " ?>"
#define KEY_MAX 100

struct Templates {
	const char *dir;
	const Languages *languages;
	HDF *base;          /* settings of the template engine */
	GHashTable *parsed; /* language/name -> CSPARSE */
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
	g_free(templates);
}

/* ---- the texts ---- */

/* The text of a key, escaped; NULL: there is none. Free: free(). */
static char *text_escaped(HDF *texts, const char *key, gsize length)
{
	char name[KEY_MAX];
	char *escaped = NULL;

	if (length >= sizeof(name))
		return NULL;
	memcpy(name, key, length);
	name[length] = '\0';
	const char *value = hdf_get_value(texts, name, NULL);
	if (value == NULL)
		return NULL;
	NEOERR *err = neos_html_escape(value, (int)strlen(value), &escaped);
	nerr_ignore(&err);
	return escaped;
}

/* A copy of source in which each <?cs var:T.x.y ?> is what it would print. An escaped text begins
 * no command of the template. Free: free(), as ClearSilver does. */
static char *with_texts(const char *source, HDF *texts)
{
	g_autoptr(GString) out = g_string_sized_new(2 * strlen(source));
	const char *rest = source, *at;

	while ((at = strstr(rest, TEXT_BEGIN)) != NULL) {
		const char *key = at + strlen(TEXT_BEGIN);
		gsize length = strspn(key, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_.");
		gboolean is_plain = g_str_has_prefix(key + length, TEXT_END);
		char *text = is_plain ? text_escaped(texts, key, length) : NULL;
		const char *behind = text != NULL ? key + length + strlen(TEXT_END) : key;
		g_string_append_len(out, rest, (text != NULL ? at : key) - rest);
		g_string_append(out, text != NULL ? text : "");
		free(text);
		rest = behind;
	}
	g_string_append(out, rest);
	return strdup(out->str);
}

typedef struct {
	const char *dir;
	HDF *texts; /* T of the language */
} Source;

static NEOERR *load_source(void *context, HDF *hdf, const char *name, char **contents)
{
	const Source *source = context;
	g_autofree char *path = g_build_filename(source->dir, name, NULL);
	char *read = NULL;
	NEOERR *err = ne_load_file(path, &read);

	(void)hdf;
	if (err != STATUS_OK)
		return nerr_pass(err);
	*contents = with_texts(read, source->texts);
	free(read);
	return *contents != NULL ? STATUS_OK : nerr_raise(NERR_NOMEM, "template %s", name);
}

/* ---- parsed once, rendered each time ---- */

static CSPARSE *parse_template(
        Templates *templates, const char *name, const char *language, GError **error)
{
	HDF *all = languages_texts(templates->languages, language);
	Source source = {templates->dir, hdf_get_obj(all, "T")};
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
	parse->global_hdf = all;
	return parse;
}

static CSPARSE *template_parsed(
        Templates *templates, const char *name, const char *language, GError **error)
{
	g_autofree char *key = g_strconcat(language, "/", name, NULL);
	CSPARSE *parse = g_hash_table_lookup(templates->parsed, key);

	if (parse != NULL)
		return parse;
	parse = parse_template(templates, name, language, error);
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
	CSPARSE *parse = template_parsed(templates, name, language, error);

	if (parse == NULL)
		return FALSE;
	/* A fresh data set each time: filling the same one again is a use-after-free in 0.10.5. */
	parse->hdf = data;
	NEOERR *err = cs_render(parse, out, append);
	parse->hdf = templates->base;
	return take_neoerr(err, name, error);
}
