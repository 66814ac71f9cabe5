/* test_request.c: what is read of a request's header, and how much of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cgi-bin/request.h"

#define MOST_COOKIES 50

static const char *cookie_header;

static const char *param(Transport *transport, const char *name)
{
	(void)transport;
	return strcmp(name, "HTTP_COOKIE") == 0 ? cookie_header : NULL;
}

static void open_with_cookies(Request *req, const char *header)
{
	static char base_url[] = "https://post.example", secret[] = "";
	static Config config = {.base_url = base_url, .web_proxy_secret = secret};
	static App app = {.config = &config};
	static Transport transport = {.param = param, .is_trusted = TRUE};

	cookie_header = header;
	assert_true(request_open(req, &app, &transport));
}

static void test_cookies(void **state)
{
	Request req;

	(void)state;
	open_with_cookies(&req, "a=1; b=2=3;c ; a=4;=x; d=");
	assert_string_equal(request_cookie(&req, "a"), "1");
	assert_string_equal(request_cookie(&req, "b"), "2=3");
	assert_string_equal(request_cookie(&req, "d"), "");
	assert_null(request_cookie(&req, "c"));
	request_close(&req);
}

/* What is behind the last one that is read is no part of it. */
static void test_many_cookies(void **state)
{
	g_autoptr(GString) header = g_string_new(NULL);
	Request req;

	(void)state;
	for (guint i = 1; i <= MOST_COOKIES + 2; i++)
		g_string_append_printf(header, "%sc%u=%u", i > 1 ? "; " : "", i, i);
	open_with_cookies(&req, header->str);
	assert_string_equal(request_cookie(&req, "c49"), "49");
	assert_string_equal(request_cookie(&req, "c50"), "50");
	assert_null(request_cookie(&req, "c51"));
	request_close(&req);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_cookies),
	        cmocka_unit_test(test_many_cookies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
