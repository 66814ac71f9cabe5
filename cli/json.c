/* json.c: a JSON text, piece by piece. */
#include "cli/json.h"

#include <stdio.h>
#include <string.h>

static void quote(GString *out, const char *value)
{
	g_string_append_c(out, '"');
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			g_string_append_c(out, '\\');
		if ((guchar)*value < 0x20)
			g_string_append_printf(out, "\\u%04x", (guint)*value);
		else
			g_string_append_c(out, *value);
	}
	g_string_append_c(out, '"');
}

static void begin_value(GString *out, const char *name)
{
	if (out->len > 0 && strchr("{[", out->str[out->len - 1]) == NULL)
		g_string_append_c(out, ',');
	if (name != NULL) {
		quote(out, name);
		g_string_append_c(out, ':');
	}
}

void json_open(GString *out, const char *name, char bracket)
{
	begin_value(out, name);
	g_string_append_c(out, bracket);
}

void json_close(GString *out, char bracket)
{
	g_string_append_c(out, bracket == '{' ? '}' : ']');
}

void json_text(GString *out, const char *name, const char *value)
{
	begin_value(out, name);
	if (value != NULL)
		quote(out, value);
	else
		g_string_append(out, "null");
}

void json_number(GString *out, const char *name, guint64 value)
{
	begin_value(out, name);
	g_string_append_printf(out, "%" G_GUINT64_FORMAT, value);
}

void json_flag(GString *out, const char *name, gboolean value)
{
	begin_value(out, name);
	g_string_append(out, value ? "true" : "false");
}

void json_print(GString *out)
{
	puts(out->str);
	g_string_truncate(out, 0);
}
