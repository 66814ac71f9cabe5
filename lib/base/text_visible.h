/* text_visible.h: which characters of a text nobody sees. */
#ifndef POSTSTELLE_LIB_BASE_TEXT_VISIBLE_H
#define POSTSTELLE_LIB_BASE_TEXT_VISIBLE_H

#include <glib.h>

/* White space of any kind, and signs and letters that are empty. */
gboolean text_is_empty_sign(gunichar u);
/* Format and control characters, joiners and selectors. */
gboolean text_is_invisible(gunichar u);

/* Whether valid UTF-8 has nothing but these. */
gboolean text_is_blank(const char *text);

#endif
