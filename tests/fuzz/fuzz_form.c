/* fuzz_form.c: the body of a form, percent-encoded or with a file (multipart/form-data). */
#include "tests/fuzz/fuzz.h"

#include "cgi-bin/carry.h"
#include "cgi-bin/upload.h"

#define MOST 15000 /* octets of a body, so that some are too long */

static void check_fields(const Form *form)
{
	g_assert_cmpuint(form->fields->len, <=, FORM_MAX_FIELDS);
	for (guint i = 0; i < form->fields->len; i++) {
		const FormField *field = form->fields->pdata[i];
		fuzz_is_utf8(field->name, 3 * MOST);
		fuzz_is_utf8(field->value, 3 * MOST);
	}
}

/* Written anew the fields are the same. */
static void check_again(const Form *form)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < form->fields->len; i++) {
		const FormField *field = form->fields->pdata[i];
		g_autofree char *name = g_uri_escape_string(field->name, NULL, FALSE);
		g_autofree char *value = g_uri_escape_string(field->value, NULL, FALSE);
		g_string_append_printf(text, "%s%s=%s", i > 0 ? "&" : "", name, value);
	}
	g_autoptr(Form) again = form_parse(text->str, text->len);
	g_assert_nonnull(again);
	g_assert_cmpuint(again->fields->len, ==, form->fields->len);
	for (guint i = 0; i < form->fields->len; i++) {
		const FormField *one = form->fields->pdata[i], *other = again->fields->pdata[i];
		g_assert_cmpstr(one->name, ==, other->name);
		g_assert_cmpstr(one->value, ==, other->value);
		g_assert_false(other->bad);
		g_assert_nonnull(form_find(form, one->name));
		g_assert_cmpuint(form_count(form, one->name), >, 0);
	}
}

static void check_carried(const Request *req)
{
	g_autofree char *path = NULL;
	g_autoptr(Form) carried = carry_take(req, &path);

	if (carried != NULL) {
		check_fields(carried);
		g_assert_true(path[0] == '/' && path[1] != '/');
		g_assert_null(strpbrk(path, "\r\n\\"));
	}
}

/* Content-Type, Content-Length ("": the true one), the body; NUL between them. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput input = {data, size};
	g_autofree char *type = fuzz_text(&input), *said = fuzz_text(&input);
	g_autofree char *length = g_strdup_printf("%zu", input.left);
	const char *params[] = {"REQUEST_METHOD", "POST", "PATH_INFO", "/mailboxes/import",
	        "CONTENT_TYPE", type, "CONTENT_LENGTH", *said != '\0' ? said : length, NULL};
	char base_url[] = "https://post.example", secret[] = "";
	Config config = {.base_url = base_url, .web_proxy_secret = secret};
	App app = {.config = &config};
	FuzzTransport made;
	Request req;

	fuzz_transport(&made, params, input);
	g_assert_true(request_open(&req, &app, &made.transport));
	gboolean read =
	        upload_is_one(&req) ? upload_read(&req, MOST) : request_read_form(&req, MOST);
	if (read) {
		check_fields(req.form);
		if (req.form->fields->len > 0)
			check_again(req.form);
		check_carried(&req);
	} else {
		g_assert_cmpint(req.status, >=, 400);
		g_assert_cmpint(req.status, <, 500);
	}
	request_close(&req);
	return 0;
}
