/* mailbox_rename.h: gives a mailbox a new main address (Umbenennen).
 *
 * The old one stays as a further address, so that mail to it still arrives and may still be sent
 * from it. What hangs on the mailbox's number stays as it is: its mail, assignments, note, links
 * and journal. Whoever logs in does so by the new address from then on.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_RENAME_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_RENAME_H

#include "lib/db/db.h"
#include "lib/office/actor.h"

/*
 * version is the one that the page was opened with. The new address may be one of the mailbox's
 * further ones. PS_ERROR_INVALID on local_part (address.h, taken, same) or domain_id (choice,
 * inactive); PS_ERROR_CONFLICT if somebody saved meanwhile, NOT_FOUND if it is gone or deleted.
 */
gboolean mailbox_rename(Db *db, const Actor *actor, guint64 id, guint64 version,
        const char *local_part, guint64 domain_id, GError **error);

#endif
