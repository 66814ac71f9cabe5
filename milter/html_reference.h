/* html_reference.h: what a character reference of HTML stands for
 * (https://html.spec.whatwg.org/#named-character-references), as browsers read it. */
#ifndef POSTSTELLE_MILTER_HTML_REFERENCE_H
#define POSTSTELLE_MILTER_HTML_REFERENCE_H

#include <glib.h>

#define HTML_REFERENCE_ROOM 8 /* octets of what a reference stands for, with its NUL */

/* at: "&name;", "&#123;", "&#x7b;", or without the semicolon where browsers do without. Writes
 * UTF-8 to text; how many octets of at it took; 0: it is none. */
gsize html_reference_read(const char *at, char text[HTML_REFERENCE_ROOM]);

#endif
