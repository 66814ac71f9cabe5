/* header_join.h: encoded words (RFC 2047) and raw octets of received headers, made ready for GMime:
 * of several padded base64 words in a row its decoder (3.2.13) gives only the first, and charsets
 * it reads by their names.
 *
 * Charsets are read as in a text (charset.h); what isn't in a word is UTF-8 or windows-1252.
 */
#ifndef POSTSTELLE_LIB_MAIL_HEADER_JOIN_H
#define POSTSTELLE_LIB_MAIL_HEADER_JOIN_H

#include <glib.h>

/*
 * The value with each run of encoded words as one word in UTF-8, of any length; characters that
 * were cut between two words are whole again, the rest is UTF-8. Free: g_free().
 */
char *header_join(const char *value);

/* How encoded words are read where they may be read in several ways. */
typedef enum {
	HEADER_WORDS_JOINED = 1 << 0,  /* as RFC 2047 has it: blanks between two are left out, cut
	                                  characters whole; else each by itself */
	HEADER_WORDS_BY_NAME = 1 << 1, /* their charsets are what they are called; what can't be in
	                                  them is U+FFFD */
	HEADER_WORDS_ALL = HEADER_WORDS_JOINED | HEADER_WORDS_BY_NAME,
} HeaderWords;

/* A value in UTF-8 with each encoded word replaced by what it means, wherever it stands (in quotes
 * too), the rest as it is. Free: g_free(). */
char *header_words_read(const char *value, HeaderWords how);

/* An unstructured value (Subject) as people read it: decoded, UTF-8, on one line. A question mark
 * in a word, and folds within it, are read over. Free: g_free(). */
char *header_join_text(const char *value);

#endif
