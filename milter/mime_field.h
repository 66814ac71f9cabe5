/* mime_field.h: a value with parameters, as Content-Type and Content-Disposition have it (RFC 2045
 * 5.1, 2183, 2231), however badly it is written. */
#ifndef POSTSTELLE_MILTER_MIME_FIELD_H
#define POSTSTELLE_MILTER_MIME_FIELD_H

#include <glib.h>

typedef struct MimeField MimeField;

/* value: unfolded. Free: mime_field_free(). */
MimeField *mime_field_read(const char *value);
void mime_field_free(MimeField *field);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimeField, mime_field_free)

/* What stands before the parameters, in lower case, without comments and blanks. Borrowed. */
const char *mime_field_main(const MimeField *field);

/* A parameter's octets as they are, the first of that name (in lower case); NULL: none. Borrowed.
 */
const char *mime_field_octets(const MimeField *field, const char *name);

/* A parameter as people read it: RFC 2231 in its charset, encoded words, raw octets
 * (header_join.h); NULL: none. Free: g_free(). */
char *mime_field_text(const MimeField *field, const char *name);

#endif
