/* import_back.h: takes back what an import has written, which nobody has seen. */
#ifndef POSTSTELLE_LIB_MAILBOX_IMPORT_BACK_H
#define POSTSTELLE_LIB_MAILBOX_IMPORT_BACK_H

#include "lib/mailbox/import.h"

/* Removes as many mailboxes as a step takes on, the last ones first, within the caller's
 * transaction; with the first one the run ends. */
gboolean import_back_step(Db *db, const ImportRun *run, GError **error);

#endif
