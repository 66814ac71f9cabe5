/* quoted_read.h: quoted-printable (RFC 2045 6.7) as mails have it: blanks between the "=" and the
 * end of its line, small letters in numbers, signs that stand for themselves.
 */
#ifndef POSTSTELLE_LIB_MAIL_QUOTED_READ_H
#define POSTSTELLE_LIB_MAIL_QUOTED_READ_H

#include <glib.h>

#define QUOTED_HELD 32 /* octets that are kept until it is known what they are */

/* {0} before the first octet. */
typedef struct {
	char held[QUOTED_HELD]; /* from a "=" on */
	gsize count;
} QuotedRead;

/* Reads length octets, cut anywhere; how many it wrote to out, at most length + QUOTED_HELD. */
gsize quoted_read(QuotedRead *state, const char *text, gsize length, char *out);
/* What is left when no more comes: at most QUOTED_HELD octets. */
gsize quoted_read_end(QuotedRead *state, char *out);

#endif
