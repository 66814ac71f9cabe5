/*
 * mailbox.h: mailboxes, their settings and passwords.
 *
 * What is saved holds for the mail servers at once: they read the same rows by views.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_H

#include "lib/base/seal.h"
#include "lib/db/db.h"
#include "lib/mailbox/mailbox_find.h"
#include "lib/office/actor.h"

#define MAILBOX_QUOTA_MAX 1000000 /* MB; 0 = without limit */

typedef struct {
	guint64 id, domain_id, version;
	char *address;
	char *email_name;
	gboolean active, vip;
	guint64 quota_mb;
	gboolean domain_active;
	gboolean deleted;
	guint64 deleted_at;
	gboolean sealed; /* its password can be shown, given the key */
	char *key_id;    /* of the seal; NULL without one */
	guint64 password_changed_at;
	guint64 bytes;   /* used storage, as Dovecot counted it */
	gboolean absent; /* its absence note is switched on; absence_state() says where it stands */
	guint64 absent_from, absent_until; /* the note's period, 0 = open */
} Mailbox;

void mailbox_free(Mailbox *mailbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mailbox, mailbox_free)

/* NULL and PS_ERROR_NOT_FOUND if there is none, or it was purged. Free: mailbox_free(). */
Mailbox *mailbox_load(Db *db, guint64 id, GError **error);
Mailbox *mailbox_load_address(Db *db, const char *address, GError **error);

/*
 * Makes a mailbox with a generated password; mail is accepted from the COMMIT on. PS_ERROR_INVALID
 * on local_part (address.h, taken), domain_id (unknown, inactive) or email_name. An empty ring:
 * the password can't be shown later.
 */
gboolean mailbox_create(Db *db, const KeyRing *ring, const Actor *actor, const char *local_part,
        guint64 domain_id, const char *email_name, guint64 *id, GError **error);

/* At most 1,000 mailboxes that are not deleted, with numbers above after, in their order. */
GPtrArray *mailbox_batch(Db *db, guint64 after, GError **error);

/* Saves active, email_name, vip and quota_mb of wanted, where id and version are the opened ones.
 * PS_ERROR_CONFLICT if somebody saved meanwhile, NOT_FOUND if it is gone or deleted. */
gboolean mailbox_update(Db *db, const Actor *actor, const Mailbox *wanted, GError **error);

/* A new password; the old one fails at the very next log-in, open sessions are ended by the agent.
 */
gboolean mailbox_new_password(Db *db, const KeyRing *ring, const Actor *actor, guint64 id,
        guint64 version, GError **error);

/* The same within the transaction of a change that asks for it. version 0: whatever it is; at: the
 * instant that it counts from, 0 = now. */
gboolean mailbox_renew(Db *db, const KeyRing *ring, const Actor *actor, const Mailbox *mailbox,
        guint64 version, guint64 at, GError **error);

/* The password, for a mail that carries it. PS_ERROR_NOT_FOUND: the key is missing. Free:
 * password_free(). */
char *mailbox_password(Db *db, const KeyRing *ring, const Mailbox *mailbox, GError **error);
/* Notes that a user (0: nobody known) has seen the password, within the caller's transaction. */
gboolean mailbox_note_seen(Db *db, guint64 id, guint64 user_id, GError **error);
/* The password; that it was shown is in the change log when this returns. PS_ERROR_NOT_FOUND
 * without "no such mailbox" can't happen for a loaded one: it means the key is missing. Free:
 * password_free(). */
char *mailbox_show_password(
        Db *db, const KeyRing *ring, const Actor *actor, const Mailbox *mailbox, GError **error);

/* Who is, or was, assigned. */
typedef struct {
	guint64 user_id, assigned_at;
	char *name, *login, *email_name;
	gboolean active; /* the user */
} MailboxUser;

/* Users assigned now, by name. Free: g_ptr_array_unref(). */
GPtrArray *mailbox_users(Db *db, guint64 id, GError **error);
/* Whether somebody whose assignment ended, who is deactivated, or who looked at it and is neither
 * assigned nor an administrator any more, may still know the password. */
gboolean mailbox_known_to_former(Db *db, guint64 id, gboolean *known, GError **error);

/* A further address (alias.h adds and removes them). */
typedef struct {
	guint64 id;
	char *address;
} MailboxAlias;

/* By address. Free: g_ptr_array_unref(). */
GPtrArray *mailbox_aliases(Db *db, guint64 id, GError **error);

/* What the search rows of a mailbox follow from; its texts are borrowed. */
MailboxFindKey mailbox_find_key(const Mailbox *mailbox);

/* Mailboxes that a user is assigned to now (not deleted), by address: at most MAILBOX_OF_USER_PAGE
 * + 1 (one more says that there are more) behind the address after ("" = first). Free:
 * g_ptr_array_unref(). */
#define MAILBOX_OF_USER_PAGE 50
GPtrArray *mailbox_of_user(Db *db, guint64 user_id, const char *after, GError **error);

#endif
