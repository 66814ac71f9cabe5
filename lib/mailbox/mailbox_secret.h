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

/*
 * Who may still know the password of mailbox m, as a condition of a statement: somebody who was
 * assigned and active at the same time while it was the one, and isn't both now; somebody who has
 * looked at it, and is deactivated, or neither assigned nor an administrator. Not where own
 * passwords alone log in.
 */
#define MAILBOX_SECRET_ASSIGNED                                                                    \
	"EXISTS (SELECT 1 FROM assignment kn"                                                      \
	" WHERE kn.mailbox_id = m.id AND kn.user_id = ku.id AND kn.removed_at = 0)"
#define MAILBOX_SECRET_KNOWN                                                                        \
	"(m.own_only = 0 AND (EXISTS (SELECT 1 FROM assignment ka FORCE INDEX (assignment_mailbox)" \
	"  STRAIGHT_JOIN user ku ON ku.id = ka.user_id"                                             \
	"  WHERE ka.mailbox_id = m.id"                                                              \
	"    AND (ka.removed_at = 0 OR ka.removed_at > m.password_changed_at)"                      \
	"    AND IF(ku.active, ka.removed_at > 0 AND NOT " MAILBOX_SECRET_ASSIGNED ","              \
	"           ku.deactivated_at > GREATEST(ka.assigned_at, m.password_changed_at))"           \
	"    AND NOT (ka.removed_at > 0 AND EXISTS (SELECT 1 FROM user_inactive ki"                 \
	"     WHERE ki.user_id = ka.user_id AND ki.ended_at >= ka.removed_at"                       \
	"       AND ki.began_at <= GREATEST(ka.assigned_at, m.password_changed_at))))"              \
	" OR EXISTS (SELECT 1 FROM password_seen ks STRAIGHT_JOIN user ku ON ku.id = ks.user_id"    \
	"  WHERE ks.mailbox_id = m.id AND ks.seen_at > m.password_changed_at"                       \
	"    AND (ku.active = 0 OR (ku.role <> 'admin' AND NOT " MAILBOX_SECRET_ASSIGNED ")))))"

/* Whether somebody may. */
gboolean mailbox_secret_known(Db *db, guint64 mailbox_id, gboolean *known, GError **error);

#endif
