/* ways_page.h: by which ways mail comes to a mailbox beside its addresses (templates/ways.cst). */
#ifndef POSTSTELLE_CGI_WAYS_PAGE_H
#define POSTSTELLE_CGI_WAYS_PAGE_H

#include "cgi-bin/request.h"
#include "lib/mailbox/mailbox.h"
#include "lib/mailbox/mailbox_detail.h"

/* Fills ways.N.text: ready sentences. */
gboolean ways_page_fill(
        Request *req, const Mailbox *mailbox, const MailboxDetail *detail, GError **error);

/* delivery.goes: where mail to it goes now, if it is forwarded. */
gboolean ways_page_goes(Request *req, guint64 mailbox_id, GError **error);

#endif
