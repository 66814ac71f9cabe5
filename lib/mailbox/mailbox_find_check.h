/* mailbox_find_check.h: whether what the list finds mailboxes by follows from them. */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_FIND_CHECK_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_FIND_CHECK_H

#include "lib/db/db.h"

/* Recomputes the search rows (mailbox_find.h), marks (mailbox_mark.h) and limits (mailbox_usage.h)
 * of every mailbox and compares. *wrong: mailboxes of which something differs (their addresses).
 * Free: g_ptr_array_unref(). */
gboolean mailbox_find_check(Db *db, GPtrArray **wrong, GError **error);

/* Once after the update that brought them: fills in marks and limits, and the search rows of
 * further addresses; after each, the marks of ways that a program of before has made meanwhile.
 * Servers may run. */
gboolean mailbox_find_complete(Db *db, GError **error);

#endif
