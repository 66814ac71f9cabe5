/* worker.c: takes requests from FastCGI (or one from CGI), has them answered, logs a line each. */
#include "cgi-bin/worker.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "cs/cs.h"
#include "cgi-bin/domain_options.h"
#include "cgi-bin/page.h"
#include "cgi-bin/request.h"
#include "cgi-bin/router.h"

static void template_free(gpointer parse)
{
	CSPARSE *csparse = parse;

	cs_destroy(&csparse);
}

static void app_open(App *app, const Config *config, Languages *languages)
{
	memset(app, 0, sizeof(*app));
	app->config = config;
	app->languages = languages;
	app->db = db_new(config);
	app->templates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, template_free);
	NEOERR *err = hdf_init(&app->template_base);
	/* Escaping is chosen when a template is parsed; later would silently do nothing. */
	if (err == STATUS_OK)
		err = hdf_set_value(app->template_base, "Config.VarEscapeMode", "html");
	if (err == STATUS_OK)
		err = hdf_set_value(app->template_base, "hdf.loadpaths.0", config->template_dir);
	if (err != STATUS_OK) {
		nerr_ignore(&err);
		g_error("out of memory");
	}
}

static void app_close(App *app)
{
	g_hash_table_unref(app->templates);
	hdf_destroy(&app->template_base);
	domain_options_free(app);
	db_free(app->db);
	g_clear_pointer(&app->form_secret, g_bytes_unref);
	g_clear_pointer(&app->zone, g_time_zone_unref);
	g_free(app->zone_name);
}

static void answer_one(App *app, Transport *transport)
{
	gint64 start = g_get_monotonic_time();
	Request req;

	if (request_open(&req, app, transport))
		router_dispatch(&req);
	else
		page_error(&req, req.status);
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

static void fastcgi_write(Transport *transport, const char *data, gsize size)
{
	FCGX_PutStr(data, (int)size, ((FastCgi *)transport)->request.out);
}

static volatile sig_atomic_t stopping;

/* accept() may begin just after the signal came: the alarm comes again until the loop ends. */
static void stop(int signal_number)
{
	(void)signal_number;
	stopping = 1;
	FCGX_ShutdownPending();
	alarm(1);
}

static void handle_signals(void)
{
	struct sigaction action = {.sa_handler = stop};
	const int numbers[] = {SIGTERM, SIGINT, SIGUSR1, SIGALRM};

	sigemptyset(&action.sa_mask);
	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
		sigaction(numbers[i], &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int worker_run(const Config *config, Languages *languages, int listen_fd)
{
	FastCgi fastcgi = {.base = {fastcgi_param, fastcgi_read, fastcgi_write}};
	App app;

	handle_signals();
	nerr_init();
	if (FCGX_Init() != 0 ||
	        FCGX_InitRequest(&fastcgi.request, listen_fd, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		return 1;
	app_open(&app, config, languages);
	while (!stopping && FCGX_Accept_r(&fastcgi.request) >= 0) {
		answer_one(&app, &fastcgi.base);
		FCGX_Finish_r(&fastcgi.request);
	}
	FCGX_Free(&fastcgi.request, 1);
	app_close(&app);
	return 0;
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

static void cgi_write(Transport *transport, const char *data, gsize size)
{
	(void)transport;
	fwrite(data, 1, size, stdout);
}

gboolean worker_is_plain_cgi(void)
{
	return g_getenv("GATEWAY_INTERFACE") != NULL && FCGX_IsCGI();
}

int worker_run_plain_cgi(const Config *config, Languages *languages)
{
	Transport transport = {cgi_param, cgi_read, cgi_write};
	App app;

	nerr_init();
	app_open(&app, config, languages);
	answer_one(&app, &transport);
	app_close(&app);
	return fflush(stdout) == 0 ? 0 : 1;
}
