/* upload.c: puts a form with a file into a nameless file, and takes it apart there with GMime. */
#include "cgi-bin/upload.h"

#include <string.h>
#include <unistd.h>

#include <gmime/gmime.h>

#define PIECE 65536
#define MAX_PARTS 50
#define MAX_TEXTS (400 * 1024) /* octets of all fields but the file */
#define MAX_TYPE 300

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeObject, g_object_unref)

static const char *said(Request *req, const char *name)
{
	const char *value = req->transport->param(req->transport, name);

	return value != NULL ? value : "";
}

gboolean upload_is_one(Request *req)
{
	static const char wanted[] = "multipart/form-data;";

	return g_ascii_strncasecmp(said(req, "CONTENT_TYPE"), wanted, strlen(wanted)) == 0;
}

/* The body behind a head that says what it is; NULL: req->status says what is wrong. */
static FILE *spool(Request *req, gsize limit)
{
	const char *type = said(req, "CONTENT_TYPE");
	guint64 left = 0;

	req->status = 400;
	if (strlen(type) > MAX_TYPE || !g_str_is_ascii(type) || strpbrk(type, "\r\n") != NULL ||
	        !g_ascii_string_to_unsigned(
	                said(req, "CONTENT_LENGTH"), 10, 0, G_MAXINT64, &left, NULL))
		return NULL;
	if (left > limit) {
		req->status = 413;
		return NULL;
	}
	g_autofree char *piece = g_malloc(PIECE);
	FILE *file = tmpfile();
	gboolean ok = file != NULL && fprintf(file, "Content-Type: %s\r\n\r\n", type) > 0;
	while (ok && left > 0) {
		gssize got = req->transport->read(
		        req->transport, piece, (gsize)MIN(left, (guint64)PIECE));
		ok = got > 0 && fwrite(piece, 1, (gsize)got, file) == (gsize)got;
		left -= ok ? (guint64)got : 0;
		if (got > 0 && !ok)
			req->status = 500;
	}
	if (file != NULL && ok && fflush(file) == 0)
		return file;
	if (file == NULL)
		req->status = 500;
	else
		fclose(file);
	return NULL;
}

/* ---- the parts ---- */

typedef struct {
	Request *req;
	Form *form;
	gsize texts; /* octets */
	gboolean ok;
} Parts;

static void take_text(Parts *parts, const char *name, GMimeDataWrapper *content)
{
	g_autoptr(GMimeStream) memory = g_mime_stream_mem_new();
	gint64 length = g_mime_stream_length(g_mime_data_wrapper_get_stream(content));

	if (length < 0 || (gsize)length > MAX_TEXTS - parts->texts) {
		parts->req->status = 413;
		parts->ok = FALSE;
		return;
	}
	parts->texts += (gsize)length;
	g_mime_data_wrapper_write_to_stream(content, memory);
	const GByteArray *octets = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
	form_add(parts->form, name, (const char *)octets->data, octets->len);
}

static void take_file(Parts *parts, GMimeDataWrapper *content)
{
	FILE *file = tmpfile();

	if (file == NULL) {
		parts->req->status = 500;
		parts->ok = FALSE;
		return;
	}
	g_autoptr(GMimeStream) stream = g_mime_stream_fs_new(dup(fileno(file)));
	parts->ok = g_mime_data_wrapper_write_to_stream(content, stream) >= 0 &&
	            g_mime_stream_flush(stream) == 0;
	rewind(file);
	if (parts->req->upload != NULL)
		fclose(parts->req->upload);
	parts->req->upload = file;
}

static void take_part(Parts *parts, GMimeObject *part)
{
	GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(part);
	const char *name = disposition != NULL
	                           ? g_mime_content_disposition_get_parameter(disposition, "name")
	                           : NULL;

	if (!parts->ok || !GMIME_IS_PART(part) || name == NULL || strlen(name) > FORM_MAX_NAME)
		return;
	const char *filename = g_mime_content_disposition_get_parameter(disposition, "filename");
	GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(part));
	if (content == NULL) {
		if (filename == NULL)
			form_add(parts->form, name, "", 0);
		return;
	}
	if (strcmp(name, "file") != 0)
		take_text(parts, name, content);
	else if (filename != NULL && *filename != '\0')
		take_file(parts, content);
}

static gboolean take_parts(Request *req, FILE *body)
{
	rewind(body);
	g_autoptr(GMimeStream) stream = g_mime_stream_fs_new(dup(fileno(body)));
	g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
	g_autoptr(GMimeObject) whole = g_mime_parser_construct_part(parser, NULL);
	g_autoptr(Form) form = form_new();
	Parts parts = {.req = req, .form = form, .ok = TRUE};

	req->status = 400;
	if (!GMIME_IS_MULTIPART(whole) ||
	        g_mime_multipart_get_count(GMIME_MULTIPART(whole)) > MAX_PARTS)
		return FALSE;
	for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(whole)); i++)
		take_part(&parts, g_mime_multipart_get_part(GMIME_MULTIPART(whole), i));
	if (!parts.ok)
		return FALSE;
	form_free(req->form);
	req->form = g_steal_pointer(&form);
	return TRUE;
}

gboolean upload_read(Request *req, gsize limit)
{
	g_mime_init();
	FILE *body = spool(req, limit);

	if (body == NULL)
		return FALSE;
	gboolean taken = take_parts(req, body);
	fclose(body);
	return taken;
}
