/* access_data.h: what somebody needs to set up a mail program for a mailbox. */
#ifndef POSTSTELLE_CGI_ACCESS_DATA_H
#define POSTSTELLE_CGI_ACCESS_DATA_H

#include "cgi-bin/request.h"
#include "lib/mailbox/mailbox.h"
#include "lib/office/setting.h"

/*
 * For access_data.cst, access_mail.cst and client_steps.cst:
 *   m.address      as people write it, which is what to type
 *   m.ascii        the A-label's spelling, if that is another one; m.ascii_help says when to type
 * it m.name         the name that recipients see, if it is certain webmail.href   of the office's
 * webmail, if there is one servers, clients (link: there is a one-time link, behind which is the
 * Apple profile)
 */
gboolean access_data_fill(Request *req, const Mailbox *mailbox, const Setting *setting,
        gboolean link, GError **error);

#endif
