/* sender_name.h: which display name recipients see beside a mailbox's address.
 *
 * The mailbox's E-Mail-Name; without one that of the one active assigned user; with several active
 * ones that of the user whose name or E-Mail-Name the mail program itself put into From; otherwise,
 * or if that user has none, the mail program's own name stays. The page says it, the milter does
 * it.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_SENDER_NAME_H
#define POSTSTELLE_LIB_MAILBOX_SENDER_NAME_H

#include <glib.h>

typedef enum {
	SENDER_NAME_FIXED,  /* always the same name */
	SENDER_NAME_ONE_OF, /* that of the user whom the mail program names */
	SENDER_NAME_CLIENT, /* the mail program's own name stays */
} SenderNameRule;

/* What is known before a mail is written. users: MailboxUser of those assigned now, active or not.
 * *name: the fixed name, borrowed from the arguments, otherwise NULL. */
SenderNameRule sender_name_rule(const char *email_name, const GPtrArray *users, const char **name);

/*
 * The name for From when the mail program put client_name there (decoded UTF-8); NULL: that stays.
 * Borrowed from the arguments. Names are compared regardless of letter case, of blanks and of how
 * accents are composed. If several users with different E-Mail-Names fit, the mail program's stays.
 */
const char *sender_name_for(
        const char *email_name, const GPtrArray *users, const char *client_name);

#endif
