/* access_sent.h: the page of access data that was sent. */
#ifndef POSTSTELLE_CGI_ACCESS_SENT_H
#define POSTSTELLE_CGI_ACCESS_SENT_H

#include "cgi-bin/request.h"
#include "lib/mailbox/access_send.h"

/* Leads to the page of what was sent; the link goes there by a cookie, which that page drops. */
gboolean access_sent_lead(Request *req, guint64 mailbox_id, const AccessResult *result);

#endif
