/* access_mail.h: the mail that carries access data, in its reader's language. */
#ifndef POSTSTELLE_CGI_ACCESS_MAIL_H
#define POSTSTELLE_CGI_ACCESS_MAIL_H

#include "lib/mailbox/access_send.h"

/* An AccessCompose whose data is the Request. */
MailText *access_mail_compose(const AccessMail *mail, gpointer request, GError **error);

#endif
