/* mailbox_usage.h: how full a mailbox is and when somebody logged in last: the table that Dovecot
 * writes (mail/dovecot/sql/usage.conf), a row for each mailbox from the beginning.
 *
 * The mailbox's limit stands there again, so that a key finds those that are nearly full; of a
 * deleted one 0, so that it is none of them.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_USAGE_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_USAGE_H

#include "lib/db/db.h"

/* The last log-in, by whatever password, as a column of a statement where m is the mailbox and u
 * its row here. */
#define MAILBOX_LAST_LOGIN                                                                         \
	"GREATEST(COALESCE(u.last_login, 0), COALESCE((SELECT MAX(lw.last_login)"                  \
	" FROM own_password lo JOIN own_password_use lw ON lw.password_id = lo.id"                 \
	" WHERE lo.mailbox_id = m.id), 0))"

#define MAILBOX_USAGE_FULL 90 /* percent of the limit (mailbox_usage.nearly_full) */

/* Within the transaction that makes a mailbox: an empty one that nobody logged in to, whatever an
 * earlier mailbox of that address left. */
gboolean mailbox_usage_create(Db *db, const char *address, guint64 quota_mb, GError **error);
/* Within the transaction that sets the limit (0 = none), deletes or restores. */
gboolean mailbox_usage_limit(Db *db, const char *address, guint64 quota_mb, GError **error);

/* Sets the limits of all mailboxes of which it isn't the one. */
gboolean mailbox_usage_complete(Db *db, GError **error);
/* Adds to wrong the addresses of those. */
gboolean mailbox_usage_wrong(Db *db, GPtrArray *wrong, GError **error);

#endif
