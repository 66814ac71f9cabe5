/* mailbox_password.h: a mailbox's password made anew or shown, and what follows from it: links of
 * access data are void, open sessions end, it is in the change log, and the users of a VIP mailbox
 * are told.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_PASSWORD_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_PASSWORD_H

#include "lib/base/seal.h"
#include "lib/db/db.h"
#include "lib/mailbox/mailbox.h"
#include "lib/office/actor.h"

/* A new password; the old one fails at the very next log-in, open sessions are ended by the agent.
 * PS_ERROR_CONFLICT if somebody saved meanwhile, PS_ERROR_INVALID on new_password (no_key): nobody
 * could see it. */
gboolean mailbox_password_new(Db *db, const KeyRing *ring, const Actor *actor, guint64 id,
        guint64 version, GError **error);

/* The same within the transaction of a change that asks for it. version 0: whatever it is; at: the
 * instant that it counts from, 0 = now. */
gboolean mailbox_password_renew(Db *db, const KeyRing *ring, const Actor *actor,
        const Mailbox *mailbox, guint64 version, guint64 at, GError **error);

/* The password; that it was shown is in the change log when this returns. PS_ERROR_NOT_FOUND: it
 * was not sealed, or the key is missing; PS_ERROR_SEALED: the seal is broken; PS_ERROR_UNLOGGED.
 * Free: password_free(). */
char *mailbox_password_show(
        Db *db, const KeyRing *ring, const Actor *actor, const Mailbox *mailbox, GError **error);

#endif
