/* mailbox_secret.h: a mailbox's password as it is stored: its hash for the mail server, itself
 * sealed (seal.h) for people, and who has seen it.
 *
 * What follows from a new or a shown password is the matter of mailbox_password.h.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_SECRET_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_SECRET_H

#include "lib/base/seal.h"
#include "lib/db/db.h"

/*
 * Generates and stores a password, within the caller's transaction. version: of the mailbox, 0 =
 * whatever it is; at: the instant that it counts from, 0 = now. An empty ring: it can't be shown
 * later. Returns 1; 0 if the mailbox has another version or is deleted; -1 and error.
 */
gint64 mailbox_secret_store(Db *db, const KeyRing *ring, guint64 mailbox_id, guint64 version,
        guint64 at, GError **error);

/* The password. PS_ERROR_NOT_FOUND: it was not sealed, or the key is missing; PS_ERROR_SEALED:
 * the seal is broken. Free: password_free(). */
char *mailbox_secret_open(Db *db, const KeyRing *ring, guint64 mailbox_id, GError **error);

/* Notes that a user (0: nobody known) has seen the password, within the caller's transaction. */
gboolean mailbox_secret_note_seen(Db *db, guint64 mailbox_id, guint64 user_id, GError **error);

#endif
