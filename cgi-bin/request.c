/* request.c: reads one request within limits and takes care of its cookies. */
#include "cgi-bin/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#define MAX_QUERY 4096
#define MAX_COOKIE_HEADER 8192
#define MAX_COOKIES 50

static const char *param(Request *req, const char *name)
{
	const char *value = req->transport->param(req->transport, name);

	return value != NULL ? value : "";
}

static void error_free(gpointer data)
{
	FieldError *error = data;

	g_free(error->text);
	g_free(error);
}

/* Cookie: a=b; c=d (RFC 6265 4.2.1); the first of a name counts. */
static void read_cookies(Request *req)
{
	const char *header = param(req, "HTTP_COOKIE");

	req->cookies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (strlen(header) > MAX_COOKIE_HEADER)
		return;
	/* One more, for what is left of a longer header. */
	g_auto(GStrv) parts = g_strsplit(header, ";", MAX_COOKIES + 1);
	for (char **part = parts; *part != NULL && part < parts + MAX_COOKIES; part++) {
		char *equals = strchr(g_strstrip(*part), '=');
		if (equals == NULL)
			continue;
		*equals = '\0';
		if (!g_hash_table_contains(req->cookies, *part))
			g_hash_table_insert(req->cookies, g_strdup(*part), g_strdup(equals + 1));
	}
}

static gboolean is_prefix(const char *prefix)
{
	if (*prefix == '\0')
		return TRUE;
	if (*prefix != '/' || g_str_has_suffix(prefix, "/") || strlen(prefix) > 100)
		return FALSE;
	for (const char *c = prefix; *c != '\0'; c++)
		if (!g_ascii_isalnum(*c) && strchr("/-_.", *c) == NULL)
			return FALSE;
	return TRUE;
}

/* Whether the peer of the socket is the web server. */
static gboolean says_secret(Request *req)
{
	const char *secret = req->app->config->web_proxy_secret;
	const char *said = param(req, "POSTSTELLE_SECRET");
	gsize length = strlen(secret);

	return length > 0 && strlen(said) == length && CRYPTO_memcmp(said, secret, length) == 0;
}

gboolean request_open(Request *req, App *app, Transport *transport)
{
	guint8 random[16];

	memset(req, 0, sizeof(*req));
	req->app = app;
	req->db = app->db;
	req->transport = transport;
	const char *id = param(req, "REQUEST_ID");
	if (strlen(id) == sizeof(req->id) - 1 && strspn(id, "0123456789abcdef") == strlen(id)) {
		g_strlcpy(req->id, id, sizeof(req->id));
	} else {
		arc4random_buf(random, sizeof(random));
		for (gsize i = 0; i < sizeof(random); i++)
			g_snprintf(req->id + 2 * i, 3, "%02x", random[i]);
	}
	req->pattern = "-";
	req->headers = g_string_new(NULL);
	req->errors = g_ptr_array_new_with_free_func(error_free);
	req->form = form_new();
	req->status = 400;

	req->method = param(req, "REQUEST_METHOD");
	req->is_head = strcmp(req->method, "HEAD") == 0;
	if (req->is_head)
		req->method = "GET";
	req->from_server = transport->is_trusted || says_secret(req);
	req->client = req->from_server ? param(req, "REMOTE_ADDR") : "";
	req->host = param(req, "HTTP_HOST");
	req->https = req->from_server ? strcmp(param(req, "HTTPS"), "on") == 0
	                              : g_str_has_prefix(app->config->base_url, "https:");
	req->language = language_accepted(param(req, "HTTP_ACCEPT_LANGUAGE"));
	read_cookies(req);

	const char *prefix = param(req, "SCRIPT_NAME");
	req->prefix = g_strdup(is_prefix(prefix) ? prefix : "");
	const char *path = param(req, "PATH_INFO");
	req->path = g_strdup(*path != '\0' ? path : "/");
	gsize query_length = strlen(param(req, "QUERY_STRING"));
	if (strlen(path) > REQUEST_MAX_PATH || query_length > MAX_QUERY) {
		req->status = 414;
		req->query = form_new();
		return FALSE;
	}
	req->query = form_parse(param(req, "QUERY_STRING"), query_length);
	if (req->query == NULL) {
		req->query = form_new();
		return FALSE;
	}
	req->status = 200;
	return TRUE;
}

static gboolean is_form_type(const char *type)
{
	static const char wanted[] = "application/x-www-form-urlencoded";
	gsize length = strcspn(type, "; \t");

	return length == strlen(wanted) && g_ascii_strncasecmp(type, wanted, length) == 0;
}

char *request_read_body(Request *req, gsize limit, gsize *size)
{
	guint64 length = 0;
	gsize have = 0;

	*size = 0;
	req->status = 400;
	if (!g_ascii_string_to_unsigned(
	            param(req, "CONTENT_LENGTH"), 10, 0, G_MAXINT64, &length, NULL))
		return *param(req, "CONTENT_LENGTH") == '\0' ? g_strdup("") : NULL;
	if (length > limit) {
		req->status = 413;
		return NULL;
	}
	g_autofree char *body = g_malloc(length + 1);
	while (have < length) {
		gssize got = req->transport->read(req->transport, body + have, length - have);
		if (got <= 0)
			return NULL; /* the client gave up: shorter than it said */
		have += (gsize)got;
	}
	body[length] = '\0';
	*size = length;
	return g_steal_pointer(&body);
}

gboolean request_read_form(Request *req, gsize limit)
{
	gsize length;
	g_autofree char *body = request_read_body(req, limit, &length);

	if (body == NULL)
		return FALSE;
	if (length == 0)
		return TRUE;
	if (!is_form_type(param(req, "CONTENT_TYPE"))) {
		req->status = 415;
		return FALSE;
	}
	Form *form = form_parse(body, length);
	if (form == NULL)
		return FALSE;
	form_free(req->form);
	req->form = form;
	return TRUE;
}

void request_close(Request *req)
{
	if (req->hdf != NULL)
		hdf_destroy(&req->hdf);
	g_clear_pointer(&req->session, session_free);
	g_clear_pointer(&req->opened, mailbox_opened_free);
	g_clear_pointer(&req->device, g_free);
	g_clear_pointer(&req->device_users, g_array_unref);
	g_clear_pointer(&req->cookies, g_hash_table_unref);
	g_clear_pointer(&req->query, form_free);
	g_clear_pointer(&req->form, form_free);
	if (req->upload != NULL)
		fclose(req->upload);
	g_clear_pointer(&req->errors, g_ptr_array_unref);
	g_clear_pointer(&req->prefix, g_free);
	g_clear_pointer(&req->path, g_free);
	g_clear_pointer(&req->csrf, g_free);
	if (req->headers != NULL)
		g_string_free(g_steal_pointer(&req->headers), TRUE);
}

const char *request_cookie(const Request *req, const char *name)
{
	return g_hash_table_lookup(req->cookies, name);
}

void request_set_cookie(Request *req, const char *name, const char *value, int max_age)
{
	g_string_append_printf(req->headers, "Set-Cookie: %s=%s; Path=%s; HttpOnly; SameSite=Lax",
	        name, value, *req->prefix != '\0' ? req->prefix : "/");
	if (max_age > 0)
		g_string_append_printf(req->headers, "; Max-Age=%d", max_age);
	else if (max_age < 0)
		g_string_append(req->headers, "; Max-Age=0");
	g_string_append(req->headers, req->https ? "; Secure\r\n" : "\r\n");
}

Actor request_actor(const Request *req)
{
	return (Actor){.user_id = req->session->user_id, .login = req->session->login};
}

gboolean request_is_admin(const Request *req)
{
	return req->session != NULL && req->session->is_admin;
}

void request_log(const Request *req, const char *event, const char *detail)
{
	g_autofree char *quoted = g_strescape(detail != NULL ? detail : "", NULL);

	fprintf(stderr, "event=%s request=%s route=\"%s\" detail=\"%.500s\"\n", event, req->id,
	        req->pattern, quoted);
}
