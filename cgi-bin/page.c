/* page.c: fills the data set, renders the template, sends the page with one write. */
#include "cgi-bin/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cgi-bin/field.h"
#include "cgi-bin/format.h"
#include "cgi-bin/list_place.h"
#include "cgi-bin/page_fit.h"
#include "cgi-bin/status.h"
#include "cgi-bin/text.h"
#include "lib/base/address_readable.h"
#include "lib/base/digits.h"

#define FLASH_COOKIE "poststelle_flash"
#define FLASH_SECONDS 60

static const char security_headers[] =
        "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self' data:; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Referrer-Policy: same-origin\r\n"
        "Cache-Control: no-store\r\n";

/* ---- data set ---- */

static void must(NEOERR *err, const char *name)
{
	if (err != STATUS_OK) { /* out of memory is the only way */
		nerr_ignore(&err);
		g_error("page: can't set %s", name);
	}
}

static HDF *data(Request *req)
{
	if (req->hdf == NULL)
		must(hdf_init(&req->hdf), "anything");
	return req->hdf;
}

static void set(HDF *node, const char *name, const char *value)
{
	must(hdf_set_value(node, name, value), name);
}

void page_set(Request *req, const char *name, const char *value)
{
	if (value != NULL)
		set(data(req), name, value);
}

void page_set_address(Request *req, const char *name, const char *address)
{
	g_autofree char *shown = address_readable(address);

	page_set(req, name, shown);
}

void page_set_number(Request *req, const char *name, guint64 value)
{
	char room[DIGITS_ROOM];

	set(data(req), name, digits(room, value));
}

void page_set_count(Request *req, const char *name, guint count)
{
	g_autofree char *number = format_count(req, count);

	page_set(req, name, number);
}

void page_set_flag(Request *req, const char *name, gboolean value)
{
	if (value)
		set(data(req), name, "1");
}

void page_setf(Request *req, const char *name, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *value = g_strdup_vprintf(format, args);
	va_end(args);
	set(data(req), name, value);
}

HDF *page_node(Request *req, const char *name)
{
	HDF *node = NULL;

	must(hdf_get_node(data(req), name, &node), name);
	return node;
}

HDF *page_item(HDF *list, guint index)
{
	char room[DIGITS_ROOM];
	HDF *node = NULL;

	must(hdf_get_node(list, digits(room, index), &node), "an item");
	return node;
}

void page_item_set(HDF *item, const char *name, const char *value)
{
	if (value != NULL)
		set(item, name, value);
}

void page_item_take(HDF *item, const char *name, char *value)
{
	if (value != NULL)
		must(hdf_set_buf(item, name, value), name);
}

void page_item_set_number(HDF *item, const char *name, guint64 value)
{
	char room[DIGITS_ROOM];

	set(item, name, digits(room, value));
}

void page_item_set_address(HDF *item, const char *name, const char *address)
{
	page_item_take(item, name, address_readable(address));
}

static void remove_value(HDF *node, const char *name)
{
	NEOERR *err = hdf_remove_tree(node, name);

	nerr_ignore(&err);
}

/* ---- place of the page ---- */

typedef struct {
	const char *area, *tab;
	struct {
		const char *key, *path;
	} trail[4];
} Place;

static const Place places[] = {
        [AREA_NONE] = {"", NULL, {{NULL, NULL}}},
        [AREA_MY] = {"my", NULL, {{NULL, NULL}}},
        [AREA_JOURNAL] = {"journal", NULL, {{"nav.journal", "/journal"}}},
        [AREA_SETTINGS] = {"settings", NULL,
                {{"nav.extras", "/extras"}, {"nav.settings", "/settings"}}},
        [AREA_SETTINGS_EMAIL] = {"settings", "email",
                {{"nav.extras", "/extras"}, {"nav.settings", "/settings"},
                        {"nav.base_settings", "/mailboxes"}, {"nav.email", "/mailboxes"}}},
        [AREA_SETTINGS_OTHER] = {"settings", "other",
                {{"nav.extras", "/extras"}, {"nav.settings", "/settings"},
                        {"nav.base_settings", "/mailboxes"}, {"nav.other", "/settings/other"}}},
        [AREA_USERS] = {"users", NULL, {{"nav.users", "/users"}}},
        [AREA_DOMAINS] = {"domains", NULL, {{"nav.domains", "/domains"}}},
        [AREA_CHANGES] = {"changes", NULL, {{"nav.changes", "/changes"}}},
        [AREA_ACCOUNT] = {"account", NULL, {{"nav.account", "/account"}}},
};

static HDF *add_crumb(Request *req, const char *label, const char *path)
{
	HDF *crumbs = page_node(req, "crumbs");
	guint count = 0;

	for (HDF *child = hdf_obj_child(crumbs); child != NULL; child = hdf_obj_next(child))
		count++;
	HDF *item = page_item(crumbs, count);
	page_item_set(item, "text", label);
	if (path != NULL) {
		g_autofree char *href = g_strconcat(req->prefix, path, NULL);
		page_item_set(item, "href", href);
	}
	return item;
}

void page_crumb(Request *req, const char *label, const char *path)
{
	remove_value(data(req), "page.tab");
	add_crumb(req, label, path);
}

static gsize trail_length(const Place *place)
{
	gsize length = 0;

	while (length < G_N_ELEMENTS(place->trail) && place->trail[length].key != NULL)
		length++;
	return length;
}

/* The last step: the list as it was left. Where it is a main area as well, which leads to the list
 * as a whole, the step says so. */
static void add_place(Request *req, const char *key, const char *path, gboolean is_area)
{
	g_autofree char *left = list_place_path(req, path);
	HDF *item = add_crumb(req, text(req, key), left);

	page_setf(req, "list.href", "%s%s", req->prefix, left);
	page_item_set(item, "left", is_area && strcmp(left, path) != 0 ? "1" : NULL);
}

void page_begin(Request *req, Area area, const char *title)
{
	const Place *place = &places[area];

	page_set(req, "page.title", title);
	page_set(req, "page.area", place->area);
	page_set(req, "page.tab", place->tab);
	if (req->session != NULL)
		add_crumb(req, text(req, "nav.home"), "/my");
	gsize length = trail_length(place);
	for (gsize i = 0; i + 1 < length; i++)
		add_crumb(req, text(req, place->trail[i].key), place->trail[i].path);
	if (length > 0)
		add_place(req, place->trail[length - 1].key, place->trail[length - 1].path,
		        length == 1);
}

void page_keep_typed(Request *req)
{
	for (guint i = 0; i < req->form->fields->len; i++) {
		const FormField *field = req->form->fields->pdata[i];
		if (field_is_secret(req, field->name) || strpbrk(field->name, ". ") != NULL ||
		        *field->name == '\0')
			continue;
		g_autofree char *name = g_strconcat("f.", field->name, NULL);
		page_set(req, name, field->value);
	}
}

/* ---- what every page gets ---- */

/* Messages that don't say that something was saved. */
static const char *const nothing_saved[] = {"signed_out", "leave_not_sent", NULL};

static void set_flash(Request *req)
{
	const char *key = request_cookie(req, FLASH_COOKIE);

	if (key == NULL || strcmp(req->method, "GET") != 0)
		return;
	request_set_cookie(req, FLASH_COOKIE, "", -1);
	for (const char *c = key; *c != '\0'; c++)
		if (!g_ascii_islower(*c) && *c != '_')
			return;
	g_autofree char *name = g_strconcat("flash.", key, NULL);
	page_set(req, "flash", text_or_null(req, name));
	page_set_flag(req, "page.done", !g_strv_contains(nothing_saved, key));
}

/* The last step is the page itself: no link. */
static void end_crumbs(Request *req)
{
	HDF *last = NULL;

	for (HDF *child = hdf_get_child(data(req), "crumbs"); child != NULL;
	        child = hdf_obj_next(child))
		last = child;
	if (last != NULL)
		remove_value(last, "href");
}

/* What the page calls a field; else what it is called where it is only named. */
static const char *field_label(Request *req, const char *field)
{
	g_autofree char *node = g_strconcat("label.", field, NULL);
	g_autofree char *common = g_strconcat("field.", field, NULL);
	const char *own = hdf_get_value(data(req), node, NULL);

	return own != NULL ? own : text_or_null(req, common);
}

static void set_common(Request *req)
{
	end_crumbs(req);
	page_set(req, "prefix", req->prefix);
	page_set(req, "lang", req->language);
	page_set(req, "csrf", req->csrf);
	if (req->session != NULL) {
		if (*req->session->office_name != '\0')
			page_set(req, "office", req->session->office_name);
		page_set_number(req, "user.id", req->session->user_id);
		page_set(req, "user.name", req->session->name);
		page_set(req, "user.login", req->session->login);
		page_set_flag(req, "user.admin", req->session->is_admin);
	}
	set_flash(req);
	for (guint i = 0; i < req->errors->len; i++) {
		const FieldError *error = req->errors->pdata[i];
		HDF *item = page_item(page_node(req, "errors"), i);
		page_item_set(item, "text", error->text);
		if (*error->field == '\0')
			continue;
		page_item_set(item, "field", error->field);
		page_item_set(item, "label", field_label(req, error->field));
		g_autofree char *name = g_strconcat("e.", error->field, NULL);
		page_set(req, name, error->text);
	}
}

/* ---- sending ---- */

static void answer(Request *req, int status, const char *type, const char *extra, const char *body,
        gsize length)
{
	g_autoptr(GString) head = g_string_sized_new(1024);

	g_string_append_printf(head,
	        "Status: %d %s\r\nContent-Type: %s\r\nContent-Length: %" G_GSIZE_FORMAT
	        "\r\nX-Poststelle-Route: %s\r\n%s%s%s\r\n",
	        status, status_reason(status), type, length, req->pattern, security_headers,
	        req->headers->str, extra != NULL ? extra : "");
	gsize sent = req->is_head ? 0 : length;
	req->transport->write(req->transport, head->str, head->len, body, sent);
	req->answered = TRUE;
	req->status = status;
	req->sent = head->len + sent;
}

GString *page_render(Request *req, const char *template, GError **error)
{
	g_autoptr(GString) body = g_string_sized_new(24 * 1024);

	return templates_render(
	               req->app->templates, template, req->language, data(req), body, error)
	               ? g_steal_pointer(&body)
	               : NULL;
}

gboolean page_send(Request *req, int status, const char *template, GError **error)
{
	GString *body = req->app->page;
	PageFit fit = {0};

	set_common(req);
	do {
		g_string_truncate(body, 0);
		if (!templates_render(
		            req->app->templates, template, req->language, data(req), body, error))
			return FALSE;
	} while (body->len > PAGE_MAX && page_fit_cut(&fit, data(req)));
	answer(req, status, "text/html; charset=utf-8", NULL, body->str, body->len);
	return TRUE;
}

gboolean page_send_raw(Request *req, int status, const char *type, const char *extra,
        const char *body, gsize length)
{
	answer(req, status, type, extra, body, length);
	return TRUE;
}

gboolean page_redirect(Request *req, const char *flash, const char *path_format, ...)
{
	va_list args;

	va_start(args, path_format);
	g_autofree char *path = g_strdup_vprintf(path_format, args);
	va_end(args);
	if (flash != NULL)
		request_set_cookie(req, FLASH_COOKIE, flash, FLASH_SECONDS);
	g_autofree char *location = g_strdup_printf("Location: %s%s\r\n", req->prefix, path);
	answer(req, 303, "text/plain", location, "", 0);
	return TRUE;
}
