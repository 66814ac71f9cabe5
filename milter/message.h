/* message.h: what the role journal keeps of a message while it passes: the envelope, the headers
 * that say from whom and to whom, the subject, and what mime_text.h makes of the body. Bounded
 * whatever is sent.
 */
#ifndef POSTSTELLE_MILTER_MESSAGE_H
#define POSTSTELLE_MILTER_MESSAGE_H

#include "lib/journal/journal_mail.h"

#define MESSAGE_ADDRESSES_MAX 196608 /* octets of From, To and Cc that are kept */
/* Postfix cuts a header at 60,000 octets, name included, or before the line of at most 2,048 that
 * would go beyond: one of so many octets may have been cut. */
#define MESSAGE_HEADER_CUT 57900

typedef struct Message Message;

/* At MAIL: the message remembers that moment. Free: message_free(). */
Message *message_new(const char *envelope_from);
void message_free(Message *message);

void message_add_recipient(Message *message, const char *address);
/* name and value as libmilter gives them. */
void message_add_header(Message *message, const char *name, const char *value);
/* The next octets of the body. */
void message_add_body(Message *message, const guint8 *octets, gsize length);

/* Ends the message and fills everything but key and sender. Borrowed until message_free(). */
void message_finish(Message *message, JournalService service, JournalMail *mail);

#endif
