/* router.c: finds the route, has guard.c check who asks and the CSRF token, calls the handler. */
#include "cgi-bin/router.h"

#include <string.h>

#include "cgi-bin/device.h"
#include "cgi-bin/error_page.h"
#include "cgi-bin/guard.h"
#include "cgi-bin/language_switch.h"
#include "cgi-bin/login_page.h"
#include "cgi-bin/upload.h"
#include "lib/base/error.h"
#include "lib/mailbox/mailbox_right.h"

static gboolean match_id(const char *segment, gsize length, guint64 *id)
{
	char digits[21];

	if (length == 0 || length >= sizeof(digits) || (segment[0] == '0' && length > 1))
		return FALSE;
	memcpy(digits, segment, length);
	digits[length] = '\0';
	return g_ascii_string_to_unsigned(digits, 10, 0, G_MAXINT64, id, NULL);
}

static gboolean match_token(const char *segment, gsize length, char *token)
{
	if (length == 0 || length > REQUEST_MAX_TOKEN)
		return FALSE;
	for (gsize i = 0; i < length; i++)
		if (!g_ascii_isalnum(segment[i]) && segment[i] != '-' && segment[i] != '_')
			return FALSE;
	memcpy(token, segment, length);
	token[length] = '\0';
	return TRUE;
}

/* What mail programs take for a part of a link that stands in a sentence or in brackets. */
static gsize without_punctuation(const char *segment, gsize length)
{
	while (length > 0 && strchr(".,;:!?)>]\"'", segment[length - 1]) != NULL)
		length--;
	return length;
}

/* Mail programs write it in any case. */
static gboolean match_word(const char *pattern, const char *segment, gsize length)
{
	return g_str_has_prefix(pattern, "autodiscover")
	               ? g_ascii_strncasecmp(pattern, segment, length) == 0
	               : memcmp(pattern, segment, length) == 0;
}

/* Compares path with pattern segment by segment. */
static gboolean match(Request *req, const char *pattern, const char *path)
{
	guint ids = 0;

	for (;;) {
		gsize wanted = strcspn(pattern, "/"), got = strcspn(path, "/");
		gboolean ok;

		if (strncmp(pattern, "{id}", wanted) == 0 && wanted == 4)
			ok = ids < REQUEST_MAX_IDS && match_id(path, got, &req->ids[ids++]);
		else if (strncmp(pattern, "{token}", wanted) == 0 && wanted == 7)
			ok = match_token(path, without_punctuation(path, got), req->token);
		else
			ok = wanted == got && match_word(pattern, path, got);
		if (wanted == 7 && strcmp(pattern, "{token}") == 0 && strcmp(path + got, "/") == 0)
			got++; /* behind a link */
		if (!ok || pattern[wanted] != path[got])
			return FALSE;
		if (pattern[wanted] == '\0')
			return TRUE;
		pattern += wanted + 1;
		path += got + 1;
	}
}

const Route *router_find(Request *req, const char *method, const char *path, GString *allow)
{
	const char *seen = NULL;

	for (gsize i = 0; i < routes_count; i++) {
		const Route *route = &routes[i];
		if (!match(req, route->pattern, path))
			continue;
		if (strcmp(route->method, method) == 0)
			return route;
		req->pattern = route->pattern;
		if (seen == NULL || strcmp(seen, route->method) != 0)
			g_string_append_printf(allow, "%s%s%s", allow->len > 0 ? ", " : "",
			        route->method, strcmp(route->method, "GET") == 0 ? ", HEAD" : "");
		seen = route->method;
	}
	return NULL;
}

typedef enum {
	ACCESS_UNCERTAIN, /* the database can't say */
	ACCESS_NONE,      /* 404: not for this user */
	ACCESS_SIGN_IN,   /* nobody is signed in */
	ACCESS_GRANTED,
} Access;

static Access access_of_session(Request *req, const Route *route, GError **error)
{
	if (req->session == NULL)
		return ACCESS_SIGN_IN;
	if (route->right == RIGHT_SIGNED_IN || request_is_admin(req))
		return ACCESS_GRANTED;
	if (route->right != RIGHT_MAILBOX)
		return ACCESS_NONE;
	switch (mailbox_right_assigned(req->db, req->session->user_id, req->ids[0], error)) {
	case 1:
		return ACCESS_GRANTED;
	case -1:
		return ACCESS_UNCERTAIN;
	default:
		return ACCESS_NONE;
	}
}

static Access find_access(Request *req, const Route *route, GError **error)
{
	gboolean is_open = route->right == RIGHT_PUBLIC || route->right == RIGHT_OPEN_POST;

	req->opens_mailbox = route->max_body == ROUTE_OPENS_MAILBOX;
	/* Open places are open without single sign-on: whose name comes with them nobody checked.
	 */
	if (!guard_identify(req, !is_open, error))
		return ACCESS_UNCERTAIN;
	switch (route->right) {
	case RIGHT_PUBLIC:
	case RIGHT_OPEN_POST:
		return ACCESS_GRANTED;
	case RIGHT_SIGNED_IN:
	case RIGHT_MAILBOX:
	case RIGHT_ADMIN:
		return access_of_session(req, route, error);
	case RIGHT_DENY:
	default:
		return ACCESS_NONE;
	}
}

/* How much is read before it is known what becomes of it: what somebody typed isn't lost with a
 * session that has expired, but a stranger gets no large page for a large form. */
static gsize body_limit(Request *req, const Route *route)
{
	if (route->max_body == 0)
		return ROUTE_MAX_BODY;
	return req->session != NULL || device_is_known(req) ? route->max_body
	                                                    : MIN(route->max_body, ROUTE_MAX_BODY);
}

static gboolean read_form(Request *req, const Route *route)
{
	gsize limit = body_limit(req, route);

	return route->max_body == ROUTE_FILE_BODY && upload_is_one(req)
	               ? upload_read(req, limit)
	               : request_read_form(req, MIN(limit, ROUTE_LARGE_BODY));
}

/* Where sign-in leads after a form: to the page of its address, if that has one. */
static const char *page_of_form(Request *req)
{
	g_autoptr(GString) allow = g_string_new(NULL);
	const char *pattern = req->pattern;
	gboolean has_page = router_find(req, "GET", req->path, allow) != NULL;

	req->pattern = pattern;
	return has_page ? req->path : "/";
}

static gboolean ask_sign_in(Request *req, gboolean has_form, GError **error)
{
	return has_form ? login_page_ask(req, page_of_form(req), error) : login_page_lead(req);
}

static gboolean run_route(Request *req, const Route *route, GError **error)
{
	gboolean has_form = strcmp(route->method, "POST") == 0 && route->right != RIGHT_OPEN_POST;
	g_autoptr(GError) failure = NULL;
	Access access = find_access(req, route, &failure);

	gboolean read = !has_form || read_form(req, route);
	if (access == ACCESS_UNCERTAIN) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (access == ACCESS_NONE) {
		error_page(req, 404);
		return TRUE;
	}
	/* A file is asked for again anyway. */
	gboolean too_large = !read && req->status == 413 && upload_is_one(req);
	if (!read && !(too_large && access == ACCESS_SIGN_IN)) {
		error_page(req, req->status);
		return TRUE;
	}
	if (req->session == NULL)
		language_switch_read(req);
	if (access == ACCESS_SIGN_IN)
		return ask_sign_in(req, has_form, error);
	if (has_form && !guard_check_csrf(req, error))
		return req->answered;
	return route->handler(req, error);
}

gboolean router_send(Request *req, const char *path, Form *form, GError **error)
{
	g_autoptr(GString) allow = g_string_new(NULL);

	form_free(req->form);
	req->form = form;
	g_free(req->path);
	req->path = g_strdup(path);
	const Route *route = router_find(req, "POST", req->path, allow);
	gboolean for_users = route != NULL &&
	                     (route->right == RIGHT_SIGNED_IN || route->right == RIGHT_MAILBOX ||
	                             route->right == RIGHT_ADMIN);
	if (for_users)
		req->pattern = route->pattern;
	switch (for_users ? access_of_session(req, route, error) : ACCESS_NONE) {
	case ACCESS_GRANTED:
		return route->handler(req, error);
	case ACCESS_UNCERTAIN:
		return FALSE;
	default:
		error_page(req, 404);
		return TRUE;
	}
}

void router_dispatch(Request *req)
{
	g_autoptr(GString) allow = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	const Route *route = router_find(req, req->method, req->path, allow);

	if (route == NULL) {
		/* The error page shows who is signed in; if that can't be found out it shows
		 * nobody. */
		if (!guard_identify(req, FALSE, &error))
			g_clear_error(&error);
		if (allow->len > 0) {
			g_string_append_printf(req->headers, "Allow: %s\r\n", allow->str);
			error_page(req, 405);
		} else {
			error_page(req, 404);
		}
		return;
	}
	req->pattern = route->pattern;
	if (!run_route(req, route, &error))
		error_page_for(req, error);
}
