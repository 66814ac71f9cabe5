/* mailbox_insert.h: the rows that new mailboxes are made of. */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_INSERT_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_INSERT_H

#include "lib/base/seal.h"
#include "lib/db/db.h"

typedef struct {
	const char *address, *email_name; /* in their stored form */
	const char *note;                 /* NULL: none */
	guint64 domain_id, quota_mb;
	gboolean active, vip;
	gboolean no_sending, no_log_in; /* may_send, may_log_in (mailbox.h) are off */
	/* Nobody is to see it yet (import.h): neither the list nor a mail server. */
	gboolean hidden;
	/* Its note and the further addresses that the caller adds, blanks between them; NULL: none.
	 */
	const char *further;
	/* A password that it has already, as Dovecot has it; NULL: one is generated. */
	const char *password_hash;
	guint64 id; /* out */
} NewMailbox;

/* A VIP mailbox takes own passwords alone, if the settings say so and it brings no password along.
 *
 * Writes count of them, within the caller's transaction; the change log is the caller's matter. An
 * empty ring: the passwords can't be shown later. PS_ERROR_DUPLICATE (key address_address): an
 * address is taken. */
gboolean mailbox_insert(
        Db *db, const KeyRing *ring, NewMailbox *fresh, guint count, GError **error);

#endif
