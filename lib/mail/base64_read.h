/* base64_read.h: base64 (RFC 2045 6.8) as mails have it: in several padded pieces, without the
 * padding at its end, with other characters in between.
 */
#ifndef POSTSTELLE_LIB_MAIL_BASE64_READ_H
#define POSTSTELLE_LIB_MAIL_BASE64_READ_H

#include <glib.h>

/* {0} before the first octet. */
typedef struct {
	guint32 bits; /* of the characters of a group of four that came so far */
	guint count;  /* how many */
} Base64Read;

/* Octets that length characters may give. */
#define BASE64_READ_MAX(length) ((length) / 4 * 3 + 3)

/* Reads length characters, cut anywhere; how many octets it wrote to out, at most
 * BASE64_READ_MAX(length). */
gsize base64_read(Base64Read *state, const char *text, gsize length, char *out);
/* What is left when no more comes: 0 to 2 octets. */
gsize base64_read_end(Base64Read *state, char *out);

#endif
