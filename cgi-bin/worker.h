/* worker.h: the accept loop of one worker process. */
#ifndef POSTSTELLE_CGI_WORKER_H
#define POSTSTELLE_CGI_WORKER_H

#include "cgi-bin/lang.h"
#include "lib/base/config.h"

/* Answers requests on a listening socket until SIGTERM, SIGINT or SIGUSR1, which it sees between
 * two requests only. They may be blocked before. Returns the process's exit status. */
int worker_run(const Config *config, Languages *languages, int listen_fd);

/* TRUE if a web server started us for one request (CGI/1.1, RFC 3875). */
gboolean worker_is_plain_cgi(void);
int worker_run_plain_cgi(const Config *config, Languages *languages);

#endif
