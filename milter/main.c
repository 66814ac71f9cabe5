/* main.c: poststelle-milter, beside Postfix: sets what recipients see (role name), writes what
 * passes (role journal). See poststelle-milter(8).
 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <glib.h>
#include <gmime/gmime.h>

#include "lib/base/config.h"
#include "lib/base/socket_lock.h"
#include "milter/log.h"
#include "milter/pool.h"
#include "milter/role.h"

#define BACKLOG 200
#define STOP_LIMIT_US (25 * G_USEC_PER_SEC)
#define REPLY_TIME_US (G_USEC_PER_SEC / 5)

static const Role *role;

/* Messages whose eom runs: they are finished before the program ends. */
static GMutex mutex;
static GCond changed;
static guint running;
static gboolean stopping;

static gboolean enter(void)
{
	g_mutex_lock(&mutex);
	gboolean may = !stopping;
	running += may;
	g_mutex_unlock(&mutex);
	return may;
}

static void leave(void)
{
	g_mutex_lock(&mutex);
	running--;
	g_cond_signal(&changed);
	g_mutex_unlock(&mutex);
}

static void wait_for_running(void)
{
	gint64 limit = g_get_monotonic_time() + STOP_LIMIT_US;

	g_mutex_lock(&mutex);
	stopping = TRUE;
	gboolean in_time = TRUE;
	while (running > 0 && in_time)
		in_time = g_cond_wait_until(&changed, &mutex, limit);
	if (!in_time)
		log_event("event=killed messages=%u", running);
	g_mutex_unlock(&mutex);
	/* Their answers are sent by libmilter's threads after the callback. */
	g_usleep(REPLY_TIME_US);
}

static sfsistat forget(SMFICTX *ctx)
{
	gpointer message = smfi_getpriv(ctx);

	if (message != NULL) {
		smfi_setpriv(ctx, NULL);
		role->forget(message);
	}
	return SMFIS_CONTINUE;
}

static sfsistat on_eom(SMFICTX *ctx)
{
	sfsistat result = SMFIS_TEMPFAIL;

	if (enter()) {
		result = role->eom(ctx);
		leave();
	}
	forget(ctx);
	return result;
}

static sfsistat on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long steps,
        unsigned long unused2, unsigned long unused3, unsigned long *wanted_actions,
        unsigned long *wanted_steps, unsigned long *wanted2, unsigned long *wanted3)
{
	(void)ctx;
	(void)unused2;
	(void)unused3;
	if ((actions & role->actions) != role->actions || (steps & role->steps) != role->steps) {
		log_event("event=protocol reason=\"the mail server offers too little\"");
		return SMFIS_REJECT;
	}
	*wanted_actions = role->actions;
	*wanted_steps = role->steps;
	*wanted2 = 0;
	*wanted3 = 0;
	return SMFIS_CONTINUE;
}

/* Registers with libmilter and listens; a socket that a killed one left behind is replaced. */
static gboolean listen_on(const char *where)
{
	static char name[] = "poststelle";
	const char *colon = strchr(where, ':');
	gboolean is_unix = g_str_has_prefix(where, "unix:") || g_str_has_prefix(where, "local:");
	g_autoptr(GError) error = NULL;
	struct smfiDesc description = {
	        .xxfi_name = name,
	        .xxfi_version = SMFI_VERSION,
	        .xxfi_flags = role->actions,
	        .xxfi_envfrom = role->envfrom,
	        .xxfi_envrcpt = role->envrcpt,
	        .xxfi_header = role->header,
	        .xxfi_body = role->body,
	        .xxfi_eom = on_eom,
	        .xxfi_abort = forget,
	        .xxfi_close = forget,
	        .xxfi_negotiate = on_negotiate,
	};

	if (is_unix && !socket_lock(colon + 1, &error)) {
		fprintf(stderr, "poststelle-milter: %s\n", error->message);
		return FALSE;
	}
	/* The mail server's group connects. */
	umask(0007);
	if (smfi_setconn(ROLE_TEXT(where)) != MI_SUCCESS ||
	        smfi_register(description) != MI_SUCCESS ||
	        smfi_setbacklog(BACKLOG) != MI_SUCCESS || smfi_opensocket(is_unix) != MI_SUCCESS) {
		fprintf(stderr, "poststelle-milter: can't listen on %s\n", where);
		return FALSE;
	}
	return TRUE;
}

static void stop_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
}

/* libmilter's own thread fetches them, from smfi_main() on. Until then they wait: the kernel drops
 * what process 1 of a container doesn't handle yet. */
static void hold_stop_signals(void)
{
	sigset_t set;

	stop_signals(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/* One that came while the program started: libmilter would take it for a socket that doesn't open.
 */
static gboolean is_stopped_already(void)
{
	const struct timespec at_once = {0, 0};
	sigset_t set;

	stop_signals(&set);
	return sigtimedwait(&set, NULL, &at_once) > 0;
}

static int run(const Config *config, const char *where)
{
	if (!listen_on(where))
		return 1;
	g_mime_init();
	pool_open(config);
	log_event("event=started role=%s", role->name);
	int status = is_stopped_already() ? smfi_stop() : smfi_main();
	wait_for_running();
	pool_close();
	log_event("event=stopped role=%s", role->name);
	return status == MI_SUCCESS ? 0 : 1;
}

int main(int argc, char **argv)
{
	g_autofree char *path = NULL, *wanted = NULL;
	gboolean version = FALSE;
	const GOptionEntry entries[] = {
	        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &path, "Configuration file", "FILE"},
	        {"role", 'r', 0, G_OPTION_ARG_STRING, &wanted, "name or journal", "ROLE"},
	        {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version", NULL},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};
	g_autoptr(GOptionContext) options =
	        g_option_context_new("- what Postfix asks about a mail");
	g_autoptr(GError) error = NULL;

	hold_stop_signals();
	setlocale(LC_CTYPE, "C.UTF-8");
	g_option_context_add_main_entries(options, entries, NULL);
	if (!g_option_context_parse(options, &argc, &argv, &error)) {
		fprintf(stderr, "poststelle-milter: %s\n", error->message);
		return 2;
	}
	if (version) {
		puts("poststelle-milter " POSTSTELLE_VERSION);
		return 0;
	}
	const Role *const roles[] = {&role_name, &role_journal};
	for (gsize i = 0; i < G_N_ELEMENTS(roles); i++)
		if (g_strcmp0(wanted, roles[i]->name) == 0)
			role = roles[i];
	if (role == NULL) {
		fputs("poststelle-milter: --role name or --role journal\n", stderr);
		return 2;
	}
	if (path == NULL) {
		const char *from_environment = g_getenv("POSTSTELLE_CONF");
		path = g_strdup(from_environment != NULL ? from_environment : CONFIG_DEFAULT_PATH);
	}
	g_autoptr(Config) config = config_load(path, &error);
	if (config == NULL) {
		fprintf(stderr, "poststelle-milter: %s\n", error->message);
		return 2;
	}
	const char *where =
	        role == &role_name ? config->milter_name_socket : config->milter_journal_socket;
	if (*where == '\0') {
		fprintf(stderr, "poststelle-milter: %s: [milter] %s_socket is missing\n", path,
		        role->name);
		return 2;
	}
	return run(config, where);
}
