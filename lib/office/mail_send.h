/* mail_send.h: one of Poststelle's own mails made of its facts and handed over at once. */
#ifndef POSTSTELLE_LIB_OFFICE_MAIL_SEND_H
#define POSTSTELLE_LIB_OFFICE_MAIL_SEND_H

#include <gio/gio.h>

#include "lib/db/db.h"
#include "lib/office/actor.h"
#include "lib/office/mail_text.h"

/* The contact address of who sends a mail, for its Reply-To; "": none. Free: g_free(). */
char *mail_reply_to(Db *db, const Actor *actor, GError **error);

/* actor NULL: nobody sends it, and answers go to mail_from.
 * FALSE and PS_ERROR_UNAVAILABLE (own_mail.h): the mail server did not take it, or not before stop
 * (may be NULL) was cancelled. */
gboolean mail_send(Db *db, const Config *config, const Actor *actor, const char *recipient,
        const MailFacts *facts, GCancellable *stop, GError **error);

#endif
