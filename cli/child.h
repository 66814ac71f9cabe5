/* child.h: a program that is run for its answer, and waited for no longer than was said. */
#ifndef POSTSTELLE_CLI_CHILD_H
#define POSTSTELLE_CLI_CHILD_H

#include <gio/gio.h>

/*
 * Runs argv (NULL-terminated) with nothing as its input and waits until it ends, at most limit_s
 * seconds and not beyond the cancelling of stop; then it is killed, with all that it has started.
 * It is killed too if the caller dies. *status: its exit status; *said: the beginning of what it
 * wrote to standard error (free: g_free()).
 * FALSE and error: it could not be started, was killed, or G_IO_ERROR_TIMED_OUT or
 * G_IO_ERROR_CANCELLED.
 */
gboolean child_run(const char *const *argv, guint limit_s, GCancellable *stop, int *status,
        char **said, GError **error);

#endif
