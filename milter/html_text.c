/* html_text.c: takes tags, scripts and styles from an HTML mail, and resolves its references. */
#include "milter/html_text.h"

#include <string.h>

#define NAME_MAX_OCTETS 10 /* of an element's name that matters, or of a character reference */

/* Elements whose content is not shown. */
static const char *const hidden[] = {"script", "style", "title", "template"};
/* Elements that don't end a line. */
static const char *const inline_elements[] = {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code",
        "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "label", "mark", "o:p", "q", "s",
        "samp", "small", "span", "strike", "strong", "sub", "sup", "td", "th", "tt", "u", "var",
        "wbr"};

static const struct {
	const char *name;
	gunichar character;
} references[] = {{"Auml", 0xC4}, {"Ouml", 0xD6}, {"Uuml", 0xDC}, {"aacute", 0xE1}, {"acirc", 0xE2},
        {"aelig", 0xE6}, {"agrave", 0xE0}, {"amp", '&'}, {"apos", '\''}, {"aring", 0xE5},
        {"auml", 0xE4}, {"bdquo", 0x201E}, {"bull", 0x2022}, {"ccedil", 0xE7}, {"copy", 0xA9},
        {"deg", 0xB0}, {"eacute", 0xE9}, {"ecirc", 0xEA}, {"egrave", 0xE8}, {"euml", 0xEB},
        {"euro", 0x20AC}, {"frac12", 0xBD}, {"frac14", 0xBC}, {"gt", '>'}, {"hellip", 0x2026},
        {"iacute", 0xED}, {"icirc", 0xEE}, {"iuml", 0xEF}, {"laquo", 0xAB}, {"ldquo", 0x201C},
        {"lsaquo", 0x2039}, {"lsquo", 0x2018}, {"lt", '<'}, {"mdash", 0x2014}, {"middot", 0xB7},
        {"nbsp", ' '}, {"ndash", 0x2013}, {"ntilde", 0xF1}, {"oacute", 0xF3}, {"ocirc", 0xF4},
        {"oslash", 0xF8}, {"ouml", 0xF6}, {"para", 0xB6}, {"plusmn", 0xB1}, {"pound", 0xA3},
        {"quot", '"'}, {"raquo", 0xBB}, {"rdquo", 0x201D}, {"reg", 0xAE}, {"rsaquo", 0x203A},
        {"rsquo", 0x2019}, {"sbquo", 0x201A}, {"sect", 0xA7}, {"shy", 0}, {"sup2", 0xB2},
        {"sup3", 0xB3}, {"szlig", 0xDF}, {"times", 0xD7}, {"trade", 0x2122}, {"uacute", 0xFA},
        {"ucirc", 0xFB}, {"uuml", 0xFC}, {"zwnj", 0}};

static gboolean is_one_of(const char *name, const char *const *list, gsize count)
{
	for (gsize i = 0; i < count; i++)
		if (strcmp(name, list[i]) == 0)
			return TRUE;
	return FALSE;
}

static void end_line(GString *out)
{
	if (out->len > 0 && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	if (out->len > 0 && out->str[out->len - 1] != '\n')
		g_string_append_c(out, '\n');
}

static void append(GString *out, gunichar character)
{
	char last = '\n';

	if (out->len > 0)
		last = out->str[out->len - 1];
	if (character == 0)
		return;
	if (character != 0xA0 && !g_unichar_isspace(character))
		g_string_append_unichar(out, character);
	else if (last != ' ' && last != '\n')
		g_string_append_c(out, ' ');
}

/* "&name;", "&#123;" or "&#x7b;": what it stands for; *after is behind it. Anything else is "&". */
static gunichar reference(const char *at, const char **after)
{
	gsize length = strcspn(at + 1, ";& \t\r\n<") + 1;
	guint64 number = 0;

	*after = at + 1;
	if (at[length] != ';' || length > NAME_MAX_OCTETS)
		return '&';
	g_autofree char *name = g_strndup(at + 1, length - 1);
	if (*name == '#') {
		gboolean is_hex = name[1] == 'x' || name[1] == 'X';
		if (!g_ascii_string_to_unsigned(
		            name + 1 + is_hex, is_hex ? 16 : 10, 0, 0x10FFFF, &number, NULL))
			return '&';
		*after = at + length + 1;
		return g_unichar_validate((gunichar)number) ? (gunichar)number : 0xFFFD;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(references); i++) {
		if (strcmp(name, references[i].name) != 0)
			continue;
		*after = at + length + 1;
		return references[i].character;
	}
	return '&';
}

/* Behind the tag that begins at "<", whose attributes may hold ">" in quotes. */
static const char *tag_end(const char *at)
{
	for (char quote = '\0'; *at != '\0'; at++) {
		if (quote != '\0')
			quote = *at == quote ? '\0' : quote;
		else if (*at == '>')
			return at + 1;
		else if ((*at == '"' || *at == '\'') && at[-1] == '=')
			quote = *at;
	}
	return at;
}

/* Behind "</name" and its ">"; the end of the text if there is none. */
static const char *element_end(const char *at, const char *name)
{
	gsize length = strlen(name);

	for (at = strstr(at, "</"); at != NULL; at = strstr(at + 2, "</"))
		if (g_ascii_strncasecmp(at + 2, name, length) == 0)
			return tag_end(at);
	return NULL;
}

/* The tag, comment or declaration at "<"; what follows it. */
static const char *tag(GString *out, const char *at)
{
	char name[NAME_MAX_OCTETS + 1];
	gboolean closes = at[1] == '/';
	const char *from = at + 1 + closes;
	gsize length = strcspn(from, " \t\r\n/>");

	if (g_str_has_prefix(at, "<!--")) {
		const char *end = strstr(at + 4, "-->");
		return end != NULL ? end + 3 : at + strlen(at);
	}
	if (!g_ascii_isalpha(*from) && *from != '!' && *from != '?') {
		append(out, '<'); /* no tag: "a < b" */
		return at + 1;
	}
	g_strlcpy(name, from, MIN(length + 1, sizeof(name)));
	for (char *c = name; *c != '\0'; c++)
		*c = g_ascii_tolower(*c);
	const char *end = tag_end(at);
	if (!closes && is_one_of(name, hidden, G_N_ELEMENTS(hidden))) {
		const char *behind = element_end(end, name);
		return behind != NULL ? behind : at + strlen(at);
	}
	if (!is_one_of(name, inline_elements, G_N_ELEMENTS(inline_elements)))
		end_line(out);
	else if (strcmp(name, "td") == 0 || strcmp(name, "th") == 0)
		append(out, ' ');
	return end;
}

char *html_text(const char *html)
{
	GString *out = g_string_new(NULL);

	for (const char *c = html; *c != '\0';) {
		if (*c == '<') {
			c = tag(out, c);
		} else if (*c == '&') {
			append(out, reference(c, &c));
		} else {
			append(out, g_utf8_get_char(c));
			c = g_utf8_next_char(c);
		}
	}
	end_line(out);
	return g_string_free(out, FALSE);
}
