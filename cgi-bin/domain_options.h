/* domain_options.h: the domains of a select, kept by each worker until a domain changes. */
#ifndef POSTSTELLE_CGI_DOMAIN_OPTIONS_H
#define POSTSTELLE_CGI_DOMAIN_OPTIONS_H

#include "cgi-bin/request.h"

/* Fills node with items id, name and, for the chosen one, selected. active_only leaves out the
 * inactive ones. *count: how many there are. */
gboolean domain_options_fill(Request *req, const char *node, guint64 chosen, gboolean active_only,
	guint *count, GError **error);
void domain_options_free(App *app);

#endif
