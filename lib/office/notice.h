/* notice.h: what the users of a VIP mailbox are told: who, not assigned to it, has seen, made or
 * sent its password, who was assigned and whose assignment ended, that it is no longer VIP, is
 * deleted, switched off, renamed or forwarded, which aliases it gets and loses, and that one of
 * them was deactivated or a password link was made for one of them.
 *
 * A notice stands under Meine Postfächer of the users assigned at that moment, and goes into the
 * mailbox as a mail (mail_queue.h) as long as it takes mail. Whether there is anything to tell is
 * decided here alone: callers always call, within the transaction of the change.
 */
#ifndef POSTSTELLE_LIB_OFFICE_NOTICE_H
#define POSTSTELLE_LIB_OFFICE_NOTICE_H

#include "lib/db/db.h"
#include "lib/office/actor.h"

/* Kinds; texts: T.notice.KIND and [notice.KIND] of templates/mail. */
#define NOTICE_SHOWN "shown"             /* told unless the actor is assigned */
#define NOTICE_GENERATED "generated"     /* likewise */
#define NOTICE_SENT "sent"               /* likewise */
#define NOTICE_ASSIGNED "assigned"       /* after the assignment: the new user is told too */
#define NOTICE_ENDED "ended"             /* before its end: the removed user is told too */
#define NOTICE_VIP_OFF "vip_off"         /* before the change: a mailbox that isn't VIP has none */
#define NOTICE_DELETED "deleted"         /* before it; never a mail */
#define NOTICE_INACTIVE "inactive"       /* before it; never a mail; notice_add_domain(), too */
#define NOTICE_ALIAS_ADDED "alias_added" /* notice_add_address() */
#define NOTICE_ALIAS_REMOVED "alias_removed"
#define NOTICE_RENAMED "renamed"     /* likewise, with the old address, after it */
#define NOTICE_FORWARDED "forwarded" /* with the addresses, after it */
#define NOTICE_FORWARD_OFF "forward_off"
#define NOTICE_LINK "link" /* notice_add_user() */
#define NOTICE_USER_OFF "user_off"
#define NOTICE_SEND_LIMIT "send_limit" /* notice_add_administrators() */

/* person_id: the user who was assigned or removed; 0 for the other kinds. */
gboolean notice_add(Db *db, const char *kind, guint64 mailbox_id, const Actor *actor,
        guint64 person_id, GError **error);
/* An address that it gets, loses, or had until it was renamed. */
gboolean notice_add_address(Db *db, const char *kind, guint64 mailbox_id, const Actor *actor,
        const char *address, GError **error);
/* What happens to a user: told in each VIP mailbox that the user is assigned to. */
gboolean notice_add_user(
        Db *db, const char *kind, const Actor *actor, guint64 user_id, GError **error);
/* What happens to a domain: told in each active VIP mailbox in it. */
gboolean notice_add_domain(
        Db *db, const char *kind, const Actor *actor, guint64 domain_id, GError **error);

/* What nobody did, but administrators have to know of a mailbox: told to all active ones, by mail
 * where they have a contact address. */
gboolean notice_add_administrators(Db *db, const char *kind, guint64 mailbox_id, GError **error);

#define NOTICE_PAGE 20

typedef struct {
	guint64 id, at;
	char *kind, *address;
	char *actor;  /* name and log-in; "" = the command line */
	char *person; /* likewise; "" = nobody */
	guint64 mailbox_id;
	gboolean is_own; /* the reader is assigned to the mailbox */
	gboolean is_deleted;
} Notice;

/* What a user was told, newest first: at most NOTICE_PAGE + 1 (one more says that there are more)
 * with numbers below before (0 = the newest). Free: g_ptr_array_unref(). */
GPtrArray *notice_list(Db *db, guint64 user_id, guint64 before, GError **error);

#endif
