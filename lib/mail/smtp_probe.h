/* smtp_probe.h: asks an SMTP server whether it would take mail for an address now, by MAIL
 * FROM, RCPT TO and QUIT (RFC 5321); no message is sent.
 */
#ifndef POSTSTELLE_LIB_MAIL_SMTP_PROBE_H
#define POSTSTELLE_LIB_MAIL_SMTP_PROBE_H

#include <glib.h>

typedef struct {
	guint code;        /* of the reply that decided: 250, 450, 550, ... */
	char enhanced[12]; /* "5.2.1" (RFC 3463); "" if the reply has none */
	char *text;        /* the reply verbatim, lines joined by LF; valid UTF-8 */
} SmtpReply;

void smtp_reply_free(SmtpReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SmtpReply, smtp_reply_free)

/* At most 10 seconds in all. NULL and PS_ERROR_UNAVAILABLE if the server can't be asked. */
SmtpReply *smtp_probe(const char *host, guint port, const char *recipient, GError **error);
/* The same with a sender in the envelope ("": none). */
SmtpReply *smtp_probe_from(
        const char *host, guint port, const char *sender, const char *recipient, GError **error);

#endif
