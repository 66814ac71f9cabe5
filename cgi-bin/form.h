/*
 * form.h: fields of a query string or an application/x-www-form-urlencoded body.
 *
 * Parsing never fails as a whole because of one bad value: a field with invalid UTF-8 or a NUL
 * is kept (repaired) and marked, and reading it notes an error for that field.
 */
#ifndef POSTSTELLE_CGI_FORM_H
#define POSTSTELLE_CGI_FORM_H

#include <glib.h>

#define FORM_MAX_FIELDS 900
#define FORM_MAX_NAME 64

typedef struct {
	char *name;
	char *value;  /* valid UTF-8 without NUL */
	gboolean bad; /* the value as sent was neither */
} FormField;

typedef struct {
	GPtrArray *fields; /* FormField, in the order sent */
} Form;

/* NULL: more than FORM_MAX_FIELDS fields, or broken percent-encoding. Free: form_free(). */
Form *form_parse(const char *text, gsize length);
Form *form_new(void);
void form_free(Form *form);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Form, form_free)

/* The first field of that name; NULL if there is none. */
const FormField *form_find(const Form *form, const char *name);
/* How many fields have that name. */
guint form_count(const Form *form, const char *name);

typedef struct {
	const char *field;
	char *text;
} FormError;

typedef struct Request Request;

/*
 * Reading req->form. Each notes an error (page_error texts "error.FIELD.REASON" or
 * "error.REASON") for a value that can't be taken and returns what could be read of it; sent
 * twice is an error ("repeated"). max is in octets.
 */
/* One line: white space at both ends removed, no control characters. Missing: "". */
const char *form_line(Request *req, const char *name, gsize max);
/* Several lines, CR LF and CR become LF. Missing: "". */
const char *form_text(Request *req, const char *name, gsize max);
/* As typed (passwords): nothing trimmed; control characters are an error. */
const char *form_secret(Request *req, const char *name, gsize max);
/* A tick box: "1" or not sent. */
gboolean form_ticked(Request *req, const char *name);
/* A decimal number; error "number" and 0 when it isn't one within the bounds. */
guint64 form_number(Request *req, const char *name, guint64 min, guint64 max);
/* All fields of that name, decimal numbers of rows; error "choice" for one that isn't. Free:
 * g_array_unref() (of guint64). */
GArray *form_numbers(Request *req, const char *name);
/* The field "version": the number that the form was opened with; 0, which no row ever has, if it
 * wasn't sent or is no number: the save is then a conflict, which loses nothing. */
guint64 form_version(Request *req);
/* One of the words in choices (NULL-terminated); error "choice" and the first one otherwise. */
const char *form_choice(Request *req, const char *name, const char *const *choices);

/* The same, quietly, for the query of a GET: a bad value is as if it weren't there (""). */
const char *query_line(Request *req, const char *name, gsize max);
/* What somebody searches for: too long is an error "too_long" beside it. */
const char *query_words(Request *req, const char *name, gsize max);

/* Notes an error of a field by its reason ... */
void form_error(Request *req, const char *field, const char *reason);
/* ... or with a text that is ready ... */
void form_error_text(Request *req, const char *field, const char *text);
/* ... or from lib: TRUE if error is PS_ERROR_INVALID with a field (then it is cleared). */
gboolean form_take_error(Request *req, GError **error);
gboolean form_has_errors(const Request *req);

#endif
