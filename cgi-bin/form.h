/* form.h: fields of a query string or of the body of a form.
 *
 * Parsing never fails as a whole because of one bad value: a field with invalid UTF-8 or a NUL
 * is kept (repaired) and marked; reading it (field.h) notes an error for that field.
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
/* Adds a field as it came, not percent-encoded. */
void form_add(Form *form, const char *name, const char *text, gsize length);
void form_free(Form *form);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Form, form_free)

/* The first field of that name; NULL if there is none. */
const FormField *form_find(const Form *form, const char *name);
/* How many fields have that name. */
guint form_count(const Form *form, const char *name);

#endif
