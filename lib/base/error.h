/* error.h: the one kind of error that lib reports.
 *
 * PS_ERROR is a GError domain; the code says what a caller can do about it, the message is
 * English prose for logs and the command line. PS_ERROR_INVALID also names the form field and a
 * short reason (a word such as "taken"); a page turns those into a sentence of its language.
 */
#ifndef POSTSTELLE_LIB_BASE_ERROR_H
#define POSTSTELLE_LIB_BASE_ERROR_H

#include <glib.h>

typedef enum {
	PS_ERROR_INVALID,     /* the input; field and reason are set */
	PS_ERROR_NOT_FOUND,   /* isn't there, or the actor may not know that it is */
	PS_ERROR_FORBIDDEN,   /* there, but not for this actor */
	PS_ERROR_CONFLICT,    /* somebody else saved first (version differs) */
	PS_ERROR_DUPLICATE,   /* a unique key exists (message names it: "key mailbox_address") */
	PS_ERROR_UNAVAILABLE, /* the database or another server can't be reached now */
	PS_ERROR_UNCERTAIN,   /* the same, and what was to be saved may or may not have been */
	PS_ERROR_SEALED,      /* a sealed password can't be opened: its key is missing, or it was
	                         changed */
	PS_ERROR_UNLOGGED,    /* the change log can't be written, so nothing was done */
	PS_ERROR_INTERNAL,    /* a bug or a broken installation */
} PsErrorCode;

#define PS_ERROR (ps_error_quark())
GQuark ps_error_quark(void);

/* Sets a PS_ERROR_INVALID, or adds to one that is set: a check goes on to the end, so that somebody
 * hears of everything at once. field and reason are static strings; the rest is a message, of which
 * the first counts. */
void ps_invalid(GError **error, const char *field, const char *reason, const char *format, ...)
        G_GNUC_PRINTF(4, 5);

/* Sets a PS_ERROR_CONFLICT: WHAT was changed meanwhile. Returns FALSE. */
gboolean ps_conflict(GError **error, const char *what);

/* The field and reason of a PS_ERROR_INVALID; NULL for every other error. Borrowed. */
const char *ps_error_field(const GError *error);
const char *ps_error_reason(const GError *error);
/* The same of those added: 0 is the first itself. NULL: there is none of that number. */
const char *ps_error_field_at(const GError *error, guint number);
const char *ps_error_reason_at(const GError *error, guint number);

#endif
