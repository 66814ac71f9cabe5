/* text_check.h: which characters a typed text may have, and how many of them. */
#ifndef POSTSTELLE_LIB_BASE_TEXT_CHECK_H
#define POSTSTELLE_LIB_BASE_TEXT_CHECK_H

#include <glib.h>

#define EMAIL_NAME_MAX 255 /* characters */

/* Whether valid UTF-8 has a control character or a line or paragraph separator; lines: LF and tab
 * are none. */
gboolean text_has_control(const char *text, gboolean lines);

/* Removes white space of any script and invisible characters (U+00A0, U+200B, U+FEFF, U+00AD, marks
 * of direction) at both ends of valid UTF-8, in place; what comes by copying. Returns text. */
char *text_strip(char *text);

/* Whether valid UTF-8 has a character that nobody sees, or a blank other than U+0020: what would be
 * typed again without it. */
gboolean text_has_invisible(const char *text);

/* One line of at most max characters; it may be empty. PS_ERROR_INVALID on field: control (or not
 * UTF-8) or too_long. */
gboolean text_check_line(const char *text, const char *field, glong max, GError **error);

/* An E-Mail-Name, of a mailbox or of a user, trimmed. NULL and PS_ERROR_INVALID on email_name as
 * above. Free: g_free(). */
char *text_check_email_name(const char *typed, GError **error);

#endif
