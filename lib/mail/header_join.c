/* header_join.c: joins encoded words of one kind to one, and decodes what GMime would lose. */
#include "lib/mail/header_join.h"

#include <string.h>

#include <gmime/gmime.h>

#include "lib/mail/charset.h"

/* An encoded word (RFC 2047 2): where it ends, and its three parts. */
typedef struct {
	const char *charset, *encoding, *text, *end;
	gsize charset_length, text_length;
} Word;

static gboolean read_word(const char *at, Word *word)
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
	return g_str_has_prefix(word->text + word->text_length, "?=");
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

static void append_octets(GString *out, const Word *word)
{
	if (g_ascii_tolower(*word->encoding) == 'q') {
		append_q(out, word->text, word->text_length);
		return;
	}
	gint state = 0;
	guint save = 0;
	g_autofree guchar *octets = g_malloc(word->text_length + 3);
	gsize length = g_base64_decode_step(word->text, word->text_length, octets, &state, &save);
	g_string_append_len(out, (const char *)octets, (gssize)length);
}

/* Free: g_free(). */
static char *word_text(const GString *octets, const Word *word)
{
	g_autofree char *charset = g_strndup(word->charset, word->charset_length);

	return charset_to_utf8(octets, charset);
}

static gboolean same_charset(const Word *one, const Word *other)
{
	return one->charset_length == other->charset_length &&
	       g_ascii_strncasecmp(one->charset, other->charset, one->charset_length) == 0;
}

/* What a run of encoded words means, the first of which is read already. *value moves behind it.
 * Free: g_string_free(). */
static GString *read_run(const char **value, Word *word)
{
	GString *text = g_string_new(NULL);

	for (gboolean more = TRUE; more;) {
		g_autoptr(GString) octets = g_string_new(NULL);
		const Word first = *word;
		do {
			append_octets(octets, word);
			*value = word->end;
			more = read_word(*value + strspn(*value, " \t\r\n"), word);
		} while (more && same_charset(&first, word));
		g_autofree char *part = word_text(octets, &first);
		g_string_append(text, part);
	}
	return text;
}

char *header_join(const char *value)
{
	GString *out = g_string_new(NULL);
	Word word;

	while (*value != '\0') {
		if (!read_word(value, &word)) {
			g_string_append_c(out, *value++);
			continue;
		}
		g_autoptr(GString) text = read_run(&value, &word);
		g_autofree char *base64 = g_base64_encode((const guchar *)text->str, text->len);
		g_string_append_printf(out, "=?UTF-8?B?%s?=", base64);
	}
	return g_string_free(out, FALSE);
}

char *header_words_read(const char *value, gboolean joined)
{
	GString *out = g_string_new(NULL);
	Word word;

	while (*value != '\0') {
		if (!read_word(value, &word)) {
			g_string_append_c(out, *value++);
		} else if (joined) {
			g_autoptr(GString) text = read_run(&value, &word);
			g_string_append_len(out, text->str, (gssize)text->len);
		} else {
			g_autoptr(GString) octets = g_string_new(NULL);
			append_octets(octets, &word);
			g_autofree char *text = word_text(octets, &word);
			g_string_append(out, text);
			value = word.end;
		}
	}
	return g_string_free(out, FALSE);
}

char *header_join_text(const char *value)
{
	g_autofree char *joined = header_join(value);
	char *decoded = g_mime_utils_header_decode_text(NULL, joined);
	char *text = g_utf8_make_valid(decoded, -1);

	g_free(decoded);
	char *to = text;
	for (const char *c = text; *c != '\0'; c++) {
		gboolean folds = *c == '\n' || *c == '\r'; /* the blank behind it stays */
		if (!folds)
			*to++ = (char)(g_ascii_iscntrl(*c) ? ' ' : *c);
	}
	*to = '\0';
	return g_strstrip(text);
}
