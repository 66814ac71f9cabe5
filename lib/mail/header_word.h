/* header_word.h: words of mail headers: display names (RFC 5322 3.2.3) and subjects, in encoded
 * words (RFC 2047) where they need it.
 *
 * Every encoded word is at most 64 octets (75 are allowed, and 76 for its line, behind "Subject: "
 * too), UTF-8 in base64, cut between code points; words are joined by LF and a blank, a folded
 * header line. Control characters are left out, so nothing can add a header.
 */
#ifndef POSTSTELLE_LIB_MAIL_HEADER_WORD_H
#define POSTSTELLE_LIB_MAIL_HEADER_WORD_H

#include <glib.h>

/* A display name: atoms, a quoted string or encoded words. name is UTF-8. Free: g_free(). */
char *header_word_phrase(const char *name);
/* An unstructured text (Subject): itself if it is short printable ASCII, or encoded words. Free:
 * g_free(). */
char *header_word_text(const char *text);

#endif
