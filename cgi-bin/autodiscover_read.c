/* autodiscover_read.c: reads Autodiscover's XML with GLib's parser, which knows no entities but the
 * five of XML itself, no document type and no network.
 */
#include "cgi-bin/autodiscover_read.h"

#include <string.h>

#define MAX_DEPTH 16

typedef struct {
	GString *address, *schema;
	GString *current; /* of the two, while within one */
	guint depth;
} Reading;

static void start_element(GMarkupParseContext *context, const char *element, const char **names,
        const char **values, gpointer data, GError **error)
{
	Reading *reading = data;
	const char *colon = strrchr(element, ':');
	const char *name = colon != NULL ? colon + 1 : element;

	(void)context;
	(void)names;
	(void)values;
	if (++reading->depth > MAX_DEPTH)
		g_set_error_literal(
		        error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, "too deep");
	else if (strcmp(name, "EMailAddress") == 0)
		reading->current = reading->address;
	else if (strcmp(name, "AcceptableResponseSchema") == 0)
		reading->current = reading->schema;
}

static void end_element(
        GMarkupParseContext *context, const char *element, gpointer data, GError **error)
{
	Reading *reading = data;

	(void)context;
	(void)element;
	(void)error;
	reading->depth--;
	reading->current = NULL;
}

static void collect_text(GMarkupParseContext *context, const char *text_part, gsize length,
        gpointer data, GError **error)
{
	const Reading *reading = data;

	(void)context;
	(void)error;
	if (reading->current != NULL)
		g_string_append_len(reading->current, text_part, (gssize)length);
}

/* Comments and the declaration pass; a document type does not. */
static void other(GMarkupParseContext *context, const char *markup, gsize length, gpointer data,
        GError **error)
{
	(void)context;
	(void)data;
	if (length > 2 && markup[0] == '<' && markup[1] == '!' && markup[2] != '-')
		g_set_error_literal(
		        error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, "a document type");
}

gboolean autodiscover_read(const char *body, gsize size, GString *address, GString *schema)
{
	static const GMarkupParser parser = {start_element, end_element, collect_text, other, NULL};
	Reading reading = {.address = address, .schema = schema};

	if (!g_utf8_validate(body, (gssize)size, NULL))
		return FALSE;
	/* A byte order mark is no part of the text. */
	if (g_str_has_prefix(body, "\xef\xbb\xbf")) {
		body += 3;
		size -= 3;
	}
	GMarkupParseContext *context =
	        g_markup_parse_context_new(&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &reading, NULL);
	gboolean ok = g_markup_parse_context_parse(context, body, (gssize)size, NULL) &&
	              g_markup_parse_context_end_parse(context, NULL);
	g_markup_parse_context_free(context);
	g_strstrip(address->str);
	g_strstrip(schema->str);
	return ok;
}
