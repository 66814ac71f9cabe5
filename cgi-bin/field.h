/* field.h: reads the fields of a request's form (form.h).
 *
 * Each function notes an error of the field, with the text error.FIELD.REASON or error.REASON, for
 * a value that can't be taken, and returns what could be read of it; sent twice is an error
 * ("repeated"). max is in octets.
 */
#ifndef POSTSTELLE_CGI_FIELD_H
#define POSTSTELLE_CGI_FIELD_H

#include "cgi-bin/request.h"

/* One line: white space and invisible characters at both ends removed, no control characters.
 * Missing: "". */
const char *field_line(Request *req, const char *name, gsize max);
/* Several lines, CR LF and CR become LF. Missing: "". */
const char *field_text(Request *req, const char *name, gsize max);
/* A day: TT.MM.JJJJ is read as YYYY-MM-DD; whether there is such a day is for others to say. */
const char *field_date(Request *req, const char *name);
/* As typed (passwords): nothing trimmed; control characters are an error. */
const char *field_secret(Request *req, const char *name, gsize max);
/* A tick box: "1" or not sent. */
gboolean field_ticked(Request *req, const char *name);
/* A decimal number; error "number" and 0 when it isn't one within the bounds. */
guint64 field_number(Request *req, const char *name, guint64 min, guint64 max);
/* All fields of that name, decimal numbers of rows; error "choice" for one that isn't. Free:
 * g_array_unref() (of guint64). */
GArray *field_numbers(Request *req, const char *name);
/* Likewise; *all becomes TRUE if one of them is the word "all". */
GArray *field_numbers_or_all(Request *req, const char *name, gboolean *all);
/* The field "version": the number that the form was opened with; 0, which no row ever has, if it
 * wasn't sent or is no number: the save is then a conflict, which loses nothing. */
guint64 field_version(Request *req);
/* One of the words in choices (NULL-terminated); error "choice" and the first one otherwise. */
const char *field_choice(Request *req, const char *name, const char *const *choices);

/* The same, quietly, for the query of a GET: a bad value is as if it weren't there (""). */
const char *query_line(Request *req, const char *name, gsize max);
/* A day of any length, as field_date(): whether it is one is the caller's to say. */
const char *query_date(Request *req, const char *name);
/* What somebody searches for: too long is an error "too_long" beside it. */
const char *query_words(Request *req, const char *name, gsize max);

/* The text of a reason: the field's own, else what all say. */
const char *field_reason(Request *req, const char *field, const char *reason);
/* Notes an error of a field by its reason ... */
void field_error(Request *req, const char *field, const char *reason);
/* ... or with a text that is ready; field "": of the form as a whole ... */
void field_error_text(Request *req, const char *field, const char *text);
/* ... or all that lib found: TRUE if error is PS_ERROR_INVALID with a field (then it is cleared).
 */
gboolean field_take_error(Request *req, GError **error);
/* What a save failed with, NULL if it wasn't tried: TRUE if the page tells it, as the error of a
 * field (then *failure is cleared) or as a conflict (then it stays). FALSE: it is moved to error.
 */
gboolean field_take_failure(Request *req, GError **failure, GError **error);
gboolean field_has_errors(const Request *req);

/* Whether a field of the request's form holds what never goes back onto a page: a password, the
 * CSRF token. */
gboolean field_is_secret(const Request *req, const char *name);

#endif
