/* mailbox_detail.h: what hangs on a mailbox, for its page, by one statement. */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_DETAIL_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_DETAIL_H

#include "lib/mailbox/forward.h"
#include "lib/mailbox/mailbox_people.h"

typedef struct {
	GPtrArray *users;   /* MailboxUser: as mailbox_users() */
	GPtrArray *without; /* those of users who are active and have no own password: the shared
	                       one is their only one */
	GPtrArray *aliases; /* MailboxAlias: as mailbox_aliases() */
	GPtrArray *lists;   /* addresses of the lists that name an address of the mailbox */
	guint64 own_login;  /* the last log-in with an own password, in seconds since 1970; 0: never
	                     */
	Forward *forward;   /* as forward_load(), or one that goes nowhere */
} MailboxDetail;

/* NULL and error. Free: mailbox_detail_free(). */
MailboxDetail *mailbox_detail_load(Db *db, guint64 mailbox_id, GError **error);
/* The same where its users (taken) were read already; has_more: there may be more. */
MailboxDetail *mailbox_detail_complete(
        Db *db, guint64 mailbox_id, gboolean has_more, GPtrArray *users, GError **error);
void mailbox_detail_free(MailboxDetail *detail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailboxDetail, mailbox_detail_free)

#endif
