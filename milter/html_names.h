/* html_names.h: the table of HTML's named character references
 * (https://html.spec.whatwg.org/#named-character-references). */
#ifndef POSTSTELLE_MILTER_HTML_NAMES_H
#define POSTSTELLE_MILTER_HTML_NAMES_H

/* Those that need no semicolon: " name name ... ". */
extern const char html_names_legacy[];

/* By first letter, A to Z, a to z: " name; what it stands for name; ... ". */
extern const char *const html_names[];

#endif
