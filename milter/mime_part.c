/* mime_part.c: reads type, disposition and encoding of a part's header. */
#include "milter/mime_part.h"

#include <string.h>

#include "milter/mime_decoder.h"
#include "milter/mime_field.h"

/* The unfolded value of a field; NULL if there is none. Free: g_free(). */
static char *field(const char *header, const char *name)
{
	gsize length = strlen(name);

	for (const char *line = header; line != NULL && *line != '\0';) {
		const char *end = strchr(line, '\n');
		while (end != NULL && (end[1] == ' ' || end[1] == '\t'))
			end = strchr(end + 1, '\n');
		if (g_ascii_strncasecmp(line, name, length) == 0 && line[length] == ':') {
			const char *from = line + length + 1;
			char *value =
			        end != NULL ? g_strndup(from, (gsize)(end - from)) : g_strdup(from);
			return g_strstrip(g_strdelimit(value, "\r\n", ' '));
		}
		line = end != NULL ? end + 1 : NULL;
	}
	return NULL;
}

/* What has no subtype isn't understood, with all of its parameters. */
static void read_type(MimePart *part, const char *value)
{
	g_autoptr(MimeField) field = mime_field_read(value);
	const char *type = mime_field_main(field);

	if (strchr(type, '/') == NULL)
		return;
	if (g_str_has_prefix(type, "multipart/"))
		part->kind = MIME_MULTIPART;
	else if (strcmp(type, "text/html") == 0)
		part->kind = MIME_HTML;
	else if (strcmp(type, "text/plain") != 0)
		part->kind = MIME_OTHER;
	part->is_alternative = strcmp(type, "multipart/alternative") == 0;
	part->is_report = strcmp(type, "multipart/report") == 0;
	const char *boundary = mime_field_octets(field, "boundary");
	part->boundary = g_strchomp(g_strdup(boundary != NULL ? boundary : ""));
	part->charset = g_strdup(mime_field_octets(field, "charset"));
	part->name = mime_field_text(field, "name");
	if (*part->boundary == '\0')
		g_clear_pointer(&part->boundary, g_free);
}

/* A name here goes before one in the type. */
static void read_disposition(MimePart *part, const char *value)
{
	g_autoptr(MimeField) field = mime_field_read(value);
	char *name = mime_field_text(field, "filename");

	part->is_attached = strcmp(mime_field_main(field), "attachment") == 0;
	if (name == NULL)
		return;
	g_free(part->name);
	part->name = name;
}

MimePart *mime_part_read(const char *header)
{
	MimePart *part = g_new0(MimePart, 1);
	g_autofree char *type = field(header, "Content-Type");
	g_autofree char *disposition = field(header, "Content-Disposition");
	g_autofree char *encoding = field(header, "Content-Transfer-Encoding");

	read_type(part, type != NULL ? type : "");
	read_disposition(part, disposition != NULL ? disposition : "");
	part->encoding = mime_decoder_encoding(encoding);
	return part;
}

void mime_part_free(MimePart *part)
{
	g_free(part->boundary);
	g_free(part->charset);
	g_free(part->name);
	g_free(part);
}
