/* text_check.c: looks through typed texts for control characters and counts their length. */
#include "lib/base/text_check.h"

#include <string.h>

#include "lib/base/error.h"

gboolean text_has_control(const char *text, gboolean lines)
{
	for (const char *c = text; *c != '\0'; c = g_utf8_next_char(c)) {
		gunichar u = g_utf8_get_char(c);
		if (lines && (u == '\n' || u == '\t'))
			continue;
		if (g_unichar_iscntrl(u) || u == 0x2028 || u == 0x2029)
			return TRUE;
	}
	return FALSE;
}

/* Characters of format are invisible, but for those that end flags made of letters (UTS 51). */
static gboolean is_unseen(gunichar u)
{
	return (g_unichar_type(u) == G_UNICODE_FORMAT && u < 0xe0000) || u == 0x034f ||
	       u == 0x115f || u == 0x1160 || u == 0x2800 || u == 0x3164 || u == 0xffa0;
}

static gboolean is_strippable(gunichar u)
{
	return g_unichar_isspace(u) || is_unseen(u);
}

char *text_strip(char *text)
{
	char *start = text, *end = text + strlen(text);

	while (start < end && is_strippable(g_utf8_get_char(start)))
		start = g_utf8_next_char(start);
	while (end > start) {
		char *last = g_utf8_prev_char(end);
		if (!is_strippable(g_utf8_get_char(last)))
			break;
		end = last;
	}
	memmove(text, start, (gsize)(end - start));
	text[end - start] = '\0';
	return text;
}

gboolean text_has_invisible(const char *text)
{
	for (const char *c = text; *c != '\0'; c = g_utf8_next_char(c)) {
		gunichar u = g_utf8_get_char(c);
		if (is_unseen(u) || (u != ' ' && g_unichar_isspace(u)))
			return TRUE;
	}
	return FALSE;
}

gboolean text_check_line(const char *text, const char *field, glong max, GError **error)
{
	if (!g_utf8_validate(text, -1, NULL))
		ps_invalid(error, field, "control", "%s is not UTF-8", field);
	else if (text_has_control(text, FALSE))
		ps_invalid(error, field, "control", "%s has a control character", field);
	else if (g_utf8_strlen(text, -1) > max)
		ps_invalid(error, field, "too_long", "%s has more than %ld characters", field, max);
	else
		return TRUE;
	return FALSE;
}

char *text_check_email_name(const char *typed, GError **error)
{
	g_autofree char *name = g_strdup(typed);

	if (g_utf8_validate(name, -1, NULL))
		text_strip(name);
	if (!text_check_line(name, "email_name", EMAIL_NAME_MAX, error))
		return NULL;
	return g_steal_pointer(&name);
}
