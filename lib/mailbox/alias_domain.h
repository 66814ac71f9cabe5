/* alias_domain.h: a domain of which every address is that of another one.
 *
 * Whoever has a name in the other domain has it in the alias domain too, as a further address: mail
 * to it arrives, and it may be sent from; log-in stays with the main address. An alias domain has
 * no addresses of its own and isn't the alias of an alias.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_ALIAS_DOMAIN_H
#define POSTSTELLE_LIB_MAILBOX_ALIAS_DOMAIN_H

#include "lib/db/db.h"
#include "lib/office/actor.h"
#include "lib/office/domain.h"

/* Makes domain, as it was loaded, an alias of another one, or of none (0). Its postmaster@ and
 * abuse@ become the other one's. PS_ERROR_INVALID on alias_of: choice (no such domain), loop
 * (itself, or one of the two has to do with an alias already), addresses (it has addresses of its
 * own). */
gboolean alias_domain_set(
        Db *db, const Actor *actor, const Domain *domain, guint64 alias_of, GError **error);

#endif
