/* charset.h: octets of a mail's text in whatever charset, as UTF-8. */
#ifndef POSTSTELLE_LIB_MAIL_CHARSET_H
#define POSTSTELLE_LIB_MAIL_CHARSET_H

#include <glib.h>

/*
 * UTF-8 without NUL, read as browsers do: what is called iso-8859-1 is windows-1252, shift_jis is
 * what Windows calls so (https://encoding.spec.whatwg.org/#names-and-labels). charset: as the mail
 * names it; NULL, us-ascii or unknown: UTF-8 if it is, else windows-1252. What can't be in the
 * charset is read the same way: all of it if it is UTF-8, else those octets alone; the five that
 * windows-1252 doesn't have become U+FFFD. A character that is cut at the end is left out.
 * Free: g_free().
 */
char *charset_to_utf8(const GString *octets, const char *charset);

/* As somebody reads it who takes the charset by its name and U+FFFD for what can't be in it. Free:
 * g_free(). */
char *charset_to_utf8_by_name(const GString *octets, const char *charset);

/* The character of an octet in windows-1252; U+FFFD: there is none. */
gunichar charset_windows_1252(guchar octet);

/* UTF-8 that somebody made of windows-1252 by the name iso-8859-1: the control characters that came
 * of it (U+0080 to U+009F) as they were meant. Free: g_free(). */
char *charset_without_c1(const char *text);

#endif
