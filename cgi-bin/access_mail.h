/* access_mail.h: the mail that carries access data, in its reader's language. */
#ifndef POSTSTELLE_CGI_ACCESS_MAIL_H
#define POSTSTELLE_CGI_ACCESS_MAIL_H

#include "cgi-bin/request.h"
#include "lib/mailbox/access_link.h"
#include "lib/office/setting.h"

typedef struct {
	const Mailbox *mailbox;
	const Setting *setting;
	const AccessContact *recipient;
	const char *link;     /* the one-time link; NULL: the password stands in the mail */
	const char *password; /* without a link */
	guint64 expires_at;   /* of the link */
} AccessMail;

/* Hands it over to the mail server. FALSE and PS_ERROR_UNAVAILABLE (own_mail.h): not sent. */
gboolean access_mail_send(Request *req, const AccessMail *mail, GError **error);

#endif
