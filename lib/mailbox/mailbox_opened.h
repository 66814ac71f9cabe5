/* mailbox_opened.h: what the page of a mailbox needs first, by one statement: who asks, the
 * mailbox, and who is assigned. */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_OPENED_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_OPENED_H

#include "lib/mailbox/mailbox.h"
#include "lib/user/session.h"

typedef struct {
	Mailbox *mailbox;  /* NULL: there is none, or it was purged */
	GPtrArray *users;  /* as mailbox_users(), in no order */
	gboolean has_more; /* there may be what mailbox_detail.h reads beside users */
} MailboxOpened;

/* *session as session_load(). *opened: what mailbox_load() and mailbox_users() say of the mailbox,
 * whoever asks; NULL without a session. FALSE and error: the database can't say. Free:
 * mailbox_opened_free(). */
gboolean mailbox_opened_load(Db *db, const Config *config, const char *token, guint64 mailbox_id,
        Session **session, MailboxOpened **opened, GError **error);
void mailbox_opened_free(MailboxOpened *opened);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailboxOpened, mailbox_opened_free)

#endif
