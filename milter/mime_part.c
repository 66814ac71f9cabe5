/* mime_part.c: reads type, disposition and encoding of a part's header. */
#include "milter/mime_part.h"

#include <string.h>

#include "lib/mail/header_join.h"

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

static void read_type(MimePart *part, const char *value)
{
	static const char unknown[] = "application/";
	GMimeContentType *type = value != NULL ? g_mime_content_type_parse(NULL, value) : NULL;

	if (type == NULL)
		return;
	gboolean is_unknown = g_mime_content_type_is_type(type, "application", "octet-stream") &&
	                      g_ascii_strncasecmp(value, unknown, strlen(unknown)) != 0;
	if (g_mime_content_type_is_type(type, "multipart", "*"))
		part->kind = MIME_MULTIPART;
	else if (g_mime_content_type_is_type(type, "text", "html"))
		part->kind = MIME_HTML;
	else if (!is_unknown && !g_mime_content_type_is_type(type, "text", "plain"))
		part->kind = MIME_OTHER;
	part->is_alternative = g_mime_content_type_is_type(type, "multipart", "alternative");
	part->is_report = g_mime_content_type_is_type(type, "multipart", "report");
	if (!is_unknown) {
		const char *boundary = g_mime_content_type_get_parameter(type, "boundary");
		const char *name = g_mime_content_type_get_parameter(type, "name");
		part->boundary = g_strchomp(g_strdup(boundary != NULL ? boundary : ""));
		part->charset = g_strdup(g_mime_content_type_get_parameter(type, "charset"));
		part->name = name != NULL ? header_join_text(name) : NULL;
	}
	if (part->boundary != NULL && *part->boundary == '\0')
		g_clear_pointer(&part->boundary, g_free);
	g_object_unref(type);
}

/* A name here goes before one in the type. */
static void read_disposition(MimePart *part, const char *value)
{
	GMimeContentDisposition *disposition =
	        value != NULL ? g_mime_content_disposition_parse(NULL, value) : NULL;

	if (disposition == NULL)
		return;
	part->is_attached = g_mime_content_disposition_is_attachment(disposition);
	const char *name = g_mime_content_disposition_get_parameter(disposition, "filename");
	if (name != NULL) {
		g_free(part->name);
		part->name = header_join_text(name);
	}
	g_object_unref(disposition);
}

MimePart *mime_part_read(const char *header)
{
	MimePart *part = g_new0(MimePart, 1);
	g_autofree char *type = field(header, "Content-Type");
	g_autofree char *disposition = field(header, "Content-Disposition");
	g_autofree char *encoding = field(header, "Content-Transfer-Encoding");

	read_type(part, type);
	read_disposition(part, disposition);
	part->encoding = g_mime_content_encoding_from_string(encoding != NULL ? encoding : "");
	return part;
}

void mime_part_free(MimePart *part)
{
	g_free(part->boundary);
	g_free(part->charset);
	g_free(part->name);
	g_free(part);
}
