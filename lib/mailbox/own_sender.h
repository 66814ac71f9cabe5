/* own_sender.h: whether what answers Poststelle's own mails, or comes back of them, arrives. */
#ifndef POSTSTELLE_LIB_MAILBOX_OWN_SENDER_H
#define POSTSTELLE_LIB_MAILBOX_OWN_SENDER_H

#include "lib/base/config.h"
#include "lib/db/db.h"

typedef enum {
	OWN_SENDER_GOOD,   /* an active mailbox has it, or it is in no domain of the office */
	OWN_SENDER_UNSET,  /* mail_from isn't set: nothing can be sent */
	OWN_SENDER_NOBODY, /* an address of the office that nobody has, or whose mailbox is inactive
	                    */
} OwnSender;

/* FALSE and error: nobody knows. */
gboolean own_sender_state(Db *db, const Config *config, OwnSender *state, GError **error);

#endif
