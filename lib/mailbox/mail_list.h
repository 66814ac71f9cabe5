/* mail_list.h: distribution lists (Verteiler): an address that leads to several.
 *
 * Members are addresses of the office (of mailboxes, further ones, of other lists) or outside, if
 * the setting outside_members allows. Inactive members are left out. What a list leads to in the
 * end: way.h.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAIL_LIST_H
#define POSTSTELLE_LIB_MAILBOX_MAIL_LIST_H

#include "lib/db/db.h"
#include "lib/db/list_page.h"
#include "lib/mailbox/way_flat.h"
#include "lib/office/actor.h"

#define MAIL_LIST_MEMBERS_MAX WAY_MAX

/* Who may write to it; NULL-terminated: all, office, members. */
extern const char *const mail_list_who[];

typedef struct {
	guint64 id, version;
	char *address;
	char *who;
	gboolean active;
	guint64 count;      /* of members */
	GPtrArray *members; /* addresses; NULL in a page of lists */
} MailList;

void mail_list_free(MailList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailList, mail_list_free)

/* NULL and PS_ERROR_NOT_FOUND if there is none. Free: mail_list_free(). */
MailList *mail_list_load(Db *db, guint64 id, GError **error);
/* A page (MailList) by address, which is the cursor. Free: list_page_free(). */
ListPage *mail_list_page(Db *db, const ListAt *at, GError **error);

/* Without members yet. PS_ERROR_INVALID on address (mailbox_address_typed(), taken). */
gboolean mail_list_create(
        Db *db, const Actor *actor, const char *typed, guint64 *id, GError **error);

/* Saves who, active and members of wanted, where id and version are the opened ones.
 * PS_ERROR_INVALID on member (way_member.h; loop, too_many) or who (choice); PS_ERROR_CONFLICT if
 * somebody saved meanwhile, NOT_FOUND if it is gone. */
gboolean mail_list_save(Db *db, const Actor *actor, const MailList *wanted, GError **error);

/* Its address is free at once: what was taken for it is on its way to the members. */
gboolean mail_list_delete(Db *db, const Actor *actor, guint64 id, guint64 version, GError **error);

#endif
