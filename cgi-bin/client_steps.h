/* client_steps.h: how mail programs are set up, step by step. */
#ifndef POSTSTELLE_CGI_CLIENT_STEPS_H
#define POSTSTELLE_CGI_CLIENT_STEPS_H

#include "cgi-bin/request.h"

/* clients.N.name and .steps.M (ready texts) for client_steps.cst. name: to be typed as one's own;
 * NULL: whatever one likes. link: there is a one-time link, behind which an iPhone finds its
 * profile. */
void client_steps_page(Request *req, const char *address, const char *name, gboolean link);
/* The same, which must have been filled, as lines of a plain text. */
void client_steps_text(Request *req, GString *out);

#endif
