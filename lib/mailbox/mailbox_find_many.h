/* mailbox_find_many.h: the rows by which the list finds mailboxes (mailbox_find.h), of many at
 * once, which is much faster: rows of one beginning stand together. */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_FIND_MANY_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_FIND_MANY_H

#include "lib/mailbox/mailbox_find.h"

/* Of new mailboxes, and of those that go; keys say further, all of them, within the caller's
 * transaction. */
gboolean mailbox_find_add(Db *db, const MailboxFindKey *keys, guint count, GError **error);
gboolean mailbox_find_remove(Db *db, const MailboxFindKey *keys, guint count, GError **error);

#endif
