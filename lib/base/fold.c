/* fold.c: folds words: lower case, umlauts both ways, without accents. */
#include "lib/base/fold.h"

#include <string.h>

#define NAME_SORT_TEXT 250
#define PIECE 256

/* Letters that canonical decomposition doesn't take apart. */
static const struct {
	gunichar letter;
	const char *folded;
} special[] = {
        {0x00df, "ss"},
        {0x00e6, "ae"},
        {0x00f8, "o"},
        {0x0111, "d"},
        {0x0142, "l"},
        {0x0153, "oe"},
        {0x0131, "i"},
};

static void append_folded(GString *out, gunichar c, gboolean german)
{
	gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];

	for (gsize i = 0; i < G_N_ELEMENTS(special); i++) {
		if (special[i].letter == c) {
			g_string_append(out, special[i].folded);
			return;
		}
	}
	g_unichar_fully_decompose(c, FALSE, parts, G_N_ELEMENTS(parts));
	g_string_append_unichar(out, parts[0]);
	if (german && (c == 0x00e4 || c == 0x00f6 || c == 0x00fc))
		g_string_append_c(out, 'e');
}

/* Octets of the next piece: up to a sign between words, or what PIECE holds. Composing takes time
 * by the square of a text's length. */
static gsize piece_length(const char *text)
{
	gsize cut = 0;

	for (gsize i = 1; text[i - 1] != '\0' && i <= PIECE; i++)
		if ((guchar)text[i] < 0x80 && !g_ascii_isalnum(text[i]))
			cut = i;
	return cut > 0 ? cut : fold_prefix_length(text, PIECE);
}

/* ASCII in lower case folds to itself, blanks for its signs. FALSE: the piece holds more. */
static gboolean append_ascii(GString *out, const char *piece, gsize length)
{
	gsize start = out->len;

	for (gsize i = 0; i < length; i++)
		if ((guchar)piece[i] >= 0x80)
			return FALSE;
	g_string_append_len(out, piece, (gssize)length);
	for (char *c = out->str + start; *c != '\0'; c++)
		if (!g_ascii_isalnum(*c))
			*c = ' ';
	return TRUE;
}

static void append_piece(GString *out, const char *piece, gsize length, gboolean german)
{
	if (append_ascii(out, piece, length))
		return;
	g_autofree char *normal = g_utf8_normalize(piece, (gssize)length, G_NORMALIZE_NFC);

	for (const char *c = normal != NULL ? normal : ""; *c != '\0'; c = g_utf8_next_char(c)) {
		gunichar u = g_utf8_get_char(c);
		if (g_unichar_isalnum(u))
			append_folded(out, u, german);
		else if (!g_unichar_ismark(u))
			g_string_append_c(out, ' ');
	}
}

static char *fold(const char *text, gboolean german)
{
	g_autofree char *lower =
	        g_str_is_ascii(text) ? g_ascii_strdown(text, -1) : g_utf8_strdown(text, -1);
	GString *out = g_string_new(NULL);
	gsize length;

	for (const char *piece = lower; *piece != '\0'; piece += length) {
		length = piece_length(piece);
		append_piece(out, piece, length, german);
	}
	return g_string_free(out, FALSE);
}

/* Adds the words that are not in seen, a set of words that words owns. */
static void add_words(GPtrArray *words, GHashTable *seen, const char *text, gboolean german)
{
	g_autofree char *folded = fold(text, german);
	char *next = folded;

	while (next != NULL) {
		char *part = next;
		next = strchr(part, ' ');
		if (next != NULL)
			*next++ = '\0';
		if (*part == '\0' || g_hash_table_contains(seen, part))
			continue;
		char *word = g_strdup(part);
		g_ptr_array_add(words, word);
		g_hash_table_add(seen, word);
	}
}

GPtrArray *fold_stored_words(const char *text)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	add_words(words, seen, text, TRUE);
	if (!g_str_is_ascii(text)) /* without umlauts there is one way */
		add_words(words, seen, text, FALSE);
	return words;
}

char *fold_stored_text(const char *text)
{
	g_autoptr(GPtrArray) words = fold_stored_words(text);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < words->len; i++) {
		g_string_append_c(out, ' ');
		g_string_append(out, words->pdata[i]);
	}
	return g_string_free(out, FALSE);
}

GPtrArray *fold_searched_words(const char *text)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

	add_words(all, seen, text, TRUE);
	for (guint i = 0; i < all->len; i++) {
		gboolean covered = FALSE;
		for (guint j = 0; j < all->len && !covered; j++)
			covered = i != j && g_str_has_prefix(all->pdata[j], all->pdata[i]);
		if (!covered)
			g_ptr_array_add(words, g_strdup(all->pdata[i]));
	}
	return words;
}

gboolean fold_words_match(const GPtrArray *words, const GPtrArray *searched)
{
	for (guint i = 0; i < searched->len; i++) {
		gboolean found = FALSE;
		for (guint j = 0; j < words->len && !found; j++)
			found = g_str_has_prefix(words->pdata[j], searched->pdata[i]);
		if (!found)
			return FALSE;
	}
	return TRUE;
}

gsize fold_prefix_length(const char *word, gsize max)
{
	gsize length = strnlen(word, max + 1);

	if (length <= max)
		return length;
	while (max > 0 && ((guchar)word[max] & 0xc0) == 0x80)
		max--;
	return max;
}

char *fold_valid(const char *text, gsize max)
{
	gsize length = strnlen(text, max + 1);

	return g_utf8_make_valid(
	        text, (gssize)(length > max ? fold_prefix_length(text, max) : length));
}

GBytes *fold_name_sort(const char *email_name, const char *address)
{
	GString *key = g_string_new(NULL);

	if (*email_name == '\0') {
		g_string_append_c(key, (char)0xff);
	} else {
		g_autofree char *folded = fold(email_name, TRUE);
		g_string_append_len(
		        key, folded, (gssize)fold_prefix_length(folded, NAME_SORT_TEXT));
	}
	g_string_append_c(key, 0x01);
	g_string_append(key, address);
	return g_string_free_to_bytes(key);
}
