/* fuzz_request.c: what a browser says of itself: path, query, cookies, languages, addresses. */
#include "tests/fuzz/fuzz.h"

#include "cgi-bin/carry.h"
#include "cgi-bin/field.h"
#include "cgi-bin/local_path.h"
#include "cgi-bin/router.h"
#include "lib/base/client_network.h"

enum { METHOD, PREFIX, PATH, QUERY, COOKIE, LANGUAGE, CLIENT, ID, HOST, SECRET, PARAMS };
static const char *const names[PARAMS] = {"REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO",
        "QUERY_STRING", "HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE", "REMOTE_ADDR", "REQUEST_ID",
        "HTTP_HOST", "POSTSTELLE_SECRET"};

static void check_path(const char *typed)
{
	const char *path = local_path(typed);

	g_assert_true(path[0] == '/' && path[1] != '/' && strlen(path) <= LOCAL_PATH_MAX);
	g_assert_null(strpbrk(path, "\r\n\\ \"<>"));
	g_assert_cmpstr(local_path(path), ==, path);
}

static void check_query(Request *req)
{
	for (guint i = 0; i < req->query->fields->len; i++) {
		const FormField *field = req->query->fields->pdata[i];
		fuzz_is_utf8(field->name, G_MAXSIZE);
		fuzz_is_utf8(field->value, G_MAXSIZE);
		fuzz_is_line(query_line(req, field->name, 100), 400);
		fuzz_is_line(query_date(req, field->name), G_MAXSIZE);
		fuzz_is_line(query_words(req, field->name, 200), G_MAXSIZE);
		check_path(field->value);
	}
}

static void check_cookies(Request *req)
{
	GHashTableIter iter;
	gpointer name, value;

	g_hash_table_iter_init(&iter, req->cookies);
	while (g_hash_table_iter_next(&iter, &name, &value))
		g_assert_true(strpbrk(name, ";=") == NULL && strchr(value, ';') == NULL);
	request_set_cookie(req, SESSION_COOKIE, "x", 1);
	const char *end = strstr(req->headers->str, "\r\n");
	g_assert_true(end != NULL && end[2] == '\0');
	g_assert_null(strpbrk(req->prefix, ";, \t\r\n"));
}

static void check_route(Request *req)
{
	g_autoptr(GString) allow = g_string_new(NULL);
	const Route *route = router_find(req, req->method, req->path, allow);

	if (route != NULL)
		g_assert_cmpint(route->right, !=, RIGHT_DENY);
	fuzz_is_line(req->token, REQUEST_MAX_TOKEN);
	g_assert_null(strpbrk(req->token, "/%\"<> "));
}

/* The values in the order of the names, NUL between them. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput input = {data, size};
	char *values[PARAMS];
	const char *params[2 * PARAMS + 1] = {NULL};
	char base_url[] = "https://post.example", secret[] = "secretsecretsecretse";
	Config config = {.base_url = base_url, .web_proxy_secret = secret};
	static Languages *languages;
	if (languages == NULL)
		languages = languages_load("templates", NULL);
	App app = {.config = &config, .languages = languages};
	FuzzTransport made;
	Request req;

	for (guint i = 0; i < PARAMS; i++) {
		values[i] = fuzz_text(&input);
		params[2 * i] = names[i];
		params[2 * i + 1] = values[i];
	}
	fuzz_transport(&made, params, input);
	made.transport.is_trusted = size % 2 == 0;
	if (request_open(&req, &app, &made.transport)) {
		check_query(&req);
		check_route(&req);
	}
	g_assert_true(strspn(req.id, "0123456789abcdef") == 32);
	g_assert_nonnull(language_known(req.language));
	check_cookies(&req);
	g_autofree char *client = client_network(req.client);
	fuzz_is_line(client, 64);
	request_close(&req);
	for (guint i = 0; i < PARAMS; i++)
		g_free(values[i]);
	return 0;
}
