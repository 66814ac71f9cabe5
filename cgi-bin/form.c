/* form.c: parses query strings and bodies of forms, within bounds. */
#include "cgi-bin/form.h"

#include <string.h>

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

/* UTF-8 without NUL, repaired if it has to be. */
static char *valid(const char *data, gsize size, gboolean *bad)
{
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
	return valid(data, size, bad);
}

static void add_field(Form *form, char *name, char *value, gboolean bad)
{
	FormField *field = g_new0(FormField, 1);

	field->name = name;
	field->value = value;
	field->bad = bad;
	g_ptr_array_add(form->fields, field);
}

void form_add(Form *form, const char *name, const char *text, gsize length)
{
	gboolean bad_name = FALSE, bad = FALSE;
	char *value = valid(text, length, &bad);

	add_field(form, valid(name, strlen(name), &bad_name), value, bad || bad_name);
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
			add_field(form, g_steal_pointer(&name), decoded, bad || bad_name);
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
