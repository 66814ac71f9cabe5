/* carry.c: puts what a form held onto a page, so that it can be sent again. */
#include "cgi-bin/carry.h"

#include <string.h>

#include "cgi-bin/device.h"
#include "cgi-bin/field.h"
#include "cgi-bin/local_path.h"
#include "cgi-bin/own_form.h"
#include "cgi-bin/page.h"
#include "cgi-bin/page_fit.h"
#include "cgi-bin/text.h"
#include "cgi-bin/upload.h"

#define PREFIX "kept." /* of the fields in the sign-in's form; "kept" is where they go */
#define PATH "kept"

/* What the body of a form may have, less what the sign-in adds: of a known browser, of others. */
#define MAX_BODY (500 * 1024)
#define MAX_BODY_STRANGER (60 * 1024)
#define MAX_PAGE (PAGE_MAX - 100 * 1024)
#define FIELD_HTML 200   /* octets around a value on the page */
#define LONGEST_LINE 200 /* octets that are shown as one line */

/* Fields that nobody types. */
static gboolean is_quiet(const char *name)
{
	static const char *const names[] = {
	        "version", "shown", "back", "next", "preview", "find", "user_q_shown", NULL};

	return g_strv_contains(names, name);
}

static void add(Form *form, const FormField *field, const char *name)
{
	FormField *copy = g_new0(FormField, 1);

	copy->name = g_strdup(name);
	copy->value = g_strdup(field->value);
	copy->bad = field->bad;
	g_ptr_array_add(form->fields, copy);
}

Form *carry_take(const Request *req, char **path)
{
	const FormField *to = form_find(req->form, PATH);

	*path = NULL;
	if (to == NULL || strcmp(local_path(to->value), to->value) != 0)
		return NULL;
	Form *form = form_new();
	for (guint i = 0; i < req->form->fields->len; i++) {
		const FormField *field = req->form->fields->pdata[i];
		if (g_str_has_prefix(field->name, PREFIX))
			add(form, field, field->name + strlen(PREFIX));
	}
	*path = g_strdup(to->value);
	return form;
}

/* The request's own form, without what is secret. */
static Form *own_fields(const Request *req, gboolean *had_secret)
{
	Form *form = form_new();

	for (guint i = 0; i < req->form->fields->len; i++) {
		const FormField *field = req->form->fields->pdata[i];
		if (!field_is_secret(req, field->name))
			add(form, field, field->name);
		else if (strcmp(field->name, "csrf") != 0 && *field->value != '\0')
			*had_secret = TRUE;
	}
	return form;
}

/* Octets of a text in the body of a form. */
static gsize sent_size(const char *value)
{
	gsize size = 0;

	for (const char *c = value; *c != '\0'; c++)
		size += g_ascii_isalnum(*c) || strchr("*-._ ", *c) != NULL ? 1 : *c == '\n' ? 6 : 3;
	return size;
}

static gboolean can_carry(Request *req, const Form *form, CarryWay way)
{
	gsize page = 0, body = 0;
	gboolean typed = FALSE;

	for (guint i = 0; i < form->fields->len; i++) {
		const FormField *field = form->fields->pdata[i];
		if (field->bad)
			return FALSE;
		typed = typed || !is_quiet(field->name);
		page += page_fit_size(field->name) + page_fit_size(field->value) + FIELD_HTML;
		body += strlen(PREFIX) + sent_size(field->name) + sent_size(field->value) + 2;
	}
	gboolean known = way == CARRY_AGAIN || device_is_known(req);
	return typed && page <= MAX_PAGE && body <= (known ? MAX_BODY : MAX_BODY_STRANGER);
}

static void fill_field(Request *req, HDF *item, guint index, const FormField *field, gboolean quiet)
{
	g_autofree char *key = g_strconcat("field.", field->name, NULL);
	g_autofree char *id = g_strdup_printf("kept%u", index);

	page_item_set(item, "value", field->value);
	if (quiet || *field->value == '\0')
		return;
	page_item_set(item, "id", id);
	page_item_set(item, "label", text_or_null(req, key) != NULL ? text(req, key) : field->name);
	if (strchr(field->value, '\n') != NULL || strlen(field->value) > LONGEST_LINE)
		page_item_set(item, "lines", "1");
}

void carry_fill(Request *req, CarryWay way)
{
	g_autofree char *path = NULL;
	gboolean had_secret = FALSE;
	g_autoptr(Form) form = carry_take(req, &path);
	gboolean on = form != NULL;

	page_set_flag(req, "kept.file", upload_is_one(req));
	if (!on) {
		form = own_fields(req, &had_secret);
		path = g_strdup(req->path);
	}
	gboolean send = way != CARRY_SHOW && !had_secret && can_carry(req, form, way) &&
	                strcmp(local_path(path), path) == 0 && (on || own_form(req));
	HDF *list = page_node(req, "kept.fields");
	for (guint i = 0; i < form->fields->len; i++) {
		const FormField *field = form->fields->pdata[i];
		HDF *item = page_item(list, i);
		g_autofree char *name =
		        g_strconcat(way == CARRY_SIGN_IN ? PREFIX : "", field->name, NULL);
		page_item_set(item, "name", send ? name : NULL);
		fill_field(req, item, i, field, is_quiet(field->name));
		page_set_flag(req, "kept.any", !is_quiet(field->name) && *field->value != '\0');
	}
	if (send) {
		page_set(req, "kept.action", path + 1);
		page_set(req, "kept.path", path);
	}
}
