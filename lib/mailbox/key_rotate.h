/* key_rotate.h: passwords that are sealed with an older key of the key file are sealed with its
 * newest, while everything runs. It can be stopped at any point and begun again: each row says
 * which key it needs.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_KEY_ROTATE_H
#define POSTSTELLE_LIB_MAILBOX_KEY_ROTATE_H

#include "lib/base/seal.h"
#include "lib/db/db.h"
#include "lib/office/actor.h"

typedef struct {
	guint64 sealed;     /* anew */
	guint64 unreadable; /* could not be opened: their key isn't there, or the seal is broken */
} KeyRotation;

/* All passwords, in small transactions; at the end it is in the change log. */
gboolean key_rotate(
        Db *db, const KeyRing *ring, const Actor *actor, KeyRotation *done, GError **error);

/* Whether a password is sealed with the key of that id. */
gboolean key_is_used(Db *db, const char *id, gboolean *used, GError **error);
/* *unfinished: an older key of the ring is still used. */
gboolean key_rotation_unfinished(Db *db, const KeyRing *ring, gboolean *unfinished, GError **error);

/* The ids of keys that passwords are sealed with and the ring doesn't hold. Free:
 * g_ptr_array_unref(). */
GPtrArray *key_missing(Db *db, const KeyRing *ring, GError **error);

#endif
