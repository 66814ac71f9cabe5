/* supervisor.h: opens the socket, forks the workers, replaces one that dies. */
#ifndef POSTSTELLE_CGI_SUPERVISOR_H
#define POSTSTELLE_CGI_SUPERVISOR_H

#include "cgi-bin/lang.h"
#include "lib/base/config.h"

/*
 * Runs Config.web_workers workers on Config.web_socket (mode 0660; "" = file descriptor 0).
 * A running supervisor keeps a lock beside its socket, so that a second one doesn't steal it; a
 * socket that a killed one left is replaced. SIGTERM and SIGINT: the workers finish their
 * requests, then it ends with 0. SIGHUP: workers are replaced one after the other.
 */
int supervisor_run(const Config *config, Languages *languages);

#endif
