/* attention.h: what needs a look, above the list of mailboxes, where administrators begin. */
#ifndef POSTSTELLE_CGI_ATTENTION_H
#define POSTSTELLE_CGI_ATTENTION_H

#include "cgi-bin/request.h"

/* Fills "attention" (templates/attention.cst); nothing needs a look: leaves it empty. As long as
 * nobody changes anything a worker counts once in a while. */
gboolean attention_fill(Request *req, GError **error);
void attention_free(App *app);

#endif
