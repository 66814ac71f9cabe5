/* smtp_probe.c: a dialogue of five SMTP commands; nothing here sends mail. */
#include "lib/mail/smtp_probe.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/error.h"

#define LIMIT_US (10 * G_USEC_PER_SEC)
#define MAX_REPLY 8192

typedef struct {
	int fd;
	gint64 limit; /* monotonic time */
	GString *input;
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

static gboolean wait_until(Dialogue *dialogue, short events, GError **error)
{
	struct pollfd poll_fd = {.fd = dialogue->fd, .events = events};
	gint64 left;

	while ((left = dialogue->limit - g_get_monotonic_time()) > 0) {
		int ready = poll(&poll_fd, 1, (int)(left / 1000) + 1);
		if (ready > 0)
			return TRUE;
		if (ready < 0 && errno != EINTR)
			return unavailable(error, g_strerror(errno));
	}
	return unavailable(error, "no answer in time");
}

static gboolean connect_one(Dialogue *dialogue, const struct addrinfo *address, GError **error)
{
	int failure = 0;
	socklen_t size = sizeof(failure);

	dialogue->fd = socket(address->ai_family,
	        address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address->ai_protocol);
	if (dialogue->fd < 0)
		return unavailable(error, g_strerror(errno));
	if (connect(dialogue->fd, address->ai_addr, address->ai_addrlen) == 0)
		return TRUE;
	if (errno != EINPROGRESS)
		return unavailable(error, g_strerror(errno));
	if (!wait_until(dialogue, POLLOUT, error))
		return FALSE;
	if (getsockopt(dialogue->fd, SOL_SOCKET, SO_ERROR, &failure, &size) == 0 && failure == 0)
		return TRUE;
	return unavailable(error, g_strerror(failure));
}

static gboolean open_dialogue(Dialogue *dialogue, const char *host, guint port, GError **error)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct addrinfo *list = NULL;
	char service[8];

	g_snprintf(service, sizeof(service), "%u", port);
	int status = getaddrinfo(host, service, &hints, &list);
	if (status != 0)
		return unavailable(error, gai_strerror(status));
	gboolean ok = FALSE;
	for (const struct addrinfo *address = list; address != NULL && !ok;
	        address = address->ai_next) {
		g_clear_error(error);
		ok = connect_one(dialogue, address, error);
		if (!ok && dialogue->fd >= 0) {
			close(dialogue->fd);
			dialogue->fd = -1;
		}
	}
	freeaddrinfo(list);
	return ok;
}

/* One line without its CR LF. Free: g_free(). */
static char *read_line(Dialogue *dialogue, GError **error)
{
	char buffer[1024];

	for (;;) {
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
		if (!wait_until(dialogue, POLLIN, error))
			return NULL;
		ssize_t got = recv(dialogue->fd, buffer, sizeof(buffer), 0);
		if (got <= 0) {
			unavailable(
			        error, got == 0 ? "it closed the connection" : g_strerror(errno));
			return NULL;
		}
		for (ssize_t i = 0; i < got; i++)
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
	gsize length = strlen(text);

	while (length > 0) {
		if (!wait_until(dialogue, POLLOUT, error))
			return FALSE;
		ssize_t sent = send(dialogue->fd, text, length, MSG_NOSIGNAL);
		if (sent < 0 && errno != EAGAIN)
			return unavailable(error, g_strerror(errno));
		if (sent > 0) {
			text += sent;
			length -= (gsize)sent;
		}
	}
	return TRUE;
}

static SmtpReply *ask_server(Dialogue *dialogue, const char *recipient, GError **error)
{
	g_autofree char *rcpt = g_strdup_printf("RCPT TO:<%s>\r\n", recipient);
	/* The greeting comes unasked. */
	const char *const commands[] = {"", "EHLO localhost\r\n", "MAIL FROM:<>\r\n", rcpt};

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
	Dialogue dialogue = {.fd = -1, .limit = g_get_monotonic_time() + LIMIT_US};

	g_assert(strpbrk(recipient, "\r\n<>") == NULL);
	if (!open_dialogue(&dialogue, host, port, error))
		return NULL;
	dialogue.input = g_string_new(NULL);
	SmtpReply *reply = ask_server(&dialogue, recipient, error);
	if (reply != NULL)
		send_all(&dialogue, "QUIT\r\n", NULL); /* its answer is of no interest */
	close(dialogue.fd);
	g_string_free(dialogue.input, TRUE);
	return reply;
}
