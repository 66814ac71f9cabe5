/* supervisor.c: see supervisor.h. */
#include "cgi-bin/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgi-bin/worker.h"
#include "lib/base/socket_lock.h"

#define BACKLOG 511
#define STOP_LIMIT_S 30
#define FAST_DEATH_US G_USEC_PER_SEC
#define RETRY_S 1

typedef struct {
	pid_t pid; /* 0: not running */
	gint64 started;
	gboolean replaced; /* told to stop; its successor starts when it is gone */
} Worker;

static volatile sig_atomic_t stop_signal, reload_signal;

static void on_signal(int number)
{
	if (number == SIGHUP)
		reload_signal = 1;
	else if (number != SIGCHLD && number != SIGALRM)
		stop_signal = 1;
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

static void start_worker(Worker *worker, const Config *config, Languages *languages, int fd)
{
	fflush(NULL);
	worker->started = g_get_monotonic_time();
	worker->replaced = FALSE;
	worker->pid = fork();
	if (worker->pid > 0)
		return;
	if (worker->pid < 0) {
		fprintf(stderr, "event=no_worker reason=\"%s\"\n", g_strerror(errno));
		worker->pid = 0;
		alarm(RETRY_S); /* wakes supervisor_run() */
		return;
	}
	prctl(PR_SET_PDEATHSIG, SIGTERM); /* a killed supervisor leaves no workers behind */
	if (getppid() == 1)
		_exit(1);
	exit(worker_run(config, languages, fd));
}

static void handle_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};
	const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGALRM};

	sigemptyset(&action.sa_mask);
	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
		sigaction(numbers[i], &action, NULL);
}

static Worker *find_worker(Worker *workers, guint count, pid_t pid)
{
	for (guint i = 0; i < count; i++)
		if (workers[i].pid == pid)
			return &workers[i];
	return NULL;
}

static void reload_next(Worker *workers, guint count)
{
	for (guint i = 0; i < count; i++)
		if (workers[i].replaced)
			return; /* one at a time */
	static guint next;
	if (next == count) {
		next = 0;
		reload_signal = 0;
		return;
	}
	Worker *worker = &workers[next++];
	worker->replaced = worker->pid > 0;
	if (worker->replaced)
		kill(worker->pid, SIGTERM);
}

/* Waits for all; a worker that doesn't end in time is killed. */
static void stop_workers(Worker *workers, guint count)
{
	gint64 limit = g_get_monotonic_time() + STOP_LIMIT_S * G_USEC_PER_SEC;
	guint left = 0;

	for (guint i = 0; i < count; i++)
		if (workers[i].pid > 0 && kill(workers[i].pid, SIGTERM) == 0)
			left++;
	while (left > 0) {
		pid_t pid = waitpid(-1, NULL, WNOHANG);
		if (pid > 0) {
			Worker *worker = find_worker(workers, count, pid);
			if (worker != NULL)
				worker->pid = 0;
			left--;
			continue;
		}
		if (pid < 0 && errno == ECHILD)
			return;
		if (g_get_monotonic_time() > limit) {
			for (guint i = 0; i < count; i++)
				if (workers[i].pid > 0)
					kill(workers[i].pid, SIGKILL);
			return;
		}
		g_usleep(10000);
	}
}

static void report_death(pid_t pid, int status)
{
	if (WIFSIGNALED(status))
		fprintf(stderr, "event=worker_died pid=%d signal=%d\n", (int)pid, WTERMSIG(status));
	else
		fprintf(stderr, "event=worker_ended pid=%d status=%d\n", (int)pid,
		        WEXITSTATUS(status));
}

int supervisor_run(const Config *config, Languages *languages)
{
	guint count = config->web_workers;
	g_autofree Worker *workers = g_new0(Worker, count);
	int fd = *config->web_socket != '\0' ? open_socket(config->web_socket) : STDIN_FILENO;

	if (fd < 0)
		return 1;
	handle_signals();
	fprintf(stderr, "event=started workers=%u\n", count);
	while (!stop_signal) {
		int status = 0;

		if (reload_signal)
			reload_next(workers, count);
		for (guint i = 0; i < count; i++)
			if (workers[i].pid == 0)
				start_worker(&workers[i], config, languages, fd);
		pid_t pid = waitpid(-1, &status, 0);
		if (pid < 0 && errno == ECHILD)
			g_usleep(RETRY_S * G_USEC_PER_SEC);
		Worker *worker = pid > 0 ? find_worker(workers, count, pid) : NULL;
		if (worker == NULL)
			continue; /* a signal came */
		report_death(pid, status);
		worker->pid = 0;
		if (!stop_signal && g_get_monotonic_time() - worker->started < FAST_DEATH_US)
			g_usleep(FAST_DEATH_US); /* don't spin on one that can't start */
	}
	stop_workers(workers, count);
	if (*config->web_socket != '\0')
		unlink(config->web_socket);
	fprintf(stderr, "event=stopped\n");
	return 0;
}
