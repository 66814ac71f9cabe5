/* mailbox_right.h: may a user who is no administrator work with a mailbox now? */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_RIGHT_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_RIGHT_H

#include "lib/db/db.h"

/* 1: assigned now to that mailbox, which isn't deleted. 0: not. -1: error is set. */
int mailbox_right_assigned(Db *db, guint64 user_id, guint64 mailbox_id, GError **error);

#endif
