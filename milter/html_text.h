/* html_text.h: the text of an HTML mail, for searching and reading in the journal. */
#ifndef POSTSTELLE_MILTER_HTML_TEXT_H
#define POSTSTELLE_MILTER_HTML_TEXT_H

#include <glib.h>

/*
 * UTF-8 without tags, comments, scripts and styles; a line a block, one blank between words,
 * character references resolved. No parser: what isn't HTML comes out somehow, in linear time.
 * Free: g_free().
 */
char *html_text(const char *html);

#endif
