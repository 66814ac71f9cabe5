/* first_steps.h: what an office without a mailbox has to do first. */
#ifndef POSTSTELLE_CGI_FIRST_STEPS_H
#define POSTSTELLE_CGI_FIRST_STEPS_H

#include "cgi-bin/request.h"

/* If there is no mailbox, fills first.* for templates/first_steps.cst and sets first.any. */
gboolean first_steps_fill(Request *req, GError **error);

#endif
