/* worker.c: takes requests from FastCGI (or one from CGI), has them answered, logs a line each. */
#include "cgi-bin/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include <unistd.h>

#include <fastcgi.h>
#include <fcgiapp.h>

#include "cgi-bin/attention.h"
#include "cgi-bin/domain_options.h"
#include "cgi-bin/error_page.h"
#include "cgi-bin/list_count.h"
#include "cgi-bin/request.h"
#include "cgi-bin/router.h"

#include "util/neo_err.h"

#define PAGE_ROOM 65536 /* octets, more than most pages have */

static void app_open(App *app, const Config *config, Languages *languages)
{
	memset(app, 0, sizeof(*app));
	app->config = config;
	app->languages = languages;
	app->db = db_new(config);
	app->templates = templates_new(config->template_dir, languages);
	app->page = g_string_sized_new(PAGE_ROOM);
}

static void app_close(App *app)
{
	templates_free(app->templates);
	g_string_free(app->page, TRUE);
	domain_options_free(app);
	setting_free(app->setting);
	list_count_free(app);
	attention_free(app);
	db_free(app->db);
	g_clear_pointer(&app->form_secret, g_bytes_unref);
	g_clear_pointer(&app->zone, local_zone_free);
}

static void answer_one(App *app, Transport *transport)
{
	gint64 start = g_get_monotonic_time();
	Request req;

	if (request_open(&req, app, transport))
		router_dispatch(&req);
	else
		error_page(&req, req.status);
	fprintf(stderr,
	        "request=%s method=%s route=\"%s\" status=%d bytes=%zu ms=%.1f user=%" G_GUINT64_FORMAT
	        "\n",
	        req.id,
	        req.is_head                       ? "HEAD"
	        : strcmp(req.method, "POST") == 0 ? "POST"
	                                          : "GET",
	        req.pattern, req.status, req.sent, (double)(g_get_monotonic_time() - start) / 1000,
	        req.session != NULL ? req.session->user_id : 0);
	request_close(&req);
	if (app->page->allocated_len > 2 * PAGE_ROOM) {
		g_string_free(app->page, TRUE);
		app->page = g_string_sized_new(PAGE_ROOM);
	}
}

/* ---- FastCGI ---- */

typedef struct {
	Transport base;
	FCGX_Request request;
} FastCgi;

static const char *fastcgi_param(Transport *transport, const char *name)
{
	return FCGX_GetParam(name, ((FastCgi *)transport)->request.envp);
}

static gssize fastcgi_read(Transport *transport, char *buffer, gsize size)
{
	return FCGX_GetStr(buffer, (int)MIN(size, G_MAXINT), ((FastCgi *)transport)->request.in);
}

/* All of it, however often the kernel takes a part. What can't be sent is lost: the web server has
 * given up. */
static void write_all(int fd, struct iovec *part, int parts)
{
	while (parts > 0) {
		ssize_t sent = writev(fd, part, parts);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return;
		for (; parts > 0 && (gsize)sent >= part->iov_len; part++, parts--)
			sent -= (ssize_t)part->iov_len;
		if (parts > 0) {
			part->iov_base = (char *)part->iov_base + sent;
			part->iov_len -= (gsize)sent;
		}
	}
}

static FCGI_Header record_of(int request_id, unsigned char type, gsize size)
{
	return (FCGI_Header){.version = FCGI_VERSION_1,
	        .type = type,
	        .requestIdB1 = (unsigned char)(request_id >> 8),
	        .requestIdB0 = (unsigned char)request_id,
	        .contentLengthB1 = (unsigned char)(size >> 8),
	        .contentLengthB0 = (unsigned char)size};
}

/* What ends an answer. */
typedef struct {
	FCGI_Header no_more;
	FCGI_EndRequestRecord end;
} Ending;

static Ending ending_of(int request_id)
{
	return (Ending){.no_more = record_of(request_id, FCGI_STDOUT, 0),
	        .end = {.header = record_of(
	                        request_id, FCGI_END_REQUEST, sizeof(FCGI_EndRequestBody)),
	                .body = {.protocolStatus = FCGI_REQUEST_COMPLETE}}};
}

/* libfcgi would send it in pieces of 8 KB and the end by itself, for each of which the web server
 * wakes up. */
static void fastcgi_write(
        Transport *transport, const char *head, gsize head_size, const char *body, gsize body_size)
{
	FCGX_Request *request = &((FastCgi *)transport)->request;
	Ending ending = ending_of(request->requestId);
	gsize at = 0;

	do {
		gsize size = MIN(body_size - at, FCGI_MAX_LENGTH - head_size);
		gboolean last = at + size == body_size;
		FCGI_Header record = record_of(request->requestId, FCGI_STDOUT, head_size + size);
		struct iovec parts[] = {{&record, sizeof(record)},
		        {(char *)(guintptr)head, head_size}, {(char *)(guintptr)(body + at), size},
		        {&ending, sizeof(ending)}};
		write_all(request->ipcFd, parts, last ? 4 : 3);
		head_size = 0;
		at += size;
	} while (at < body_size);
	request->out->wasFCloseCalled = TRUE; /* ended: libfcgi has nothing to add */
}

/* libfcgi waits until the web server has closed its side, lest what that still sends ends in an
 * error. A request without a body was sent as a whole before. */
static void fastcgi_finish(FCGX_Request *request)
{
	const char *length = FCGX_GetParam("CONTENT_LENGTH", request->envp);

	if (length == NULL || *length == '\0')
		FCGX_Detach(request);
	FCGX_Finish_r(request);
}

static volatile sig_atomic_t stopping;

static void stop(int signal_number)
{
	(void)signal_number;
	stopping = 1;
}

/* From now on the signals that end a worker come only where it waits: none is lost, none disturbs a
 * request. *waiting: what is blocked there. */
static void handle_signals(sigset_t *waiting)
{
	struct sigaction action = {.sa_handler = stop};
	const int numbers[] = {SIGTERM, SIGINT, SIGUSR1};
	sigset_t ours;

	sigemptyset(&ours);
	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
		sigaddset(&ours, numbers[i]);
	sigprocmask(SIG_BLOCK, &ours, waiting);
	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
		sigdelset(waiting, numbers[i]);
		sigaction(numbers[i], &action, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
}

/* What to wait on; of all workers that wait for the socket one is woken. accept() never waits. */
static int watch(int listen_fd)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE};
	int flags = fcntl(listen_fd, F_GETFL);
	int events = epoll_create1(EPOLL_CLOEXEC);

	if (flags < 0 || fcntl(listen_fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
	        epoll_ctl(events, EPOLL_CTL_ADD, listen_fd, &event) != 0)
		return -1;
	return events;
}

/* TRUE: there may be a request. FALSE: told to stop. */
static gboolean wait_for_request(int events, const sigset_t *waiting)
{
	struct epoll_event event;
	int ready;

	do {
		ready = epoll_pwait(events, &event, 1, -1, waiting);
	} while (ready < 0 && errno == EINTR && !stopping);
	return ready > 0;
}

int worker_run(const Config *config, Languages *languages, int listen_fd)
{
	FastCgi fastcgi = {.base = {fastcgi_param, fastcgi_read, fastcgi_write, FALSE}};
	int events = watch(listen_fd), taken = 0;
	sigset_t waiting;
	App app;

	handle_signals(&waiting);
	nerr_init();
	if (events < 0 || FCGX_Init() != 0 || FCGX_InitRequest(&fastcgi.request, listen_fd, 0) != 0)
		return 1;
	app_open(&app, config, languages);
	while ((taken >= 0 || taken == -EAGAIN) && wait_for_request(events, &waiting)) {
		taken = FCGX_Accept_r(&fastcgi.request);
		if (taken < 0)
			continue; /* another worker has it, or it broke off */
		answer_one(&app, &fastcgi.base);
		fastcgi_finish(&fastcgi.request);
	}
	FCGX_Free(&fastcgi.request, 1);
	app_close(&app);
	return stopping ? 0 : 1;
}

/* ---- plain CGI ---- */

static const char *cgi_param(Transport *transport, const char *name)
{
	(void)transport;
	return g_getenv(name);
}

static gssize cgi_read(Transport *transport, char *buffer, gsize size)
{
	(void)transport;
	return read(STDIN_FILENO, buffer, size);
}

static void cgi_write(
        Transport *transport, const char *head, gsize head_size, const char *body, gsize body_size)
{
	(void)transport;
	fwrite(head, 1, head_size, stdout);
	fwrite(body, 1, body_size, stdout);
}

gboolean worker_is_plain_cgi(void)
{
	return g_getenv("GATEWAY_INTERFACE") != NULL && FCGX_IsCGI();
}

int worker_run_plain_cgi(const Config *config, Languages *languages)
{
	Transport transport = {cgi_param, cgi_read, cgi_write, TRUE};
	App app;

	nerr_init();
	app_open(&app, config, languages);
	answer_one(&app, &transport);
	app_close(&app);
	return fflush(stdout) == 0 ? 0 : 1;
}
