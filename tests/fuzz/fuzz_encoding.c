/* fuzz_encoding.c: octets of texts in any charset and transfer encoding, cut anywhere. */
#include "tests/fuzz/fuzz.h"

#include <gmime/gmime.h>

#include "lib/base/base64url.h"
#include "lib/mail/charset.h"
#include "milter/mime_decoder.h"

static void check_charset(const char *charset, FuzzInput input)
{
	g_autoptr(GString) octets = g_string_new_len((const char *)input.data, (gssize)input.left);
	g_autofree char *text = charset_to_utf8(octets, charset);
	g_autofree char *by_name = charset_to_utf8_by_name(octets, charset);
	g_autofree char *plain = charset_to_utf8(octets, NULL);
	g_autofree char *without = charset_without_c1(text);

	/* An octet is a character at most, and in some charsets a pair of them. */
	fuzz_is_utf8(text, 8 * input.left + 8);
	fuzz_is_utf8(by_name, 8 * input.left + 8);
	fuzz_is_utf8(plain, 3 * input.left);
	fuzz_is_utf8(without, 8 * input.left + 8);
}

/* What comes out, with pieces of at most that many octets. */
static GByteArray *decode(GMimeContentEncoding encoding, FuzzInput input, gsize piece)
{
	GByteArray *all = g_byte_array_new();
	char out[MIME_DECODER_ROOM];
	MimeDecoder decoder;

	mime_decoder_begin(&decoder, encoding);
	while (input.left > 0) {
		gsize length = MIN(MIN(piece, input.left), (gsize)MIME_DECODER_PIECE);
		gsize got = mime_decoder_step(&decoder, (const char *)input.data, length, out);
		g_assert_cmpuint(got, <=, MIME_DECODER_ROOM);
		g_byte_array_append(all, (const guint8 *)out, (guint)got);
		input.data += length;
		input.left -= length;
	}
	gsize got = mime_decoder_end(&decoder, out);
	g_assert_cmpuint(got, <, 64);
	g_byte_array_append(all, (const guint8 *)out, (guint)got);
	return all;
}

/* However it is cut, the same comes out. */
static void check_decoder(GMimeContentEncoding encoding, FuzzInput input)
{
	static const gsize pieces[] = {1, 3, 76};
	g_autoptr(GByteArray) whole = decode(encoding, input, MIME_DECODER_PIECE);

	for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autoptr(GByteArray) cut = decode(encoding, input, pieces[i]);
		g_assert_cmpmem(whole->data, whole->len, cut->data, cut->len);
	}
}

static void check_base64url(FuzzInput input)
{
	gsize size;
	g_autofree char *text = base64url_encode(input.data, input.left);
	g_autofree guint8 *octets = base64url_decode(text, &size);

	g_assert_cmpmem(octets, size, input.data, input.left);
	g_autofree char *any = fuzz_text(&input);
	g_autofree guint8 *some = base64url_decode(any, &size);
	g_assert_cmpuint(size, <=, strlen(any));
}

/* A charset, a Content-Transfer-Encoding, the octets; NUL between them. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput input = {data, size};
	g_autofree char *charset = fuzz_text(&input), *encoding = fuzz_text(&input);

	check_charset(charset, input);
	GByteArray *some = decode(mime_decoder_encoding(encoding), input, 76);
	g_byte_array_unref(some);
	check_decoder(GMIME_CONTENT_ENCODING_BASE64, input);
	check_decoder(GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE, input);
	check_decoder(GMIME_CONTENT_ENCODING_8BIT, input);
	check_base64url(input);
	return 0;
}
