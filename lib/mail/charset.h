/* charset.h: octets of a mail's text in whatever charset, as UTF-8. */
#ifndef POSTSTELLE_LIB_MAIL_CHARSET_H
#define POSTSTELLE_LIB_MAIL_CHARSET_H

#include <glib.h>

/*
 * UTF-8 without NUL. charset: as the mail names it; NULL, unknown or wrong: UTF-8 if it is, else
 * Windows-1252. An octet that isn't in the charset becomes U+FFFD; a character that is cut at the
 * end is left out. Free: g_free().
 */
char *charset_to_utf8(const GString *octets, const char *charset);

#endif
