/* html_text.c: takes tags, scripts and styles from an HTML mail, and resolves its references. */
#include "milter/html_text.h"

#include <string.h>

#include "milter/html_reference.h"

#define NAME_MAX_OCTETS 10 /* of an element's name that matters */

/* Elements whose content is not shown. */
static const char *const hidden[] = {"script", "style", "title", "template"};
/* Elements that don't end a line. */
static const char *const inline_elements[] = {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code",
        "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "label", "mark", "o:p", "q", "s",
        "samp", "small", "span", "strike", "strong", "sub", "sup", "td", "th", "tt", "u", "var",
        "wbr"};

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

/* Signs that only say where a line may end, or take room. */
static gboolean is_layout(gunichar character)
{
	return character == 0xAD || character == 0x200B || character == 0x200C ||
	       character == 0xFEFF;
}

static void append(GString *out, gunichar character)
{
	char last = '\n';

	if (out->len > 0)
		last = out->str[out->len - 1];
	if (is_layout(character))
		return;
	if (character != 0xA0 && !g_unichar_isspace(character))
		g_string_append_unichar(out, character);
	else if (last != ' ' && last != '\n')
		g_string_append_c(out, ' ');
}

/* The reference at "&", or that sign; what follows it. */
static const char *reference(GString *out, const char *at)
{
	char text[HTML_REFERENCE_ROOM] = "&";
	gsize length = html_reference_read(at, text);

	for (const char *c = text; *c != '\0'; c = g_utf8_next_char(c))
		append(out, g_utf8_get_char(c));
	return at + MAX(length, 1);
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
			c = reference(out, c);
		} else {
			append(out, g_utf8_get_char(c));
			c = g_utf8_next_char(c);
		}
	}
	end_line(out);
	return g_string_free(out, FALSE);
}
