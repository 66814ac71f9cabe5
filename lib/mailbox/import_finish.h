/* import_finish.h: the last step of an import. */
#ifndef POSTSTELLE_LIB_MAILBOX_IMPORT_FINISH_H
#define POSTSTELLE_LIB_MAILBOX_IMPORT_FINISH_H

#include "lib/mailbox/import.h"

/* Makes the users who aren't there yet and all mailboxes of the run seen, assigns them and writes
 * the change log, within the caller's transaction; or turns the run back if a domain or a user
 * isn't active any more. */
gboolean import_finish(Db *db, const ImportRun *run, GError **error);

#endif
