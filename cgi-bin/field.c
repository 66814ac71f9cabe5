/* field.c: reads fields of a form as the kinds of values that pages ask for, and notes errors. */
#include "cgi-bin/field.h"

#include <string.h>

#include "cgi-bin/format.h"
#include "cgi-bin/text.h"
#include "lib/base/error.h"
#include "lib/base/text_check.h"

#define MAX_DAY 32 /* octets */
/* Of what is one of a few words, or a number: what is longer isn't one, and is told so. */
#define ANY_LENGTH G_MAXSIZE

/* What the field says of itself; NULL: what all say. */
static const char *own_reason(Request *req, const char *field, const char *reason)
{
	g_autofree char *key = g_strdup_printf("error.%s.%s", field, reason);

	return text_or_null(req, key);
}

const char *field_reason(Request *req, const char *field, const char *reason)
{
	g_autofree char *common = g_strdup_printf("error.%s", reason);
	const char *own = own_reason(req, field, reason);

	return own != NULL ? own : text(req, common);
}

/* max: octets, as many as characters but for those beyond ASCII. */
static void error_too_long(Request *req, const char *name, gsize max)
{
	g_autofree char *number = format_count(req, max);
	g_autofree char *common = text_with(req, "error.longer", number, NULL);
	const char *own = own_reason(req, name, "too_long");

	field_error_text(req, name, own != NULL ? own : common);
}

/* The field's value after the checks that all kinds share; "" if it wasn't sent. */
static char *field_value(Request *req, const char *name, gboolean lines, gsize max)
{
	const FormField *field = form_find(req->form, name);

	if (field == NULL)
		return NULL;
	if (form_count(req->form, name) > 1)
		field_error(req, name, "repeated");
	else if (field->bad || text_has_control(field->value, lines))
		field_error(req, name, "control");
	else if (strlen(field->value) > max)
		error_too_long(req, name, max);
	return field->value;
}

const char *field_line(Request *req, const char *name, gsize max)
{
	const FormField *field = form_find(req->form, name);

	/* A line break that only a browser's paste left at the end is white space, inside it isn't.
	 */
	if (field != NULL && !field->bad)
		text_strip(field->value);
	const char *value = field_value(req, name, FALSE, max);
	return value != NULL ? value : "";
}

/* A day written as 24.12.2026 becomes 2026-12-24; what isn't one stays as it was typed. */
static void unify_day(FormField *field)
{
	char *end = NULL;
	const char *text = field->value;
	guint64 parts[3] = {0};

	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
		if (!g_ascii_isdigit(*text))
			return;
		parts[i] = g_ascii_strtoull(text, &end, 10);
		if (*end != (i < 2 ? '.' : '\0'))
			return;
		text = end + 1;
	}
	if (parts[0] > 31 || parts[1] > 12 || parts[2] > 9999 ||
	        !g_date_valid_dmy((GDateDay)parts[0], (GDateMonth)parts[1], (GDateYear)parts[2]))
		return;
	g_free(field->value);
	field->value = g_strdup_printf(
	        "%04u-%02u-%02u", (guint)parts[2], (guint)parts[1], (guint)parts[0]);
}

/* The form's own field, to be put into one form. */
static FormField *form_own(const Form *form, const char *name)
{
	for (guint i = 0; i < form->fields->len; i++) {
		FormField *field = form->fields->pdata[i];
		if (strcmp(field->name, name) == 0)
			return field;
	}
	return NULL;
}

const char *field_date(Request *req, const char *name)
{
	FormField *field = form_own(req->form, name);

	field_line(req, name, MAX_DAY);
	if (field != NULL && !field->bad)
		unify_day(field);
	return field != NULL ? field->value : "";
}

static void unify_line_ends(char *text)
{
	char *to = text;

	for (const char *from = text; *from != '\0'; from++) {
		if (*from == '\r' && from[1] == '\n')
			continue;
		*to++ = *from == '\r' ? '\n' : *from;
	}
	*to = '\0';
}

const char *field_text(Request *req, const char *name, gsize max)
{
	const FormField *field = form_find(req->form, name);

	if (field != NULL)
		unify_line_ends(field->value);
	const char *value = field_value(req, name, TRUE, max);
	return value != NULL ? value : "";
}

const char *field_secret(Request *req, const char *name, gsize max)
{
	const char *value = field_value(req, name, FALSE, max);

	return value != NULL ? value : "";
}

gboolean field_ticked(Request *req, const char *name)
{
	const char *value = field_value(req, name, FALSE, ANY_LENGTH);

	if (value == NULL)
		return FALSE;
	if (strcmp(value, "1") != 0)
		field_error(req, name, "choice");
	return TRUE;
}

guint64 field_number(Request *req, const char *name, guint64 min, guint64 max)
{
	guint64 number = 0;
	const char *value = field_line(req, name, ANY_LENGTH);

	if (!g_ascii_string_to_unsigned(value, 10, min, max, &number, NULL))
		field_error(req, name, "number");
	return number;
}

GArray *field_numbers(Request *req, const char *name)
{
	return field_numbers_or_all(req, name, NULL);
}

GArray *field_numbers_or_all(Request *req, const char *name, gboolean *all)
{
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint64));

	for (guint i = 0; i < req->form->fields->len; i++) {
		const FormField *field = req->form->fields->pdata[i];
		guint64 number = 0;

		if (strcmp(field->name, name) != 0)
			continue;
		if (all != NULL && strcmp(field->value, "all") == 0)
			*all = TRUE;
		else if (field->bad || !g_ascii_string_to_unsigned(
		                               field->value, 10, 1, G_MAXINT64, &number, NULL))
			field_error(req, name, "choice");
		else
			g_array_append_val(numbers, number);
	}
	return numbers;
}

guint64 field_version(Request *req)
{
	const FormField *field = form_find(req->form, "version");
	guint64 version = 0;

	if (field != NULL && !field->bad && form_count(req->form, "version") == 1)
		g_ascii_string_to_unsigned(field->value, 10, 1, G_MAXUINT32, &version, NULL);
	return version;
}

const char *field_choice(Request *req, const char *name, const char *const *choices)
{
	const char *value = field_line(req, name, ANY_LENGTH);

	for (const char *const *choice = choices; *choice != NULL; choice++)
		if (strcmp(*choice, value) == 0)
			return *choice;
	field_error(req, name, "choice");
	return choices[0];
}

const char *query_line(Request *req, const char *name, gsize max)
{
	const FormField *field = form_find(req->query, name);

	if (field == NULL || field->bad)
		return "";
	text_strip(field->value);
	return strlen(field->value) <= max && !text_has_control(field->value, FALSE) ? field->value
	                                                                             : "";
}

const char *query_date(Request *req, const char *name)
{
	FormField *field = form_own(req->query, name);

	if (*query_line(req, name, ANY_LENGTH) == '\0')
		return "";
	unify_day(field);
	return field->value;
}

const char *query_words(Request *req, const char *name, gsize max)
{
	const char *words = query_line(req, name, ANY_LENGTH);

	if (strlen(words) > max)
		error_too_long(req, name, max);
	return words;
}

void field_error_text(Request *req, const char *field, const char *text_ready)
{
	for (guint i = 0; i < req->errors->len; i++)
		if (strcmp(((const FieldError *)req->errors->pdata[i])->field, field) == 0)
			return; /* the first reason is the one to mend first */
	FieldError *error = g_new0(FieldError, 1);
	error->field = g_intern_string(field);
	error->text = g_strdup(text_ready);
	g_ptr_array_add(req->errors, error);
}

void field_error(Request *req, const char *field, const char *reason)
{
	field_error_text(req, field, field_reason(req, field, reason));
}

gboolean field_take_error(Request *req, GError **error)
{
	if (ps_error_field(*error) == NULL)
		return FALSE;
	for (guint i = 0; ps_error_field_at(*error, i) != NULL; i++)
		field_error(req, ps_error_field_at(*error, i), ps_error_reason_at(*error, i));
	g_clear_error(error);
	return TRUE;
}

gboolean field_take_failure(Request *req, GError **failure, GError **error)
{
	if (*failure == NULL || g_error_matches(*failure, PS_ERROR, PS_ERROR_CONFLICT) ||
	        field_take_error(req, failure))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(failure));
	return FALSE;
}

gboolean field_has_errors(const Request *req)
{
	return req->errors->len > 0;
}

gboolean field_is_secret(const Request *req, const char *name)
{
	static const char *const secrets[] = {
	        "csrf", "password", "old_password", "new_password", "new_password_again", NULL};
	/* Where new_password only ticks whose password is to be a new one. */
	static const char *const ticking[] = {
	        "/users/{id}/leave", "/mailboxes/{id}/assignments/{id}/end", NULL};

	return g_strv_contains(secrets, name) &&
	       !(strcmp(name, "new_password") == 0 && g_strv_contains(ticking, req->pattern));
}
