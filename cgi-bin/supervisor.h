/* supervisor.h: opens the socket, forks the workers, replaces one that dies. */
#ifndef POSTSTELLE_CGI_SUPERVISOR_H
#define POSTSTELLE_CGI_SUPERVISOR_H

#include <signal.h>

#include "cgi-bin/lang.h"
#include "lib/base/config.h"

/*
 * Blocks the signals that supervisor_run() answers: first of all in main(), so that none is lost
 * while the program starts (the kernel drops what process 1 of a container doesn't handle yet).
 * *before: what was blocked until then, for whoever doesn't call that.
 */
void supervisor_hold_signals(sigset_t *before);

/*
 * Runs Config.web_workers workers on Config.web_socket (mode 0660; "" = file descriptor 0), and a
 * process that goes on with what was begun there (background.h).
 * A running supervisor keeps a lock beside its socket, so that a second one doesn't steal it; a
 * socket that a killed one left is replaced.
 * SIGTERM and SIGINT: the workers finish their requests, then it ends with 0. SIGHUP: workers are
 * replaced one after the other. Killed: the workers end by themselves, and it can be started again
 * at once.
 */
int supervisor_run(const Config *config, Languages *languages);

#endif
