/* access_link.h: access data that is sent to somebody, and the one-time link that shows the
 * password in it.
 *
 * A link shows the password once, within ACCESS_LINK_HOURS; only the token's hash is stored. It is
 * void, for ever, when its mail wasn't taken, after a new password, the mailbox's deletion, the end
 * of the recipient's assignment, or the recipient's deactivation (user_end.h). The Apple profile
 * stays behind it until it expires or is void.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_ACCESS_LINK_H
#define POSTSTELLE_LIB_MAILBOX_ACCESS_LINK_H

#include "lib/mailbox/mailbox.h"

#define ACCESS_LINK_HOURS 24

/* Somebody whose contact address access data can go to. */
typedef struct {
	guint64 user_id; /* 0: nobody's contact address */
	char *name, *address;
	char *locale; /* "", "de" or "en" */
} AccessContact;

void access_contact_free(AccessContact *contact);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AccessContact, access_contact_free)

/* The contact addresses of the active users assigned now, by name. Free: g_ptr_array_unref(). */
GPtrArray *access_contacts(Db *db, guint64 mailbox_id, GError **error);

/*
 * The recipient that was typed. own_of: only that user's contact address will do (0: any address).
 * PS_ERROR_INVALID on "recipient": address.h's reasons; itself (this mailbox or one of its
 * aliases); own_only. Free: access_contact_free().
 */
AccessContact *access_recipient(
        Db *db, guint64 mailbox_id, const char *typed, guint64 own_of, GError **error);

/* Notes that access data goes to the recipient. token NULL: in clear text; log and notice say so
 * from now on, since nobody can take back a mail that may be out. The link holds only after
 * access_link_sent(), which notes it. PS_ERROR_NOT_FOUND: the mailbox is deleted by now;
 * PS_ERROR_CONFLICT: the recipient isn't its user any more. */
gboolean access_link_create(Db *db, const Actor *actor, const Mailbox *mailbox,
        const AccessContact *recipient, const char *token, guint64 *id, guint64 *expires_at,
        GError **error);
/* A link without a mail, for the actor's own other device: it makes an own password
 * (own_password.h) of that name when it is opened. PS_ERROR_NOT_FOUND: the mailbox is deleted by
 * now; PS_ERROR_CONFLICT: the actor isn't assigned to it. */
gboolean access_link_create_own(Db *db, const Actor *actor, const Mailbox *mailbox,
        const char *name, const char *token, guint64 *expires_at, GError **error);
/* The mail server took the mail, or it did not (then the link is void). */
gboolean access_link_sent(Db *db, const Actor *actor, const Mailbox *mailbox, guint64 id,
        const AccessContact *recipient, gboolean plain, GError **error);
gboolean access_link_failed(Db *db, const Actor *actor, const Mailbox *mailbox, guint64 id,
        const AccessContact *recipient, GError **error);

/* What is behind a token that holds. */
typedef struct {
	guint64 mailbox_id;
	gboolean opened; /* the password was shown */
} AccessLink;

/* PS_ERROR_NOT_FOUND for a token that is unknown, expired or void. */
gboolean access_link_find(Db *db, const char *token, AccessLink *link, GError **error);
/* The password, for the first who asks. PS_ERROR_NOT_FOUND as above, PS_ERROR_CONFLICT if it was
 * shown already, PS_ERROR_SEALED if it can't be opened (the link is not used up then). Free:
 * password_free(). */
char *access_link_open(Db *db, const KeyRing *ring, const char *token, GError **error);

/* Makes a mailbox's links void, those to one user or all (0), within the transaction of what
 * causes it. reason: a word (password, deleted, assignment). */
gboolean access_link_void(
        Db *db, guint64 mailbox_id, guint64 user_id, const char *reason, GError **error);

#endif
