/* test_smtp_probe.c: the dialogue with an SMTP server, whatever that server answers. */
#include "lib/mail/smtp_probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <gio/gio.h>

#include "lib/base/error.h"

/* A server that says its replies, the first of them unasked, the next ones a line that it hears; no
 * more comes after the last one. */
typedef struct {
	const char *const *replies;
	GString *heard;
	GSocketListener *listener;
} Server;

static gpointer serve(gpointer data)
{
	Server *server = data;
	g_autoptr(GSocketConnection) connection =
	        g_socket_listener_accept(server->listener, NULL, NULL, NULL);
	GIOStream *stream = G_IO_STREAM(connection);
	g_autoptr(GDataInputStream) input =
	        g_data_input_stream_new(g_io_stream_get_input_stream(stream));

	g_data_input_stream_set_newline_type(input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
	for (const char *const *reply = server->replies;; reply += *reply != NULL) {
		if (*reply != NULL)
			g_output_stream_write_all(g_io_stream_get_output_stream(stream), *reply,
			        strlen(*reply), NULL, NULL, NULL);
		if (*reply == NULL || reply[1] == NULL)
			g_socket_shutdown(
			        g_socket_connection_get_socket(connection), FALSE, TRUE, NULL);
		g_autofree char *line = g_data_input_stream_read_line(input, NULL, NULL, NULL);
		if (line == NULL)
			break;
		g_string_append_printf(server->heard, "%s|", line);
	}
	return NULL;
}

static SmtpReply *ask(const char *const *replies, char **heard, GError **error)
{
	g_autoptr(GSocketListener) listener = g_socket_listener_new();
	g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
	g_autoptr(GSocketAddress) any = g_inet_socket_address_new(loopback, 0);
	g_autoptr(GSocketAddress) bound = NULL;
	Server server = {replies, g_string_new(NULL), listener};

	assert_true(g_socket_listener_add_address(
	        listener, any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound, NULL));
	guint port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
	GThread *thread = g_thread_new("server", serve, &server);
	SmtpReply *reply = smtp_probe("127.0.0.1", port, "info@b.example", error);
	g_thread_join(thread);
	*heard = g_string_free(server.heard, FALSE);
	return reply;
}

#define HELLO "220 mx\r\n", "250-mx\r\n250-PIPELINING\r\n250 DSN\r\n"

static void test_answers(void **state)
{
	static const struct {
		const char *replies[5];
		guint code;
		const char *enhanced, *text, *heard;
	} cases[] = {
	        {{HELLO, "250 2.1.0 Ok\r\n", "250 2.1.5 Ok\r\n", "221 Bye\r\n"}, 250, "2.1.5",
	                "250 2.1.5 Ok",
	                "EHLO localhost|MAIL FROM:<>|RCPT TO:<info@b.example>|QUIT|"},
	        {{HELLO, "250 Ok\r\n", "550-5.2.1 off\r\n550 5.2.1 since today\r\n"}, 550, "5.2.1",
	                "550-5.2.1 off\n550 5.2.1 since today",
	                "EHLO localhost|MAIL FROM:<>|RCPT TO:<info@b.example>|QUIT|"},
	        {{"220 mx\n", "250 mx\n", "250\n", "450\n"}, 450, "", "450",
	                "EHLO localhost|MAIL FROM:<>|RCPT TO:<info@b.example>|QUIT|"},
	        {{"554 5.7.1 not you\r\n"}, 554, "5.7.1", "554 5.7.1 not you", "QUIT|"},
	        {{HELLO, "421 4.3.2 later\r\n"}, 421, "4.3.2", "421 4.3.2 later",
	                "EHLO localhost|MAIL FROM:<>|QUIT|"},
	        {{"500 gr\xfcn\r\n"}, 500, "", "500 gr\ufffdn", "QUIT|"},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *heard = NULL;
		g_autoptr(SmtpReply) reply = ask(cases[i].replies, &heard, &error);

		assert_non_null(reply);
		assert_int_equal(reply->code, cases[i].code);
		assert_string_equal(reply->enhanced, cases[i].enhanced);
		assert_string_equal(reply->text, cases[i].text);
		assert_string_equal(heard, cases[i].heard);
	}
}

static void test_no_answer(void **state)
{
	g_autofree char *line = g_strnfill(9000, '2');
	g_autofree char *many = g_strnfill(4000, 'x');
	g_autofree char *lines = g_strconcat("220-", many, "\r\n220-", many, "\r\n220-", many,
	        "\r\n220-", many, "\r\n220 end\r\n", NULL);
	const struct {
		const char *replies[3], *why;
	} cases[] = {
	        {{NULL}, "closed"},
	        {{"220 mx\r\n", "250-mx\r\n"}, "closed"},
	        {{"HTTP/1.1 400 Bad Request\r\n"}, "SMTP"},
	        {{line}, "too long"},
	        {{lines}, "SMTP"},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *heard = NULL;

		assert_null(ask(cases[i].replies, &heard, &error));
		assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_UNAVAILABLE));
		if (strstr(error->message, cases[i].why) == NULL)
			fail_msg("case %zu: %s", i, error->message);
	}
}

/* A port that is free now. */
static void test_nobody_there(void **state)
{
	g_autoptr(GSocketListener) listener = g_socket_listener_new();
	g_autoptr(GError) error = NULL;
	guint port = g_socket_listener_add_any_inet_port(listener, NULL, NULL);

	(void)state;
	g_socket_listener_close(listener);
	assert_null(smtp_probe("127.0.0.1", port, "info@b.example", &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_UNAVAILABLE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_answers),
	        cmocka_unit_test(test_no_answer),
	        cmocka_unit_test(test_nobody_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
