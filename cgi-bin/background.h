/* background.h: the process that goes on with what was begun on a page while nobody looks at it. */
#ifndef POSTSTELLE_CGI_BACKGROUND_H
#define POSTSTELLE_CGI_BACKGROUND_H

#include "lib/base/config.h"

/* Makes steps of the runs that were said yes to (lib/mailbox/bulk.h), each in its turn, until
 * SIGTERM, SIGINT or SIGUSR1, which it sees between two steps only. Returns the process's exit
 * status. */
int background_run(const Config *config);

#endif
