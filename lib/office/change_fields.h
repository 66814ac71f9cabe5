/* change_fields.h: the fields of one thing before and after, for the change log: a row for each
 * that differs. */
#ifndef POSTSTELLE_LIB_OFFICE_CHANGE_FIELDS_H
#define POSTSTELLE_LIB_OFFICE_CHANGE_FIELDS_H

#include "lib/office/change_log.h"

typedef struct {
	const char *field;
	const char *before; /* NULL: of what was created */
	const char *after;
} ChangeField;

/* As change_log_add(), in the transaction of the change. Of what was created, all that is not
 * empty. Of long texts the part where they begin to differ. */
gboolean change_fields_log(Db *db, const Actor *actor, guint64 mailbox_id, const char *subject,
        const char *action, const ChangeField *fields, gsize count, GError **error);

#endif
