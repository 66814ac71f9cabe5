/* mime_decoder.h: undoes the transfer encoding of a part as it comes (RFC 2045 6). */
#ifndef POSTSTELLE_MILTER_MIME_DECODER_H
#define POSTSTELLE_MILTER_MIME_DECODER_H

#include <gmime/gmime.h>

#include "lib/mail/base64_read.h"
#include "lib/mail/quoted_read.h"

#define MIME_DECODER_PIECE 4096                     /* octets that are decoded at once */
#define MIME_DECODER_ROOM (MIME_DECODER_PIECE + 64) /* for what comes out */

typedef struct {
	GMimeEncoding other;
	Base64Read base64;
	QuotedRead quoted;
} MimeDecoder;

/* What a Content-Transfer-Encoding means, however it is written; NULL: none. What isn't known is
 * none. */
GMimeContentEncoding mime_decoder_encoding(const char *value);

void mime_decoder_begin(MimeDecoder *decoder, GMimeContentEncoding encoding);
/* At most MIME_DECODER_PIECE octets; how many it wrote to out, which has MIME_DECODER_ROOM. */
gsize mime_decoder_step(MimeDecoder *decoder, const char *octets, gsize length, char *out);
/* The last ones, which are fewer than 64. */
gsize mime_decoder_end(MimeDecoder *decoder, char *out);
/* Whether line ends aren't a part of what is encoded. */
gboolean mime_decoder_is_binary(const MimeDecoder *decoder);

#endif
