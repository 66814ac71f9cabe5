/* text.c: finds texts by their keys and fills {1}, {2}, {3} in. */
#include "cgi-bin/text.h"

#include <stdarg.h>
#include <string.h>

const char *text_or_null(Request *req, const char *key)
{
	HDF *texts = hdf_get_obj(languages_texts(req->app->languages, req->language), "T");

	return hdf_get_value(texts, key, NULL);
}

const char *text(Request *req, const char *key)
{
	const char *found = text_or_null(req, key);

	return found != NULL ? found : key;
}

char *text_with(Request *req, const char *key, ...)
{
	const char *values[3] = {NULL, NULL, NULL};
	GString *out = g_string_new(NULL);
	va_list args;

	va_start(args, key);
	for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
		values[i] = va_arg(args, const char *);
		if (values[i] == NULL)
			break;
	}
	va_end(args);
	const char *rest = text(req, key), *mark;
	for (const char *from = rest; (mark = strchr(from, '{')) != NULL; from = mark + 1) {
		if (mark[1] < '1' || mark[1] > '3' || mark[2] != '}')
			continue;
		const char *value = values[mark[1] - '1'];
		g_string_append_len(out, rest, mark - rest);
		g_string_append(out, value != NULL ? value : "");
		rest = mark + 3;
	}
	g_string_append(out, rest);
	return g_string_free(out, FALSE);
}
