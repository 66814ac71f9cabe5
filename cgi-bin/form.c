/* form.c: bounded parsing and reading of forms. See form.h. */
#include "cgi-bin/form.h"

#include <string.h>

#include "cgi-bin/page.h"
#include "cgi-bin/request.h"
#include "lib/base/error.h"
#include "lib/base/text_check.h"

static void field_free(gpointer data)
{
	FormField *field = data;

	g_free(field->name);
	g_free(field->value);
	g_free(field);
}

Form *form_new(void)
{
	Form *form = g_new0(Form, 1);

	form->fields = g_ptr_array_new_with_free_func(field_free);
	return form;
}

void form_free(Form *form)
{
	if (form == NULL)
		return;
	g_ptr_array_unref(form->fields);
	g_free(form);
}

/* Percent-decodes one piece ('+' is a blank). NULL: broken encoding. */
static char *decode(const char *text, gsize length, gboolean *bad)
{
	g_autofree char *copy = g_strndup(text, length);

	*bad = memchr(text, '\0', length) != NULL;
	for (char *c = copy; *c != '\0'; c++)
		if (*c == '+')
			*c = ' ';
	g_autoptr(GBytes) bytes = g_uri_unescape_bytes(copy, -1, NULL, NULL);
	if (bytes == NULL)
		return NULL;
	gsize size = 0;
	const char *data = g_bytes_get_data(bytes, &size);
	if (size == 0)
		return g_strdup("");
	if (memchr(data, '\0', size) == NULL && g_utf8_validate(data, (gssize)size, NULL))
		return g_strndup(data, size);
	*bad = TRUE;
	g_autofree char *clean = g_strndup(data, size);
	for (gsize i = 0; i < size; i++)
		clean[i] = data[i] == '\0' ? ' ' : data[i];
	return g_utf8_make_valid(clean, (gssize)size);
}

Form *form_parse(const char *text, gsize length)
{
	g_autoptr(Form) form = form_new();
	const char *end = text + length;

	while (text < end) {
		const char *stop = memchr(text, '&', (gsize)(end - text));
		if (stop == NULL)
			stop = end;
		if (stop > text) {
			const char *equals = memchr(text, '=', (gsize)(stop - text));
			const char *name_end = equals != NULL ? equals : stop;
			const char *value = equals != NULL ? equals + 1 : stop;
			gboolean bad_name = FALSE, bad = FALSE;
			g_autofree char *name = decode(text, (gsize)(name_end - text), &bad_name);
			char *decoded = decode(value, (gsize)(stop - value), &bad);

			if (name == NULL || decoded == NULL ||
			        form->fields->len == FORM_MAX_FIELDS) {
				g_free(decoded);
				return NULL;
			}
			FormField *field = g_new0(FormField, 1);
			field->name = g_steal_pointer(&name);
			field->value = decoded;
			field->bad = bad || bad_name;
			g_ptr_array_add(form->fields, field);
		}
		text = stop + 1;
	}
	return g_steal_pointer(&form);
}

const FormField *form_find(const Form *form, const char *name)
{
	for (guint i = 0; i < form->fields->len; i++) {
		const FormField *field = form->fields->pdata[i];
		if (strcmp(field->name, name) == 0)
			return field;
	}
	return NULL;
}

guint form_count(const Form *form, const char *name)
{
	guint count = 0;

	for (guint i = 0; i < form->fields->len; i++)
		count += strcmp(((const FormField *)form->fields->pdata[i])->name, name) == 0;
	return count;
}

/* The field's value after the checks that all kinds share; "" if it wasn't sent. */
static char *field_value(Request *req, const char *name, gboolean lines, gsize max)
{
	const FormField *field = form_find(req->form, name);

	if (field == NULL)
		return NULL;
	if (form_count(req->form, name) > 1)
		form_error(req, name, "repeated");
	else if (field->bad || text_has_control(field->value, lines))
		form_error(req, name, "control");
	else if (strlen(field->value) > max)
		form_error(req, name, "too_long");
	return field->value;
}

const char *form_line(Request *req, const char *name, gsize max)
{
	const FormField *field = form_find(req->form, name);

	/* A line break that only a browser's paste left at the end is white space, inside it isn't.
	 */
	if (field != NULL && !field->bad)
		g_strstrip(field->value);
	const char *value = field_value(req, name, FALSE, max);
	return value != NULL ? value : "";
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

const char *form_text(Request *req, const char *name, gsize max)
{
	const FormField *field = form_find(req->form, name);

	if (field != NULL)
		unify_line_ends(field->value);
	const char *value = field_value(req, name, TRUE, max);
	return value != NULL ? value : "";
}

const char *form_secret(Request *req, const char *name, gsize max)
{
	const char *value = field_value(req, name, FALSE, max);

	return value != NULL ? value : "";
}

gboolean form_ticked(Request *req, const char *name)
{
	const char *value = field_value(req, name, FALSE, 8);

	if (value == NULL)
		return FALSE;
	if (strcmp(value, "1") != 0)
		form_error(req, name, "choice");
	return TRUE;
}

guint64 form_number(Request *req, const char *name, guint64 min, guint64 max)
{
	guint64 number = 0;
	const char *value = form_line(req, name, 32);

	if (!g_ascii_string_to_unsigned(value, 10, min, max, &number, NULL))
		form_error(req, name, "number");
	return number;
}

GArray *form_numbers(Request *req, const char *name)
{
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint64));

	for (guint i = 0; i < req->form->fields->len; i++) {
		const FormField *field = req->form->fields->pdata[i];
		guint64 number = 0;

		if (strcmp(field->name, name) != 0)
			continue;
		if (field->bad ||
		        !g_ascii_string_to_unsigned(field->value, 10, 1, G_MAXINT64, &number, NULL))
			form_error(req, name, "choice");
		else
			g_array_append_val(numbers, number);
	}
	return numbers;
}

guint64 form_version(Request *req)
{
	const FormField *field = form_find(req->form, "version");
	guint64 version = 0;

	if (field != NULL && !field->bad && form_count(req->form, "version") == 1)
		g_ascii_string_to_unsigned(field->value, 10, 1, G_MAXUINT32, &version, NULL);
	return version;
}

const char *form_choice(Request *req, const char *name, const char *const *choices)
{
	const char *value = form_line(req, name, 64);

	for (const char *const *choice = choices; *choice != NULL; choice++)
		if (strcmp(*choice, value) == 0)
			return *choice;
	form_error(req, name, "choice");
	return choices[0];
}

const char *query_line(Request *req, const char *name, gsize max)
{
	const FormField *field = form_find(req->query, name);

	if (field == NULL || field->bad)
		return "";
	g_strstrip(field->value);
	return strlen(field->value) <= max && !text_has_control(field->value, FALSE) ? field->value
	                                                                             : "";
}

const char *query_words(Request *req, const char *name, gsize max)
{
	const char *words = query_line(req, name, G_MAXSIZE);

	if (strlen(words) > max)
		form_error(req, name, "too_long");
	return words;
}

void form_error_text(Request *req, const char *field, const char *text_ready)
{
	for (guint i = 0; i < req->errors->len; i++)
		if (strcmp(((const FormError *)req->errors->pdata[i])->field, field) == 0)
			return; /* the first reason is the one to mend first */
	FormError *error = g_new0(FormError, 1);
	error->field = g_intern_string(field);
	error->text = g_strdup(text_ready);
	g_ptr_array_add(req->errors, error);
}

void form_error(Request *req, const char *field, const char *reason)
{
	g_autofree char *own = g_strdup_printf("error.%s.%s", field, reason);
	g_autofree char *common = g_strdup_printf("error.%s", reason);
	const char *found = text_or_null(req, own);

	form_error_text(req, field, found != NULL ? found : text(req, common));
}

gboolean form_take_error(Request *req, GError **error)
{
	if (ps_error_field(*error) == NULL)
		return FALSE;
	form_error(req, ps_error_field(*error), ps_error_reason(*error));
	g_clear_error(error);
	return TRUE;
}

gboolean form_has_errors(const Request *req)
{
	return req->errors->len > 0;
}
