/* own_password.h: own passwords: a user's for a mailbox, one a device, beside its shared password.
 *
 * Only its SHA-256 is stored (password.h says why that is enough): it is seen once, when it is
 * made. It ends, for ever, with the assignment, the user's deactivation, the mailbox's deletion, or
 * when it is revoked; open sessions end with it.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_OWN_PASSWORD_H
#define POSTSTELLE_LIB_MAILBOX_OWN_PASSWORD_H

#include "lib/db/db.h"
#include "lib/office/actor.h"

#define OWN_PASSWORD_NAME_MAX 100 /* characters, of the device */
#define OWN_PASSWORD_MAX 50       /* that hold at once, of a user for a mailbox */

typedef struct {
	guint64 id, user_id, made_at;
	char *name;    /* of the device */
	char *user;    /* the user's name */
	guint64 at[3]; /* last use by IMAP and POP3, and the last mail sent; 0: never */
} OwnPassword;

/* Those of a mailbox that hold, of one user or of all (0), by user and name. Free:
 * g_ptr_array_unref(). */
GPtrArray *own_password_list(Db *db, guint64 mailbox_id, guint64 user_id, GError **error);

/* Whether a device may be called so. PS_ERROR_INVALID on name (empty, too_long, control). */
gboolean own_password_check_name(const char *name, GError **error);

/*
 * Makes one for the actor, who has to be assigned: PS_ERROR_NOT_FOUND otherwise, or if the mailbox
 * is deleted. PS_ERROR_INVALID on name: as above; device_taken: the user has one of that name for
 * the mailbox (number: then it gets a number); device_many: there are OWN_PASSWORD_MAX. The
 * password. Free: password_free().
 */
char *own_password_make(Db *db, const Actor *actor, guint64 mailbox_id, const char *name,
        gboolean number, GError **error);

/* Ends one of a mailbox; user_id: if it is that user's (0: whoever's). PS_ERROR_NOT_FOUND: there is
 * none that holds. */
gboolean own_password_revoke(Db *db, const Actor *actor, guint64 mailbox_id, guint64 id,
        guint64 user_id, GError **error);

/* Ends all of a mailbox, of one user or of all (0), within the transaction of what causes it. */
gboolean own_password_end(
        Db *db, guint64 mailbox_id, const char *address, guint64 user_id, GError **error);

/* The address of a log-in's name as the submission services know it (the view mail_sender), in
 * lower case, and the number of the own password that it was made with, or 0. Free: g_free(). */
char *own_password_login(const char *name, guint64 *id);

/* Whose it is, if it is one of the mailbox; *user_id 0: it isn't. Ended ones too: a mail may have
 * been under way. */
gboolean own_password_writer(
        Db *db, guint64 id, guint64 mailbox_id, guint64 *user_id, GError **error);

/* Notes that a mail was sent with it, within the transaction that journals it; once a minute, as
 * the row is one for all mails of a device. */
gboolean own_password_sent(Db *db, guint64 id, GError **error);

#endif
