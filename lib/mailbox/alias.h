/* alias.h: further addresses of a mailbox (Weitere Adressen): mail to them arrives in it, and it
 * may send from them. Which it has: mailbox_aliases().
 */
#ifndef POSTSTELLE_LIB_MAILBOX_ALIAS_H
#define POSTSTELLE_LIB_MAILBOX_ALIAS_H

#include "lib/db/db.h"
#include "lib/office/actor.h"

/* PS_ERROR_INVALID on field "address": address.h's reasons, foreign (no own active domain), taken.
 */
gboolean alias_add(
        Db *db, const Actor *actor, guint64 mailbox_id, const char *typed, GError **error);
/* PS_ERROR_NOT_FOUND if the mailbox has no such alias. */
gboolean alias_remove(
        Db *db, const Actor *actor, guint64 mailbox_id, guint64 alias_id, GError **error);

/* Takes an address from the mailbox from (0: from none) and gives it to the mailbox to (0: to
 * none), in one transaction: no mail in between is refused. alias_id: its row at from.
 * PS_ERROR_NOT_FOUND if one of them is gone or deleted, PS_ERROR_INVALID on field "address"
 * (taken). */
gboolean alias_move(Db *db, const Actor *actor, const char *address, guint64 domain_id,
        guint64 from, guint64 alias_id, guint64 to, GError **error);

#endif
