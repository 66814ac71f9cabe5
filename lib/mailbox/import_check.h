/* import_check.h: whether the lines of an import fit each other and the office. */
#ifndef POSTSTELLE_LIB_MAILBOX_IMPORT_CHECK_H
#define POSTSTELLE_LIB_MAILBOX_IMPORT_CHECK_H

#include "lib/db/db.h"
#include "lib/mailbox/import_line.h"

/* Finds domains and users of the lines, and adds to faults what is wrong with them: addresses that
 * are taken, stand twice or are in no active domain of the office, users who are inactive, or
 * unknown and can't be made (import_people.h). FALSE and error: nobody knows. */
gboolean import_check(Db *db, const GPtrArray *lines, GPtrArray *faults, GError **error);

#endif
