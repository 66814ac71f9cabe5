/* mailbox_address.h: an address that somebody chose for a mailbox: what it is, whether it is free.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_ADDRESS_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_ADDRESS_H

#include "lib/db/db.h"

/* The address that a typed name makes in a domain. NULL and PS_ERROR_INVALID on local_part
 * (address.h, too_long) or domain_id (choice, inactive, alias_domain). Free: g_free(). */
char *mailbox_address_new(Db *db, const char *local_part, guint64 domain_id, GError **error);

/* The same of an address that was typed as a whole, with the number of its domain; reasons on
 * address: address.h, foreign (no own active domain), alias_domain. */
char *mailbox_address_typed(Db *db, const char *typed, guint64 *domain_id, GError **error);

/* Passes on why an address could not be written: PS_ERROR_INVALID (taken) on field if somebody has
 * it, else failure as it is, which is NULL then. FALSE always. */
gboolean mailbox_address_refused(
        GError **failure, const char *field, const char *address, GError **error);

#endif
