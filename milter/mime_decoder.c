/* mime_decoder.c: base64 by base64_read.h, since GMime's ends with the first padding; the others
 * by GMime. */
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
	g_mime_encoding_init_decode(&decoder->other, encoding);
	decoder->base64 = (Base64Read){0};
}

static gboolean is_base64(const MimeDecoder *decoder)
{
	return decoder->other.encoding == GMIME_CONTENT_ENCODING_BASE64;
}

gsize mime_decoder_step(MimeDecoder *decoder, const char *octets, gsize length, char *out)
{
	g_assert(length <= MIME_DECODER_PIECE &&
	         g_mime_encoding_outlen(&decoder->other, length) <= MIME_DECODER_ROOM);
	return is_base64(decoder) ? base64_read(&decoder->base64, octets, length, out)
	                          : g_mime_encoding_step(&decoder->other, octets, length, out);
}

gsize mime_decoder_end(MimeDecoder *decoder, char *out)
{
	return is_base64(decoder) ? base64_read_end(&decoder->base64, out)
	                          : g_mime_encoding_flush(&decoder->other, "", 0, out);
}

gboolean mime_decoder_is_binary(const MimeDecoder *decoder)
{
	return is_base64(decoder) || decoder->other.encoding == GMIME_CONTENT_ENCODING_UUENCODE;
}
