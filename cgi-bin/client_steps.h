/* client_steps.h: how Outlook, an iPhone, Android and Thunderbird are set up, step by step. */
#ifndef POSTSTELLE_CGI_CLIENT_STEPS_H
#define POSTSTELLE_CGI_CLIENT_STEPS_H

#include "cgi-bin/request.h"

/* clients.N.name and .steps.M (ready texts) for client_steps.cst. link: there is a one-time link,
 * behind which an iPhone finds its profile. */
void client_steps_page(Request *req, const char *address, gboolean link);
/* The same as lines of a plain text. */
void client_steps_text(Request *req, const char *address, gboolean link, GString *out);

#endif
