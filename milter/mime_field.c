/* mime_field.c: takes a value apart at its semicolons, and puts the pieces of a parameter together.
 */
#include "milter/mime_field.h"

#include <string.h>

#include "lib/mail/charset.h"
#include "lib/mail/header_join.h"

#define PARAMETERS 200 /* that are kept */

typedef struct {
	char *name;           /* lower case, without what RFC 2231 puts behind it */
	guint place;          /* of several pieces, in their order */
	gboolean is_extended; /* %XX, and the charset in front of the first piece */
	char *value;
} Parameter;

struct MimeField {
	char *main;
	GArray *parameters;
};

static void parameter_clear(gpointer data)
{
	Parameter *parameter = data;

	g_free(parameter->name);
	g_free(parameter->value);
}

/* Behind a comment, and blanks around it. */
static const char *skip(const char *at)
{
	guint depth = 0;

	for (; *at != '\0'; at++) {
		if (*at == '\\' && at[1] != '\0' && depth > 0)
			at++;
		else if (*at == '(')
			depth++;
		else if (*at == ')' && depth > 0)
			depth--;
		else if (depth == 0 && *at != ' ' && !g_ascii_iscntrl(*at))
			break;
	}
	return at;
}

/* A quoted string, or what isn't closed. A backslash quotes a sign alone: people write
 * paths. Free: g_free(). */
static char *quoted_value(const char **at)
{
	GString *out = g_string_new(NULL);
	const char *c = *at + 1;

	for (; *c != '\0' && *c != '"'; c++) {
		if (*c == '\\' && (c[1] == '"' || c[1] == '\\'))
			c++;
		g_string_append_c(out, *c);
	}
	*at = *c == '"' ? c + 1 : c;
	return g_string_free(out, FALSE);
}

/* What goes to the next semicolon, blanks within it too. Free: g_free(). */
static char *bare_value(const char **at)
{
	gsize length = strcspn(*at, ";");
	char *value = g_strndup(*at, length);

	*at += length;
	return g_strchomp(value);
}

/* "filename*0*" is a piece of filename, and extended. */
static void read_marks(Parameter *parameter)
{
	char *star = strchr(parameter->name, '*');

	if (star == NULL)
		return;
	parameter->is_extended = g_str_has_suffix(star, "*");
	if (g_ascii_isdigit(star[1]))
		parameter->place = (guint)g_ascii_strtoull(star + 1, NULL, 10);
	*star = '\0';
}

/* Name, "=" and value; without a "=" it is nothing. */
static const char *read_parameter(MimeField *field, const char *at)
{
	gsize length = strcspn(at, "=;");
	Parameter parameter = {0};

	if (at[length] != '=' || field->parameters->len >= PARAMETERS)
		return at + strcspn(at, ";");
	g_autofree char *name = g_strndup(at, length);
	parameter.name = g_ascii_strdown(g_strstrip(name), -1);
	at = skip(at + length + 1);
	parameter.value = *at == '"' ? quoted_value(&at) : bare_value(&at);
	read_marks(&parameter);
	g_array_append_val(field->parameters, parameter);
	return at + strcspn(at, ";");
}

MimeField *mime_field_read(const char *value)
{
	MimeField *field = g_new0(MimeField, 1);
	g_autoptr(GString) start = g_string_new(NULL);
	const char *at = skip(value);

	field->parameters = g_array_new(FALSE, FALSE, sizeof(Parameter));
	g_array_set_clear_func(field->parameters, parameter_clear);
	for (; *at != '\0' && *at != ';'; at = skip(at + 1))
		g_string_append_c(start, *at);
	field->main = g_ascii_strdown(start->str, -1);
	while (*at == ';') {
		at = skip(at + 1);
		at = read_parameter(field, at);
	}
	return field;
}

void mime_field_free(MimeField *field)
{
	if (field == NULL)
		return;
	g_array_unref(field->parameters);
	g_free(field->main);
	g_free(field);
}

const char *mime_field_main(const MimeField *field)
{
	return field->main;
}

/* The first of that name and place from start on; NULL: none. */
static const Parameter *find(
        const MimeField *field, const char *name, guint place, gboolean extended)
{
	for (guint i = 0; i < field->parameters->len; i++) {
		const Parameter *one = &g_array_index(field->parameters, Parameter, i);
		if (one->place == place && (one->is_extended || !extended) &&
		        strcmp(one->name, name) == 0)
			return one;
	}
	return NULL;
}

const char *mime_field_octets(const MimeField *field, const char *name)
{
	const Parameter *first = find(field, name, 0, FALSE);

	return first != NULL ? first->value : NULL;
}

/* The octets of %XX (RFC 2231 4). */
static void append_unescaped(GString *out, const char *text)
{
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '%' && g_ascii_isxdigit(c[1]) && g_ascii_isxdigit(c[2])) {
			g_string_append_c(out, (char)(g_ascii_xdigit_value(c[1]) * 16 +
			                               g_ascii_xdigit_value(c[2])));
			c += 2;
		} else {
			g_string_append_c(out, *c);
		}
	}
}

/* Behind "charset'language'", whose charset is given back. Free: g_free(). */
static char *charset_of(const char **value)
{
	const char *first = strchr(*value, '\''),
	           *second = first != NULL ? strchr(first + 1, '\'') : NULL;

	if (second == NULL)
		return NULL;
	char *charset = g_strndup(*value, (gsize)(first - *value));
	*value = second + 1;
	return charset;
}

char *mime_field_text(const MimeField *field, const char *name)
{
	const Parameter *piece = find(field, name, 0, TRUE);
	g_autoptr(GString) octets = g_string_new(NULL);
	g_autofree char *charset = NULL;
	gboolean is_extended = FALSE;

	if (piece == NULL)
		piece = find(field, name, 0, FALSE);
	if (piece == NULL)
		return NULL;
	for (guint place = 0; piece != NULL; piece = find(field, name, ++place, FALSE)) {
		const char *value = piece->value;
		if (place == 0 && piece->is_extended)
			charset = charset_of(&value);
		is_extended = is_extended || piece->is_extended;
		if (piece->is_extended)
			append_unescaped(octets, value);
		else
			g_string_append(octets, value);
	}
	if (!is_extended)
		return header_join_text(octets->str);
	g_autofree char *text = charset_to_utf8(octets, charset);
	return g_strdup(g_strstrip(text));
}
