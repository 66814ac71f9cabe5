/* socket_lock.c: locks the file beside a unix socket. */
#include "lib/base/socket_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "lib/base/error.h"

gboolean socket_lock(const char *path, GError **error)
{
	g_autofree char *lock_path = g_strconcat(path, ".lock", NULL);
	/* A record lock is the process's own. flock() is the open file's, which children share. */
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	/* The descriptor stays open. */
	int lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (lock >= 0 && fcntl(lock, F_SETLK, &whole) == 0)
		return TRUE;
	g_set_error(error, PS_ERROR, PS_ERROR_UNAVAILABLE, "another one is running on %s (%s)",
	        path, g_strerror(errno));
	return FALSE;
}
