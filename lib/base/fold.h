/* fold.h: words as the list searches and sorts them, folded in the program (a collation changes
 * with its version).
 *
 * Lower case, NFC, split at what is not alphanumeric. A stored text is folded twice (ä as ae and
 * as a; ß as ss; é as e), a searched word once (ä as ae): mueller, müller and muller all find
 * Müller.
 */
#ifndef POSTSTELLE_LIB_BASE_FOLD_H
#define POSTSTELLE_LIB_BASE_FOLD_H

#include <glib.h>

#define FOLD_PREFIX_MAX 16 /* octets of the beginnings that are stored */

/* The distinct words of a stored text, both ways. Free: g_ptr_array_unref(). */
GPtrArray *fold_stored_words(const char *text);
/* The same as one text, a blank before each word: what LIKE '% beginning%' searches. Free:
 * g_free().
 */
char *fold_stored_text(const char *text);
/* The distinct words that somebody looks for; of a word that is the beginning of another only the
 * longer one. Free: g_ptr_array_unref(). */
GPtrArray *fold_searched_words(const char *text);
/* Whether each of the searched words begins one of the stored words. */
gboolean fold_words_match(const GPtrArray *words, const GPtrArray *searched);
/* Octets of the longest beginning of word within max octets that cuts no character. */
gsize fold_prefix_length(const char *word, gsize max);
/* UTF-8 of at most the first max octets of whatever text holds. Free: g_free(). */
char *fold_valid(const char *text, gsize max);
/* The key of the order by name: folded name, 0x01, address; 0xFF for an empty name. At most 512
 * octets. Free: g_bytes_unref(). */
GBytes *fold_name_sort(const char *email_name, const char *address);

#endif
