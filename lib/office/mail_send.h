/* mail_send.h: one of Poststelle's own mails made of its facts and handed over at once. */
#ifndef POSTSTELLE_LIB_OFFICE_MAIL_SEND_H
#define POSTSTELLE_LIB_OFFICE_MAIL_SEND_H

#include <gio/gio.h>

#include "lib/db/db.h"
#include "lib/office/mail_text.h"

/* FALSE and PS_ERROR_UNAVAILABLE (own_mail.h): the mail server did not take it, or not before stop
 * (may be NULL) was cancelled. */
gboolean mail_send(Db *db, const Config *config, const char *recipient, const MailFacts *facts,
        GCancellable *stop, GError **error);

#endif
