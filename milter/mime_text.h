/* mime_text.h: the text of a mail and its attachments by name and size, read from the body as it
 * comes (RFC 2045, 2046, 2183), in one pass and bounded memory whatever is sent.
 *
 * Text is what a reader shows without opening anything: text/plain parts in their order, those of
 * HTML as text where there is no text/plain with something to see beside it in the same
 * multipart/alternative, whatever file name they have. Parts marked as attachment, mails within the
 * mail and everything else are attachments, texts with a file name behind the first text as well.
 * What can't be decoded is taken as it is; charsets are read as in lib/mail/charset.h.
 */
#ifndef POSTSTELLE_MILTER_MIME_TEXT_H
#define POSTSTELLE_MILTER_MIME_TEXT_H

#include <glib.h>

#define MIME_TEXT_MAX 65536   /* octets of the text */
#define MIME_PART_TEXT 262144 /* octets of one part that are decoded for it */
#define MIME_TEXT_PARTS 20    /* parts that are */
#define MIME_DEPTH 50         /* multiparts within multiparts; deeper ones are attachments */
#define MIME_PARTS 1000       /* what follows them is not looked at */
#define MIME_ATTACHMENTS 100  /* that are kept */
#define MIME_HEADER_MAX 16384 /* octets of a part's header; the rest is left out */

typedef struct MimeText MimeText;

typedef struct {
	char *name;   /* UTF-8; "" for none */
	guint64 size; /* octets, decoded */
} MimeAttachment;

/* header: the lines of the message's header that concern it (Content-*), ended by LF. Free:
 * mime_text_free(). */
MimeText *mime_text_new(const char *header);
void mime_text_free(MimeText *mime);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimeText, mime_text_free)

/* The next octets of the body, cut anywhere. */
void mime_text_feed(MimeText *mime, const guint8 *octets, gsize length);

/* Ends the body. The text in UTF-8 with LF, without control characters; NULL if there is none.
 * Free: g_free(). */
char *mime_text_finish(MimeText *mime);
/* After that: MimeAttachment, in their order. Borrowed. */
const GPtrArray *mime_text_attachments(const MimeText *mime);
/* After that: whether it is, or holds, a delivery report or a receipt (multipart/report, RFC 6522).
 */
gboolean mime_text_is_report(const MimeText *mime);

#endif
