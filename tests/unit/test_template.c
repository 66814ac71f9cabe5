/* test_template.c: a page's texts, which stand in its parsed template, and its values; all escaped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "cgi-bin/template.h"

#include "util/neo_err.h"

static const char page[] =
        "<?cs include:\"part.cst\" ?><b title=\"<?cs var:T.a.plain ?>\"><?cs var:v ?></b>"
        "<?cs call:twice(T.a.markup) ?>[<?cs var:T.a.unknown ?>]<?cs if:T.a.plain ?>yes<?cs /if ?>"
        "<?cs var:T.a.markup ?><?cs var:T ?><?cs # var:T.a.plain ?><?cs var:prefix ?>/";
static const char part[] = "<?cs def:twice(x) ?>(<?cs var:x ?><?cs var:T.a.plain ?>)<?cs /def ?>";

typedef struct {
	char *dir;
	Languages *languages;
	Templates *templates;
} Fixture;

static const struct {
	const char *name, *text;
} files[] = {
        {"page.cst", page},
        {"part.cst", part},
        {"lang/de.hdf", "T.a.plain = eins\nT.a.markup = <i>&<?cs var:v ?>\n"},
        {"lang/en.hdf", "T.a.plain = one\nT.a.markup = \"\n"},
};

static int set_up(void **state)
{
	Fixture *f = g_new0(Fixture, 1);

	f->dir = g_dir_make_tmp("test-template-XXXXXX", NULL);
	g_autofree char *lang = g_build_filename(f->dir, "lang", NULL);
	g_mkdir(lang, 0700);
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(f->dir, files[i].name, NULL);
		g_file_set_contents(path, files[i].text, -1, NULL);
	}
	NEOERR *err = nerr_init();
	nerr_ignore(&err);
	f->languages = languages_load(f->dir, NULL);
	f->templates = templates_new(f->dir, f->languages);
	*state = f;
	return f->languages == NULL;
}

static int tear_down(void **state)
{
	Fixture *f = *state;

	templates_free(f->templates);
	languages_free(f->languages);
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(f->dir, files[i].name, NULL);
		g_unlink(path);
	}
	g_autofree char *lang = g_build_filename(f->dir, "lang", NULL);
	g_rmdir(lang);
	g_rmdir(f->dir);
	g_free(f->dir);
	g_free(f);
	return 0;
}

static void assert_page(Fixture *f, const char *language, const char *value, const char *prefix,
        const char *expected)
{
	HDF *data = NULL;
	g_autoptr(GString) out = g_string_new(">");

	assert_null(hdf_init(&data));
	assert_null(hdf_set_value(data, "v", value));
	if (prefix != NULL)
		assert_null(hdf_set_value(data, "prefix", prefix));
	assert_true(templates_render(f->templates, "page.cst", language, data, out, NULL));
	assert_string_equal(out->str, expected);
	hdf_destroy(&data);
}

static void test_texts_and_values(void **state)
{
	Fixture *f = *state;

	static const char *const prefixes[] = {NULL, "", "/a&b", "/c"};

	for (gsize i = 0; i < 3 * G_N_ELEMENTS(prefixes); i++) {
		const char *prefix = prefixes[i % G_N_ELEMENTS(prefixes)];
		g_autofree char *shown =
		        prefix == NULL ? g_strdup("") : g_markup_escape_text(prefix, -1);
		g_autofree char *german = g_strconcat(
		        "><b title=\"eins\">&lt;1&gt;</b>(&lt;i&gt;&amp;&lt;?cs var:v ?&gt;eins)[]yes"
		        "&lt;i&gt;&amp;&lt;?cs var:v ?&gt;",
		        shown, "/", NULL);
		g_autofree char *english = g_strconcat(
		        "><b title=\"one\">2</b>(&quot;one)[]yes&quot;", shown, "/", NULL);
		assert_page(f, "de", "<1>", prefix, german);
		assert_page(f, "en", "2", prefix, english);
	}
}

static void test_failure(void **state)
{
	Fixture *f = *state;
	HDF *data = NULL;
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	assert_null(hdf_init(&data));
	assert_false(templates_render(f->templates, "none.cst", "de", data, out, &error));
	assert_non_null(error);
	assert_int_equal(out->len, 0);
	hdf_destroy(&data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_texts_and_values, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_failure, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
