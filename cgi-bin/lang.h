/* lang.h: the texts of the interface, templates/lang/de.hdf and en.hdf.
 *
 * Loaded once, before the workers are forked; attached to every page as its global data set,
 * so that templates write T.key.
 */
#ifndef POSTSTELLE_CGI_LANG_H
#define POSTSTELLE_CGI_LANG_H

#include <glib.h>

#include "util/neo_hdf.h"

#define LANGUAGE_DEFAULT "de"

typedef struct Languages Languages;

/* Reads the language files below template_dir/lang. Free: languages_free(). */
Languages *languages_load(const char *template_dir, GError **error);
void languages_free(Languages *languages);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Languages, languages_free)

/* The texts of a language; code must be one that language_known() knows. */
HDF *languages_texts(const Languages *languages, const char *code);
/* "de" or "en" as a static string; NULL for every other code (NULL too). */
const char *language_known(const char *code);
/* The best known language of an Accept-Language header (RFC 9110 12.5.4); the default if none. */
const char *language_accepted(const char *header);

#endif
