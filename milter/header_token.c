/* header_token.c: cuts the value of an address header into words, quotes, comments and signs. */
#include "milter/header_token.h"

#include <string.h>

#define SIGNS ",;:"
#define ENCLOSING "\"(<"

static void token_clear(gpointer data)
{
	g_free(((Token *)data)->text);
}

/* Where a quoted string, comment or angle that begins here ends; NULL: nowhere. */
static const char *closing(const char *open)
{
	const char close = *open == '"' ? '"' : *open == '(' ? ')' : '>';
	gboolean quoted = FALSE;
	guint depth = 0;

	for (const char *c = open + 1; *c != '\0'; c++) {
		if (*c == '\\' && c[1] != '\0')
			c++;
		else if (*c == '"' && *open == '<')
			quoted = !quoted;
		else if (*c == '(' && *open == '(')
			depth++;
		else if (*c == close && !quoted && depth-- == 0)
			return c;
	}
	return NULL;
}

/* The end of an encoded word that begins here (RFC 2047 2), whatever is in it but blanks; NULL. */
static const char *encoded_word_end(const char *at)
{
	if (!g_str_has_prefix(at, "=?"))
		return NULL;
	const char *charset_end = at + 2 + strcspn(at + 2, "?<>() \t\r\n");
	if (charset_end[0] != '?' || charset_end[1] == '\0' || charset_end[2] != '?')
		return NULL;
	const char *end = charset_end + 3 + strcspn(charset_end + 3, "? \t\r\n");
	return g_str_has_prefix(end, "?=") ? end + 2 : NULL;
}

/* Without the backslashes of quoted pairs. Free: g_free(). */
static char *unescaped(const char *text, gsize length)
{
	GString *out = g_string_sized_new(length);

	for (gsize i = 0; i < length; i++) {
		if (text[i] == '\\' && i + 1 < length)
			i++;
		g_string_append_c(out, text[i]);
	}
	return g_string_free(out, FALSE);
}

static void add_token(GArray *tokens, TokenKind kind, gboolean blank, char *text)
{
	Token token = {.kind = kind, .blank = blank, .text = text};

	g_array_append_val(tokens, token);
}

/* A quoted string or comment, or an angle, which may go on to the end; the next octet. NULL: it
 * isn't closed, so it is text. never remembers that, so that nobody looks for an end twice. */
static const char *add_enclosed(
        GArray *tokens, const char *at, gboolean blank, gboolean never[TOKEN_KINDS])
{
	TokenKind kind = *at == '<' ? TOKEN_ANGLE : *at == '"' ? TOKEN_QUOTED : TOKEN_COMMENT;
	const char *end = never[kind] ? NULL : closing(at);

	if (end == NULL && kind != TOKEN_ANGLE) {
		never[kind] = TRUE;
		return NULL;
	}
	gsize length = end != NULL ? (gsize)(end - at - 1) : strlen(at + 1);
	const char *next = at + 1 + length;
	add_token(tokens, kind, blank,
	        kind == TOKEN_ANGLE ? g_strndup(at + 1, length) : unescaped(at + 1, length));
	return kind == TOKEN_ANGLE ? next + strspn(next, ">") : next + 1;
}

static gboolean is_blank(char c)
{
	return c == ' ' || g_ascii_iscntrl(c);
}

/* Where text ends that begins here. */
static const char *text_end(const char *at)
{
	do
		at++;
	while (*at != '\0' && !is_blank(*at) && strchr(SIGNS ENCLOSING, *at) == NULL &&
	        encoded_word_end(at) == NULL);
	return at;
}

/* One token; what comes behind it. */
static const char *add_one(
        GArray *tokens, const char *at, gboolean blank, gboolean never[TOKEN_KINDS])
{
	const char *end =
	        strchr(ENCLOSING, *at) != NULL ? add_enclosed(tokens, at, blank, never) : NULL;
	if (end != NULL)
		return end;
	TokenKind kind = TOKEN_WORD;
	end = encoded_word_end(at);
	if (end == NULL) {
		gboolean is_sign = strchr(SIGNS, *at) != NULL;
		kind = is_sign ? TOKEN_SIGN : TOKEN_TEXT;
		end = is_sign ? at + 1 : text_end(at);
	}
	add_token(tokens, kind, blank, g_strndup(at, (gsize)(end - at)));
	return end;
}

GArray *header_tokens(const char *value)
{
	GArray *tokens = g_array_new(FALSE, FALSE, sizeof(Token));
	gboolean blank = FALSE, never[TOKEN_KINDS] = {FALSE};

	g_array_set_clear_func(tokens, token_clear);
	for (const char *c = value; *c != '\0';) {
		if (is_blank(*c)) {
			blank = TRUE;
			c++;
		} else {
			c = add_one(tokens, c, blank, never);
			blank = FALSE;
		}
	}
	return tokens;
}
