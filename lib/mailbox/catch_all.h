/* catch_all.h: the mailbox that gets what goes to addresses of a domain that nobody has
 * (Auffang-Postfach).
 *
 * Only those: an address that a mailbox has or had within its grace time, inactive or deleted, is
 * never caught. A mailbox that takes no mail catches none; its domain's unknown addresses are
 * unknown then.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_CATCH_ALL_H
#define POSTSTELLE_LIB_MAILBOX_CATCH_ALL_H

#include "lib/db/db.h"
#include "lib/office/actor.h"
#include "lib/office/domain.h"

/* Gives a domain a mailbox that catches, or takes it away (0). domain is as it was loaded. */
gboolean catch_all_set(
        Db *db, const Actor *actor, const Domain *domain, guint64 mailbox_id, GError **error);

/* The address of the mailbox; NULL in *address if there is none. Free: g_free(). */
gboolean catch_all_address(Db *db, const Domain *domain, char **address, GError **error);

#endif
