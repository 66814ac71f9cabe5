/* mailbox_attention.h: how many mailboxes need a look: what administrators see first. */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_ATTENTION_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_ATTENTION_H

#include "lib/db/db.h"

#define MAILBOX_ATTENTION_MAX 20 /* up to which is counted: one more says that there are more */

/* Each as the list's state finds it (mailbox_list.h). */
typedef struct {
	guint64 known, unassigned, full, ending;
} MailboxAttention;

/* One statement over keys, in bounded time however many mailboxes there are. */
gboolean mailbox_attention(Db *db, MailboxAttention *attention, GError **error);

#endif
