/* header_word.c: writes display names and subjects as atoms, quoted strings or encoded words. */
#include "lib/mail/header_word.h"

#include <string.h>

#define PLAIN_MAX 60 /* octets that may stand unencoded: they fit behind any header's name */
#define CHUNK_MAX 39 /* octets of an encoded word's text: 52 of base64 and 12 around them */

static char *without_controls(const char *text)
{
	GString *out = g_string_sized_new(strlen(text));

	for (const char *c = text; *c != '\0'; c = g_utf8_next_char(c)) {
		gunichar point = g_utf8_get_char(c);
		if (!g_unichar_iscntrl(point))
			g_string_append_unichar(out, point);
	}
	return g_string_free(out, FALSE);
}

/* Printable ASCII that nobody could take for an encoded word. */
static gboolean is_plain(const char *text)
{
	if (strlen(text) > PLAIN_MAX || strstr(text, "=?") != NULL)
		return FALSE;
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			return FALSE;
	return TRUE;
}

/* Words of atext (RFC 5322 3.2.3) with one blank between them. */
static gboolean is_atoms(const char *text)
{
	char before = ' ';

	for (; *text != '\0'; before = *text++) {
		if (*text == ' ' ? before == ' '
		                 : !g_ascii_isalnum(*text) &&
		                           strchr("!#$%&'*+-/=?^_`{|}~", *text) == NULL)
			return FALSE;
	}
	return before != ' ';
}

static char *quoted(const char *text)
{
	GString *out = g_string_new("\"");

	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *text);
	}
	g_string_append_c(out, '"');
	return g_string_free(out, FALSE);
}

/* Octets of text for the next word: whole code points, and if it can be a multiple of three, whose
 * base64 isn't padded: GMime's readers lose the words behind a padded one. */
static gsize chunk(const char *text)
{
	gsize length = 0, even = 0;

	for (const char *c = text; *c != '\0'; c = g_utf8_next_char(c)) {
		gsize with = (gsize)(g_utf8_next_char(c) - text);
		if (with > CHUNK_MAX)
			return even > 0 ? even : length;
		length = with;
		if (with % 3 == 0)
			even = with;
	}
	return length;
}

static char *encoded(const char *text)
{
	GString *out = g_string_new(NULL);

	while (*text != '\0') {
		gsize length = chunk(text);
		g_autofree char *base64 = g_base64_encode((const guchar *)text, length);
		g_string_append_printf(out, "%s=?UTF-8?B?%s?=", out->len > 0 ? "\n " : "", base64);
		text += length;
	}
	return g_string_free(out, FALSE);
}

char *header_word_phrase(const char *name)
{
	g_autofree char *clean = without_controls(name);

	if (!is_plain(clean))
		return encoded(clean);
	return *clean == '\0' || is_atoms(clean) ? g_steal_pointer(&clean) : quoted(clean);
}

char *header_word_text(const char *text)
{
	g_autofree char *clean = without_controls(text);

	return is_plain(clean) ? g_steal_pointer(&clean) : encoded(clean);
}
