/* domain_change.h: saves all that the office says of a domain, or nothing of it. */
#ifndef POSTSTELLE_LIB_MAILBOX_DOMAIN_CHANGE_H
#define POSTSTELLE_LIB_MAILBOX_DOMAIN_CHANGE_H

#include "lib/db/db.h"
#include "lib/office/actor.h"
#include "lib/office/domain.h"

typedef struct {
	guint64 version; /* that it is to have still */
	gboolean active;
	guint64 alias_of;        /* a domain; 0: none */
	gboolean has_postmaster; /* else who has postmaster@ and abuse@ stays */
	guint64 postmaster;      /* mailboxes; 0: none */
	guint64 catch_all;
} DomainWanted;

/* domain is as it was loaded. PS_ERROR_CONFLICT if version isn't the saved one any more, else what
 * alias_domain.h, postmaster.h and catch_all.h refuse. FALSE: nothing is changed. */
gboolean domain_change(Db *db, const Actor *actor, const Domain *domain, const DomainWanted *wanted,
        GError **error);

#endif
