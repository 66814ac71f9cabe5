/* template.h: the parsed templates of a worker, each once for a language. */
#ifndef POSTSTELLE_CGI_TEMPLATE_H
#define POSTSTELLE_CGI_TEMPLATE_H

#include <glib.h>

#include "cgi-bin/lang.h"

#include "util/neo_hdf.h"

typedef struct Templates Templates;

/* languages have to outlive it. Free: templates_free(). */
Templates *templates_new(const char *dir, const Languages *languages);
void templates_free(Templates *templates);

/* Appends to out what a template makes of data in a language. It is parsed at its first use; by
 * then the language's texts that it names (T.x.y) stand in it, escaped for HTML as all values are.
 * FALSE and error (PS_ERROR_INTERNAL) if it can't be read, or parsed, or rendered. */
gboolean templates_render(Templates *templates, const char *name, const char *language, HDF *data,
        GString *out, GError **error);

#endif
