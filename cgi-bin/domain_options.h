/* domain_options.h: the domains of a select, kept by each worker until a domain changes. */
#ifndef POSTSTELLE_CGI_DOMAIN_OPTIONS_H
#define POSTSTELLE_CGI_DOMAIN_OPTIONS_H

#include "cgi-bin/request.h"

/* Fills node with items id, name and, for the chosen one, selected. active_only leaves out the
 * inactive ones and alias domains, which no new address can be in. *count: how many there are. */
gboolean domain_options_fill(Request *req, const char *node, guint64 chosen, gboolean active_only,
        guint *count, GError **error);
/* After domain_options_fill(): a domain's name as people read it, NULL if there is none. Borrowed.
 */
const char *domain_options_name(Request *req, guint64 id);
/* Likewise: whether it is active. */
gboolean domain_options_active(Request *req, guint64 id);
/* All domains (Domain) by name, of the same copy. NULL and error. Borrowed. */
const GPtrArray *domain_options_list(Request *req, GError **error);
void domain_options_free(App *app);

#endif
