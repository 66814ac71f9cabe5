/* header_join.c: joins encoded words of one kind to one, and decodes what GMime would lose. */
#include "lib/mail/header_join.h"

#include <string.h>

#include "lib/mail/base64_read.h"
#include "lib/mail/charset.h"

/* An encoded word (RFC 2047 2): where it ends, and its three parts. */
typedef struct {
	const char *charset, *encoding, *text, *end;
	gsize charset_length, text_length;
} Word;

/* Of "Q", whose question marks somebody left as they are. */
static gboolean extend_word(Word *word)
{
	const char *end = strstr(word->text, "?="), *other = strstr(word->text, "=?");

	if (g_ascii_tolower(*word->encoding) != 'q' || end == NULL ||
	        (other != NULL && other < end))
		return FALSE;
	word->text_length = (gsize)(end - word->text);
	word->end = end + 2;
	return TRUE;
}

/* loose: of an unstructured text. */
static gboolean read_word(const char *at, gboolean loose, Word *word)
{
	if (!g_str_has_prefix(at, "=?"))
		return FALSE;
	word->charset = at + 2;
	word->charset_length = strcspn(word->charset, "?* \t\r\n");
	const char *rest =
	        word->charset + strcspn(word->charset, "? \t\r\n"); /* behind a language */
	if (word->charset_length == 0 || rest[0] != '?' || strchr("bBqQ", rest[1]) == NULL ||
	        rest[1] == '\0' || rest[2] != '?')
		return FALSE;
	word->encoding = rest + 1;
	word->text = rest + 3;
	word->text_length = strcspn(word->text, "?\r\n");
	word->end = word->text + word->text_length + 2;
	return g_str_has_prefix(word->text + word->text_length, "?=") ||
	       (loose && extend_word(word));
}

/* The octets of "Q" (RFC 2047 4.2). */
static void append_q(GString *out, const char *text, gsize length)
{
	for (gsize i = 0; i < length; i++) {
		if (text[i] == '=' && i + 2 < length && g_ascii_isxdigit(text[i + 1]) &&
		        g_ascii_isxdigit(text[i + 2])) {
			g_string_append_c(out, (char)(g_ascii_xdigit_value(text[i + 1]) * 16 +
			                               g_ascii_xdigit_value(text[i + 2])));
			i += 2;
		} else {
			g_string_append_c(out, (char)(text[i] == '_' ? ' ' : text[i]));
		}
	}
}

static void end_base64(GString *out, Base64Read *state)
{
	char octets[BASE64_READ_MAX(0)];
	gsize length = base64_read_end(state, octets);

	g_string_append_len(out, octets, (gssize)length);
}

/* Without padding the word before may go on in this one, if that makes whole groups of it. */
static void append_base64(GString *out, Base64Read *state, const Word *word)
{
	g_autofree char *octets = g_malloc(BASE64_READ_MAX(word->text_length));

	if ((state->count + word->text_length) % 4 != 0)
		end_base64(out, state);
	gsize length = base64_read(state, word->text, word->text_length, octets);
	g_string_append_len(out, octets, (gssize)length);
}

static void append_octets(GString *out, Base64Read *state, const Word *word)
{
	if (g_ascii_tolower(*word->encoding) == 'q') {
		end_base64(out, state);
		append_q(out, word->text, word->text_length);
	} else {
		append_base64(out, state, word);
	}
}

/* Free: g_free(). */
static char *word_text(const GString *octets, const Word *word, HeaderWords how)
{
	g_autofree char *charset = g_strndup(word->charset, word->charset_length);

	return how & HEADER_WORDS_BY_NAME ? charset_to_utf8_by_name(octets, charset)
	                                  : charset_to_utf8(octets, charset);
}

static gboolean same_charset(const Word *one, const Word *other)
{
	return one->charset_length == other->charset_length &&
	       g_ascii_strncasecmp(one->charset, other->charset, one->charset_length) == 0;
}

/* What a run of encoded words means, the first of which is read already. *value moves behind it.
 * Free: g_string_free(). */
static GString *read_run(const char **value, Word *word, HeaderWords how, gboolean loose)
{
	GString *text = g_string_new(NULL);

	for (gboolean more = TRUE; more;) {
		g_autoptr(GString) octets = g_string_new(NULL);
		Base64Read state = {0};
		const Word first = *word;
		do {
			append_octets(octets, &state, word);
			*value = word->end;
			more = how & HEADER_WORDS_JOINED &&
			       read_word(*value + strspn(*value, " \t\r\n"), loose, word);
		} while (more && same_charset(&first, word));
		end_base64(octets, &state);
		g_autofree char *part = word_text(octets, &first, how);
		g_string_append(text, part);
	}
	return text;
}

/* Appends what stands before the next word, and moves *value to that, or to the end. */
static gboolean find_word(GString *out, const char **value, gboolean loose, Word *word)
{
	const char *at = *value;

	while (*at != '\0' && !read_word(at, loose, word))
		at++;
	g_autoptr(GString) octets = g_string_new_len(*value, at - *value);
	g_autofree char *text = charset_to_utf8(octets, NULL);
	g_string_append(out, text);
	*value = at;
	return *at != '\0';
}

char *header_join(const char *value)
{
	GString *out = g_string_new(NULL);
	Word word;

	while (find_word(out, &value, FALSE, &word)) {
		g_autoptr(GString) text = read_run(&value, &word, HEADER_WORDS_JOINED, FALSE);
		g_autofree char *base64 = g_base64_encode((const guchar *)text->str, text->len);
		g_string_append_printf(out, "=?UTF-8?B?%s?=", base64);
	}
	return g_string_free(out, FALSE);
}

static char *words_read(const char *value, HeaderWords how, gboolean loose)
{
	GString *out = g_string_new(NULL);
	Word word;

	while (find_word(out, &value, loose, &word)) {
		g_autoptr(GString) text = read_run(&value, &word, how, loose);
		g_string_append_len(out, text->str, (gssize)text->len);
	}
	return g_string_free(out, FALSE);
}

char *header_words_read(const char *value, HeaderWords how)
{
	return words_read(value, how, FALSE);
}

/* Without line ends; other control characters are blanks. */
static void unfold(char *text)
{
	char *to = text;

	for (const char *c = text; *c != '\0'; c++)
		if (*c != '\n' && *c != '\r') /* the blank behind it stays */
			*to++ = (char)(g_ascii_iscntrl(*c) ? ' ' : *c);
	*to = '\0';
}

char *header_join_text(const char *value)
{
	g_autofree char *line = g_strdup(value);

	unfold(line);
	char *text = words_read(line, HEADER_WORDS_JOINED, TRUE);
	unfold(text);
	return g_strstrip(text);
}
