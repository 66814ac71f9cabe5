/* mime_part.h: what the header of a MIME part, or of a message, says about it (RFC 2045, 2046,
 * 2183). */
#ifndef POSTSTELLE_MILTER_MIME_PART_H
#define POSTSTELLE_MILTER_MIME_PART_H

#include <gmime/gmime.h>

/* What can't be understood is MIME_PLAIN (RFC 2045 5.2). */
typedef enum { MIME_PLAIN, MIME_HTML, MIME_MULTIPART, MIME_OTHER } MimeKind;

typedef struct {
	MimeKind kind;
	gboolean is_alternative, is_report; /* multipart/... */
	gboolean is_attached;               /* Content-Disposition says so */
	char *boundary;                     /* of a multipart; NULL: none */
	char *charset;                      /* as written; NULL: none */
	char *name;                         /* of a file, as people read it; NULL: none */
	GMimeContentEncoding encoding;
} MimePart;

/* header: lines ended by LF. Free: mime_part_free(). */
MimePart *mime_part_read(const char *header);
void mime_part_free(MimePart *part);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimePart, mime_part_free)

#endif
