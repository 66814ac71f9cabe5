/* socket_lock.h: only one program at a time listens on a unix socket. */
#ifndef POSTSTELLE_LIB_BASE_SOCKET_LOCK_H
#define POSTSTELLE_LIB_BASE_SOCKET_LOCK_H

#include <glib.h>

/* Locks the file beside the socket (path and ".lock") for the life of the process (its children
 * don't hold the lock): after that a socket that is there was left behind and may be removed.
 * PS_ERROR_UNAVAILABLE if another program has it. */
gboolean socket_lock(const char *path, GError **error);

#endif
