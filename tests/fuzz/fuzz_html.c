/* fuzz_html.c: the text of an HTML mail, and texts on pages of our own. */
#include "tests/fuzz/fuzz.h"

#include "cgi-bin/wrap.h"
#include "milter/html_text.h"

/* A reference of few letters may be two signs. */
#define GROWTH 3

/* The escaped text as it was. */
static char *unescaped(const char *html)
{
	static const struct {
		const char *escaped, *plain;
	} signs[] = {{"<wbr>", ""}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"},
	        {"&amp;", "&"}};
	GString *text = g_string_new(NULL);

	while (*html != '\0') {
		gsize i = 0;
		while (i < G_N_ELEMENTS(signs) && !g_str_has_prefix(html, signs[i].escaped))
			i++;
		if (i < G_N_ELEMENTS(signs)) {
			g_string_append(text, signs[i].plain);
			html += strlen(signs[i].escaped);
			continue;
		}
		g_assert_null(strchr("<>&\"'", *html));
		g_string_append_c(text, *html++);
	}
	return g_string_free(text, FALSE);
}

/* ClearSilver leaves CR out. */
static void check_wrap(const char *typed)
{
	g_auto(GStrv) lines = g_strsplit(typed, "\r", -1);
	g_autofree char *text = g_strjoinv("", lines);
	char *html = NULL;

	g_assert_true(wrap_html(typed, &html) == STATUS_OK);
	g_autofree char *again = unescaped(html);
	g_assert_cmpstr(again, ==, text);
	free(html);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static gboolean ready;
	FuzzInput input = {data, size};
	g_autofree char *html = fuzz_utf8(&input);

	if (!ready)
		nerr_ignore(&(NEOERR *){nerr_init()});
	ready = TRUE;
	g_autofree char *text = html_text(html);
	fuzz_is_utf8(text, GROWTH * strlen(html) + 8);
	g_assert_null(strstr(text, "\n\n"));
	check_wrap(html);
	return 0;
}
