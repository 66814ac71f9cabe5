/* smtp_probe.c: a dialogue of five SMTP commands; nothing here sends mail. */
#include "lib/mail/smtp_probe.h"

#include <string.h>

#include <gio/gio.h>

#include "lib/base/error.h"

#define LIMIT_US (10 * G_USEC_PER_SEC)
#define MAX_REPLY 8192

typedef struct {
	GSocketConnection *connection;
	GString *input;
	/* Whatever is waited for ends by stop, which a thread cancels when the time is up. */
	GCancellable *stop;
	gint64 limit; /* monotonic time */
	GMutex lock;
	GCond changed;
	gboolean is_over;
} Dialogue;

void smtp_reply_free(SmtpReply *reply)
{
	if (reply == NULL)
		return;
	g_free(reply->text);
	g_free(reply);
}

static gboolean unavailable(GError **error, const char *what)
{
	g_set_error(error, PS_ERROR, PS_ERROR_UNAVAILABLE, "mail server: %s", what);
	return FALSE;
}

static gboolean io_failed(GError **error, const GError *failure)
{
	gboolean late = g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED);

	return unavailable(error, late ? "no answer in time" : failure->message);
}

static gpointer watch_limit(gpointer data)
{
	Dialogue *dialogue = data;
	gboolean in_time = TRUE;

	g_mutex_lock(&dialogue->lock);
	while (!dialogue->is_over && in_time)
		in_time = g_cond_wait_until(&dialogue->changed, &dialogue->lock, dialogue->limit);
	g_mutex_unlock(&dialogue->lock);
	if (!in_time)
		g_cancellable_cancel(dialogue->stop);
	return NULL;
}

static gboolean open_dialogue(Dialogue *dialogue, const char *host, guint port, GError **error)
{
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autoptr(GSocketConnectable) server = g_network_address_new(host, (guint16)port);
	g_autoptr(GError) failure = NULL;

	g_socket_client_set_enable_proxy(client, FALSE);
	dialogue->connection = g_socket_client_connect(client, server, dialogue->stop, &failure);
	return dialogue->connection != NULL || io_failed(error, failure);
}

/* One line without its CR LF. Free: g_free(). */
static char *read_line(Dialogue *dialogue, GError **error)
{
	GInputStream *input = g_io_stream_get_input_stream(G_IO_STREAM(dialogue->connection));
	char buffer[1024];

	for (;;) {
		g_autoptr(GError) failure = NULL;
		char *end = strchr(dialogue->input->str, '\n');
		if (end != NULL) {
			gsize length = (gsize)(end - dialogue->input->str);
			char *line = g_strndup(dialogue->input->str, length);
			g_strchomp(line);
			g_string_erase(dialogue->input, 0, (gssize)length + 1);
			return line;
		}
		if (dialogue->input->len > MAX_REPLY) {
			unavailable(error, "its reply is too long");
			return NULL;
		}
		gssize got = g_input_stream_read(
		        input, buffer, sizeof(buffer), dialogue->stop, &failure);
		if (got < 0) {
			io_failed(error, failure);
			return NULL;
		}
		if (got == 0) {
			unavailable(error, "it closed the connection");
			return NULL;
		}
		for (gssize i = 0; i < got; i++)
			g_string_append_c(dialogue->input, buffer[i] != '\0' ? buffer[i] : ' ');
	}
}

static void take_enhanced(SmtpReply *reply, const char *text)
{
	gsize length = strspn(text, "0123456789.");

	if (length >= 5 && length < sizeof(reply->enhanced) && text[1] == '.' &&
	        text[length] == ' ')
		g_strlcpy(reply->enhanced, text, length + 1);
}

/* A reply of one or more lines: "250-..." goes on, "250 ..." ends. */
static SmtpReply *read_reply(Dialogue *dialogue, GError **error)
{
	g_autoptr(SmtpReply) reply = g_new0(SmtpReply, 1);
	g_autoptr(GString) text = g_string_new(NULL);

	for (;;) {
		g_autofree char *line = read_line(dialogue, error);
		if (line == NULL)
			return NULL;
		if (strlen(line) < 3 || strspn(line, "0123456789") < 3 || text->len > MAX_REPLY) {
			unavailable(error, "it doesn't speak SMTP");
			return NULL;
		}
		if (text->len > 0)
			g_string_append_c(text, '\n');
		else if (strlen(line) > 4)
			take_enhanced(reply, line + 4);
		g_string_append(text, line);
		if (line[3] == '-')
			continue;
		reply->code = (guint)g_ascii_strtoull(line, NULL, 10);
		reply->text = g_utf8_make_valid(text->str, (gssize)text->len);
		return g_steal_pointer(&reply);
	}
}

static gboolean send_all(Dialogue *dialogue, const char *text, GError **error)
{
	g_autoptr(GError) failure = NULL;

	return g_output_stream_write_all(
	               g_io_stream_get_output_stream(G_IO_STREAM(dialogue->connection)), text,
	               strlen(text), NULL, dialogue->stop, &failure) ||
	       io_failed(error, failure);
}

static SmtpReply *ask_server(
        Dialogue *dialogue, const char *sender, const char *recipient, GError **error)
{
	g_autofree char *mail = g_strdup_printf("MAIL FROM:<%s>\r\n", sender);
	g_autofree char *rcpt = g_strdup_printf("RCPT TO:<%s>\r\n", recipient);
	/* The greeting comes unasked. */
	const char *const commands[] = {"", "EHLO localhost\r\n", mail, rcpt};

	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (!send_all(dialogue, commands[i], error))
			return NULL;
		g_autoptr(SmtpReply) reply = read_reply(dialogue, error);
		if (reply == NULL)
			return NULL;
		/* The last reply, or the one that ends the dialogue earlier, is the answer. */
		if (i + 1 == G_N_ELEMENTS(commands) || reply->code / 100 != 2)
			return g_steal_pointer(&reply);
	}
	g_assert_not_reached();
}

SmtpReply *smtp_probe(const char *host, guint port, const char *recipient, GError **error)
{
	return smtp_probe_from(host, port, "", recipient, error);
}

SmtpReply *smtp_probe_from(
        const char *host, guint port, const char *sender, const char *recipient, GError **error)
{
	g_autoptr(GCancellable) stop = g_cancellable_new();
	g_autoptr(GString) input = g_string_new(NULL);
	Dialogue dialogue = {
	        .input = input, .stop = stop, .limit = g_get_monotonic_time() + LIMIT_US};
	SmtpReply *reply = NULL;

	g_assert(strpbrk(recipient, "\r\n<>") == NULL && strpbrk(sender, "\r\n<>") == NULL);
	g_mutex_init(&dialogue.lock);
	g_cond_init(&dialogue.changed);
	GThread *watch = g_thread_new("smtp-limit", watch_limit, &dialogue);
	if (open_dialogue(&dialogue, host, port, error))
		reply = ask_server(&dialogue, sender, recipient, error);
	if (reply != NULL)
		send_all(&dialogue, "QUIT\r\n", NULL); /* its answer is of no interest */
	g_clear_object(&dialogue.connection);
	g_mutex_lock(&dialogue.lock);
	dialogue.is_over = TRUE;
	g_cond_signal(&dialogue.changed);
	g_mutex_unlock(&dialogue.lock);
	g_thread_join(watch);
	g_cond_clear(&dialogue.changed);
	g_mutex_clear(&dialogue.lock);
	return reply;
}
