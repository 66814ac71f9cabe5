/* own_mail.h: Poststelle's own mails (access data, links, notices), handed over to the office's
 * mail server on the service that is for them alone ([mail] submission_host and _port).
 */
#ifndef POSTSTELLE_LIB_MAIL_OWN_MAIL_H
#define POSTSTELLE_LIB_MAIL_OWN_MAIL_H

#include <gio/gio.h>

#include "lib/base/config.h"

typedef struct {
	const char *from_name; /* what recipients see beside [mail] mail_from; the office's name */
	const char *to;        /* one address */
	const char *sender;    /* of the envelope; NULL: mail_from */
	const char *reply_to;  /* whom answers go to; NULL or "": mail_from */
	const char *subject;
	const char *text; /* UTF-8, lines ended by LF */
	const char *html; /* the same for eyes (multipart/alternative); NULL: only the text */
} OwnMail;

/* The whole message (RFC 5322, MIME) with CR LF. Free: g_bytes_unref(). */
GBytes *own_mail_compose(const Config *config, const OwnMail *mail);

/* Composes it and hands it over, in at most 20 seconds; about 2 after stop (may be NULL) is
 * cancelled. FALSE and PS_ERROR_UNAVAILABLE, with the server's reply in the message, if it was not
 * taken: then nothing was sent. *reply (may be NULL; free: g_free()): what the server said alone,
 * for a page; NULL if it said nothing, or took the mail. */
gboolean own_mail_send(const Config *config, const OwnMail *mail, GCancellable *stop, char **reply,
        GError **error);

#endif
