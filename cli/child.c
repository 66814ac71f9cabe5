/* child.c: waits for a child, a time-out and a cancellable at once, in the default main context. */
#include "cli/child.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define SAID_MAX 400

typedef struct {
	GCancellable *over; /* no more waiting */
	gboolean late;
	gboolean done; /* the callback was called */
	GError *failure;
} Wait;

/* In the child, before the program: signals as they usually are, and a process group of its own. */
static void set_up(gpointer data)
{
	sigset_t none;

	(void)data;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void on_end(GObject *process, GAsyncResult *result, gpointer data)
{
	Wait *wait = data;

	g_subprocess_wait_finish(G_SUBPROCESS(process), result, &wait->failure);
	wait->done = TRUE;
}

static gboolean on_limit(gpointer data)
{
	Wait *wait = data;

	wait->late = TRUE;
	g_cancellable_cancel(wait->over);
	return G_SOURCE_CONTINUE;
}

static gboolean on_stop(GCancellable *stop, gpointer over)
{
	(void)stop;
	g_cancellable_cancel(over);
	return G_SOURCE_REMOVE;
}

/* Another thread may say stop at any moment, and may have said so already. What waits for a process
 * hears of a cancellable that is cancelled from then on alone, so that happens here, in this
 * thread. */
static GSource *watch_stop(GCancellable *stop, GCancellable *over)
{
	GSource *source = g_cancellable_source_new(stop);

	g_source_set_callback(source, G_SOURCE_FUNC(on_stop), over, NULL);
	g_source_attach(source, NULL);
	return source;
}

/* The number is NULL once the process is gone. */
static void kill_group(GSubprocess *process)
{
	const char *number = g_subprocess_get_identifier(process);
	gint64 pid = number != NULL ? g_ascii_strtoll(number, NULL, 10) : 0;

	if (pid > 1)
		kill((pid_t)-pid, SIGKILL);
}

static gboolean wait_for(GSubprocess *process, guint limit_s, GCancellable *stop, GError **error)
{
	g_autoptr(GCancellable) over = g_cancellable_new();
	Wait wait = {.over = over};
	guint limit = g_timeout_add_seconds(limit_s, on_limit, &wait);
	g_autoptr(GSource) stopped = watch_stop(stop, over);

	g_subprocess_wait_async(process, over, on_end, &wait);
	while (!wait.done)
		g_main_context_iteration(NULL, TRUE);
	g_source_destroy(stopped);
	g_source_remove(limit);
	if (wait.failure == NULL)
		return TRUE;
	kill_group(process);
	if (wait.late) {
		g_clear_error(&wait.failure);
		g_set_error(&wait.failure, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
		        "it did not end within %u seconds and was killed", limit_s);
	}
	g_propagate_error(error, wait.failure);
	return FALSE;
}

static char *read_beginning(int fd)
{
	char octets[SAID_MAX];
	ssize_t length = pread(fd, octets, sizeof(octets), 0);

	return g_strstrip(g_utf8_make_valid(octets, MAX(length, 0)));
}

/* errors: takes what it writes to standard error; no pipe, whose end would have to be waited for.
 */
static GSubprocess *start(const char *const *argv, int errors, GError **error)
{
	g_autoptr(GSubprocessLauncher) launcher =
	        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE);

	g_subprocess_launcher_set_child_setup(launcher, set_up, NULL, NULL);
	g_subprocess_launcher_take_stderr_fd(launcher, dup(errors));
	return g_subprocess_launcher_spawnv(launcher, argv, error);
}

gboolean child_run(const char *const *argv, guint limit_s, GCancellable *stop, int *status,
        char **said, GError **error)
{
	int errors = memfd_create("stderr", MFD_CLOEXEC);
	g_autoptr(GSubprocess) process = start(argv, errors, error);
	gboolean ok = process != NULL && wait_for(process, limit_s, stop, error);

	*said = ok ? read_beginning(errors) : NULL;
	close(errors);
	if (!ok)
		return FALSE;
	if (!g_subprocess_get_if_exited(process)) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "signal %d ended it",
		        g_subprocess_get_term_sig(process));
		g_clear_pointer(said, g_free);
		return FALSE;
	}
	*status = g_subprocess_get_exit_status(process);
	return TRUE;
}
