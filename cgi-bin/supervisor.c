/* supervisor.c: forks the workers, and starts, replaces and stops them as signals say.
 *
 * All signals stay blocked and are fetched one by one where the loop waits, so there is no moment
 * at which one could come unseen.
 */
#include "cgi-bin/supervisor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgi-bin/background.h"
#include "cgi-bin/worker.h"
#include "lib/base/socket_lock.h"

#define BACKLOG 4096 /* more than nginx lets through at once: it would answer 502 */
#define STOP_LIMIT_US (30 * G_USEC_PER_SEC)
#define RETRY_US G_USEC_PER_SEC /* between two starts of a worker that doesn't live longer */

typedef struct {
	pid_t pid;         /* 0: not running */
	gint64 not_before; /* when it may be started again; monotonic */
	gboolean outdated; /* to be replaced */
	gboolean stopping; /* told to stop; its successor starts when it is gone */
} Worker;

typedef struct {
	const Config *config;
	Languages *languages;
	pid_t pid;
	int fd;
	Worker *workers; /* that answer requests; the last one goes on with what was begun there */
	guint count;
} Supervisor;

static void our_signals(sigset_t *set)
{
	const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};

	sigemptyset(set);
	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
		sigaddset(set, numbers[i]);
}

void supervisor_hold_signals(sigset_t *before)
{
	sigset_t set;

	our_signals(&set);
	sigprocmask(SIG_BLOCK, &set, before);
	/* Whoever ignores it is never told of a child's end. */
	signal(SIGCHLD, SIG_DFL);
}

/* The next of our signals; 0 if none came until then (monotonic; G_MAXINT64: waits for ever). */
static int next_signal(gint64 until)
{
	gint64 left = until - g_get_monotonic_time();
	const struct timespec wait = {
	        .tv_sec = left / G_USEC_PER_SEC, .tv_nsec = left % G_USEC_PER_SEC * 1000};
	sigset_t set;

	if (left <= 0)
		return 0;
	our_signals(&set);
	int number =
	        until == G_MAXINT64 ? sigwaitinfo(&set, NULL) : sigtimedwait(&set, NULL, &wait);
	return MAX(number, 0);
}

/* Takes the lock beside the socket and listens. -1: said why on stderr. */
static int open_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	g_autoptr(GError) error = NULL;

	if (g_strlcpy(address.sun_path, path, sizeof(address.sun_path)) >=
	        sizeof(address.sun_path)) {
		fprintf(stderr, "poststelle.fcgi: socket path is too long: %s\n", path);
		return -1;
	}
	if (!socket_lock(path, &error)) {
		fprintf(stderr, "poststelle.fcgi: %s\n", error->message);
		return -1;
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	unlink(path);
	mode_t old = umask(0117);
	gboolean ok = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	              listen(fd, BACKLOG) == 0;
	umask(old);
	if (!ok) {
		fprintf(stderr, "poststelle.fcgi: %s: %s\n", path, g_strerror(errno));
		return -1;
	}
	return fd;
}

G_NORETURN static void be_worker(const Supervisor *supervisor, guint number)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM); /* a killed supervisor leaves no workers behind */
	if (getppid() != supervisor->pid)
		_exit(1); /* it died before that */
	if (number == supervisor->count - 1)
		exit(background_run(supervisor->config));
	exit(worker_run(supervisor->config, supervisor->languages, supervisor->fd));
}

/* Starts those that don't run; when to look again for one that can't be started yet. */
static gint64 start_workers(const Supervisor *supervisor)
{
	gint64 now = g_get_monotonic_time(), again = G_MAXINT64;

	for (guint i = 0; i < supervisor->count; i++) {
		Worker *worker = &supervisor->workers[i];
		if (worker->pid == 0 && now >= worker->not_before) {
			fflush(NULL);
			pid_t pid = fork();
			if (pid == 0)
				be_worker(supervisor, i);
			if (pid < 0)
				fprintf(stderr, "event=no_worker reason=\"%s\"\n",
				        g_strerror(errno));
			*worker = (Worker){.pid = MAX(pid, 0), .not_before = now + RETRY_US};
		}
		if (worker->pid == 0)
			again = MIN(again, worker->not_before);
	}
	return again;
}

static void report_death(pid_t pid, int status)
{
	if (WIFSIGNALED(status))
		fprintf(stderr, "event=worker_died pid=%d signal=%d\n", (int)pid, WTERMSIG(status));
	else
		fprintf(stderr, "event=worker_ended pid=%d status=%d\n", (int)pid,
		        WEXITSTATUS(status));
}

/* Takes notice of all children that have ended; how many workers are left. As process 1 of a
 * container it inherits children that aren't its own. */
static guint reap(const Supervisor *supervisor)
{
	guint left = 0;
	int status = 0;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (guint i = 0; i < supervisor->count; i++) {
			if (supervisor->workers[i].pid == pid) {
				supervisor->workers[i].pid = 0;
				report_death(pid, status);
			}
		}
	}
	for (guint i = 0; i < supervisor->count; i++)
		left += supervisor->workers[i].pid > 0;
	return left;
}

static void outdate(const Supervisor *supervisor)
{
	for (guint i = 0; i < supervisor->count; i++)
		supervisor->workers[i].outdated = supervisor->workers[i].pid > 0;
}

/* Tells the next outdated worker to stop, unless one is stopping. */
static void replace_next(const Supervisor *supervisor)
{
	Worker *next = NULL;

	for (guint i = 0; i < supervisor->count; i++) {
		Worker *worker = &supervisor->workers[i];
		if (worker->pid > 0 && worker->stopping)
			return;
		if (next == NULL && worker->pid > 0 && worker->outdated)
			next = worker;
	}
	if (next != NULL) {
		next->stopping = TRUE;
		next->not_before = 0;
		kill(next->pid, SIGTERM);
	}
}

static void signal_all(const Supervisor *supervisor, int number)
{
	for (guint i = 0; i < supervisor->count; i++)
		if (supervisor->workers[i].pid > 0)
			kill(supervisor->workers[i].pid, number);
}

/* Waits for all; a worker that doesn't end in time is killed. */
static void stop_workers(const Supervisor *supervisor)
{
	gint64 limit = g_get_monotonic_time() + STOP_LIMIT_US;

	signal_all(supervisor, SIGTERM);
	while (reap(supervisor) > 0 && g_get_monotonic_time() < limit)
		next_signal(limit);
	signal_all(supervisor, SIGKILL);
}

int supervisor_run(const Config *config, Languages *languages)
{
	gboolean own_socket = *config->web_socket != '\0';
	const guint count = config->web_workers + 1;
	g_autofree Worker *workers = g_new0(Worker, count);
	const Supervisor supervisor = {.config = config,
	        .languages = languages,
	        .pid = getpid(),
	        .fd = own_socket ? open_socket(config->web_socket) : STDIN_FILENO,
	        .workers = workers,
	        .count = count};
	int number = 0;

	if (supervisor.fd < 0)
		return 1;
	fprintf(stderr, "event=started workers=%u\n", config->web_workers);
	while (number != SIGTERM && number != SIGINT) {
		if (number == SIGHUP)
			outdate(&supervisor);
		reap(&supervisor);
		gint64 again = start_workers(&supervisor);
		replace_next(&supervisor);
		number = next_signal(again);
	}
	stop_workers(&supervisor);
	if (own_socket)
		unlink(config->web_socket);
	fprintf(stderr, "event=stopped\n");
	return 0;
}
