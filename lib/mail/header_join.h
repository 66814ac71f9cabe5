/*
 * header_join.h: encoded words (RFC 2047) of received headers, made ready for GMime: of several
 * padded base64 words in a row its decoder (3.2.13) gives only the first.
 */
#ifndef POSTSTELLE_LIB_MAIL_HEADER_JOIN_H
#define POSTSTELLE_LIB_MAIL_HEADER_JOIN_H

#include <glib.h>

/*
 * The value with each run of encoded words as one word in UTF-8, of any length; characters that
 * were cut between two words are whole again. Charsets are read as in a text (charset.h).
 * Free: g_free().
 */
char *header_join(const char *value);

/* The value with each encoded word replaced by what it means, wherever it stands (in quotes too),
 * the rest as it is. joined: blanks between two words are left out and characters that were cut are
 * whole, as RFC 2047 has it; otherwise each word is read by itself. Free: g_free(). */
char *header_words_read(const char *value, gboolean joined);

/* An unstructured value (Subject) as people read it: decoded, UTF-8, on one line. Free: g_free().
 */
char *header_join_text(const char *value);

#endif
