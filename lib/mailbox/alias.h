/*
 * alias.h: further addresses of a mailbox (Weitere Adressen): mail to them arrives in it, and it
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

#endif
