/* client_setup.h: what the answers to mail programs that set themselves up have in common.
 *
 * Their templates begin with "<?xml". Values are escaped as on pages; what XML 1.0 (2.2) can't hold
 * at all is left out of them.
 */
#ifndef POSTSTELLE_CGI_CLIENT_SETUP_H
#define POSTSTELLE_CGI_CLIENT_SETUP_H

#include "cgi-bin/request.h"
#include "lib/office/setting.h"

/* page_set() for a value that stands in XML. */
void client_setup_set(Request *req, const char *name, const char *value);
/* imap, pop3 and smtp: .host, .port, and .starttls if the connection begins without TLS; office. */
void client_setup_servers(Request *req, const Setting *setting);
/* Sends a template as XML. */
gboolean client_setup_send(Request *req, int status, const char *template, GError **error);

#endif
