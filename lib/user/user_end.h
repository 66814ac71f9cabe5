/* user_end.h: what ends with a user's deactivation: sessions, the link for a password, links of
 * access data that are on their way, and own passwords of mailboxes; the users of a VIP mailbox are
 * told.
 */
#ifndef POSTSTELLE_LIB_USER_USER_END_H
#define POSTSTELLE_LIB_USER_USER_END_H

#include "lib/db/db.h"
#include "lib/office/actor.h"

/* Within the transaction that deactivates the user. What is void is so for ever: nothing of it
 * lives again when the user is active again. */
gboolean user_end(Db *db, const Actor *actor, guint64 user_id, GError **error);

#endif
