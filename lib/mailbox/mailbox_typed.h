/* mailbox_typed.h: a mailbox that somebody typed into a field, by its address or number. */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_TYPED_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_TYPED_H

#include "lib/db/db.h"

/* *mailbox_id: its number; 0 of "". PS_ERROR_INVALID on field (unknown) if there is none that isn't
 * deleted. */
gboolean mailbox_typed(
        Db *db, const char *typed, const char *field, guint64 *mailbox_id, GError **error);

#endif
