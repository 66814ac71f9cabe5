/* domain_delete.h: removes a domain that nothing uses, one that was added by mistake. */
#ifndef POSTSTELLE_LIB_OFFICE_DOMAIN_DELETE_H
#define POSTSTELLE_LIB_OFFICE_DOMAIN_DELETE_H

#include "lib/db/db.h"
#include "lib/office/actor.h"

/* PS_ERROR_CONFLICT if a mailbox was ever made in it (its number and old address stay, so does the
 * domain), or something else names it; PS_ERROR_NOT_FOUND. */
gboolean domain_delete(Db *db, const Actor *actor, guint64 id, GError **error);

#endif
