/* mime_decoder.c: base64 and quoted-printable by our own code, since GMime's base64 ends with the
 * first padding, and its "=" goes on only right at the end of a line; the others by GMime. */
#include "milter/mime_decoder.h"

#include <string.h>

#define NAME_MAX_OCTETS 20

GMimeContentEncoding mime_decoder_encoding(const char *value)
{
	char name[NAME_MAX_OCTETS + 1] = "";
	gsize length = 0;
	guint depth = 0; /* of comments */

	for (const char *c = value != NULL ? value : ""; *c != '\0' && *c != ';'; c++) {
		if (*c == '(')
			depth++;
		else if (*c == ')' && depth > 0)
			depth--;
		else if (depth == 0 && g_ascii_isalnum(*c) && length < NAME_MAX_OCTETS)
			name[length++] = g_ascii_tolower(*c);
	}
	name[length] = '\0';
	if (strcmp(name, "base64") == 0)
		return GMIME_CONTENT_ENCODING_BASE64;
	if (strcmp(name, "quotedprintable") == 0)
		return GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
	if (strcmp(name, "uuencode") == 0 || strcmp(name, "xuuencode") == 0 ||
	        strcmp(name, "xuue") == 0 || strcmp(name, "uue") == 0)
		return GMIME_CONTENT_ENCODING_UUENCODE;
	return GMIME_CONTENT_ENCODING_DEFAULT;
}

void mime_decoder_begin(MimeDecoder *decoder, GMimeContentEncoding encoding)
{
	*decoder = (MimeDecoder){0};
	g_mime_encoding_init_decode(&decoder->other, encoding);
}

gsize mime_decoder_step(MimeDecoder *decoder, const char *octets, gsize length, char *out)
{
	g_assert(length <= MIME_DECODER_PIECE &&
	         g_mime_encoding_outlen(&decoder->other, length) <= MIME_DECODER_ROOM);
	switch (decoder->other.encoding) {
	case GMIME_CONTENT_ENCODING_BASE64:
		return base64_read(&decoder->base64, octets, length, out);
	case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
		return quoted_read(&decoder->quoted, octets, length, out);
	default:
		return g_mime_encoding_step(&decoder->other, octets, length, out);
	}
}

gsize mime_decoder_end(MimeDecoder *decoder, char *out)
{
	switch (decoder->other.encoding) {
	case GMIME_CONTENT_ENCODING_BASE64:
		return base64_read_end(&decoder->base64, out);
	case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
		return quoted_read_end(&decoder->quoted, out);
	default:
		return g_mime_encoding_flush(&decoder->other, "", 0, out);
	}
}

gboolean mime_decoder_is_binary(const MimeDecoder *decoder)
{
	return decoder->other.encoding == GMIME_CONTENT_ENCODING_BASE64 ||
	       decoder->other.encoding == GMIME_CONTENT_ENCODING_UUENCODE;
}
