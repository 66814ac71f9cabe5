/* user_hold.h: what is made for a user as long as the user is active, at every database node.
 *
 * A share lock is the node's own: another one may deactivate the user, or change the password, at
 * that moment. So whoever makes something that ends with these writes the user's row, which they
 * write too: one of the two is run again, and sees what the other did.
 */
#ifndef POSTSTELLE_LIB_USER_USER_HOLD_H
#define POSTSTELLE_LIB_USER_USER_HOLD_H

#include "lib/db/db.h"

/* Within a transaction, before what is made. *held: the user is active, and has the password of
 * that hash (NULL: whichever), until it ends. */
gboolean user_hold(
        Db *db, guint64 user_id, const char *password_hash, gboolean *held, GError **error);

#endif
