/* lang.c: loads the language files and chooses one. */
#include "cgi-bin/lang.h"

#include <string.h>

#include "lib/base/error.h"

static const char *const codes[] = {"de", "en"};

struct Languages {
	HDF *texts[G_N_ELEMENTS(codes)];
};

Languages *languages_load(const char *template_dir, GError **error)
{
	g_autoptr(Languages) languages = g_new0(Languages, 1);

	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++) {
		g_autofree char *path = g_strdup_printf("%s/lang/%s.hdf", template_dir, codes[i]);
		NEOERR *err = hdf_init(&languages->texts[i]);
		if (err == STATUS_OK)
			err = hdf_read_file(languages->texts[i], path);
		if (err != STATUS_OK) {
			nerr_ignore(&err);
			g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "can't read %s", path);
			return NULL;
		}
	}
	return g_steal_pointer(&languages);
}

void languages_free(Languages *languages)
{
	if (languages == NULL)
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
		hdf_destroy(&languages->texts[i]);
	g_free(languages);
}

HDF *languages_texts(const Languages *languages, const char *code)
{
	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
		if (strcmp(codes[i], code) == 0)
			return languages->texts[i];
	g_assert_not_reached();
}

const char *language_known(const char *code)
{
	for (gsize i = 0; code != NULL && i < G_N_ELEMENTS(codes); i++)
		if (strcmp(codes[i], code) == 0)
			return codes[i];
	return NULL;
}

/* The weight behind ";q=", 1000 without one, 0 for a broken one. */
static guint weight_of(const char *range)
{
	const char *q = strstr(range, "q=");

	if (strchr(range, ';') == NULL)
		return 1000;
	if (q == NULL)
		return 0;
	double weight = g_ascii_strtod(q + 2, NULL);
	return weight >= 0 && weight <= 1 ? (guint)(weight * 1000) : 0;
}

const char *language_accepted(const char *header)
{
	g_auto(GStrv) ranges = g_strsplit(header != NULL ? header : "", ",", 20);
	const char *best = LANGUAGE_DEFAULT;
	guint best_weight = 0;

	for (char **range = ranges; *range != NULL; range++) {
		g_autofree char *code = g_ascii_strdown(g_strstrip(*range), -1);
		code[strcspn(code, "-; ")] = '\0';
		guint weight = weight_of(*range);
		if (language_known(code) != NULL && weight > best_weight) {
			best = language_known(code);
			best_weight = weight;
		}
	}
	return best;
}
