/* mailbox_ending.h: until when a deleted mailbox can be restored, and which soon can't be any more.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_ENDING_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_ENDING_H

#include "lib/db/db.h"

#define MAILBOX_RESTORE_DAYS 30 /* from the deletion on */
#define MAILBOX_RESTORE_US ((guint64)MAILBOX_RESTORE_DAYS * 86400 * G_USEC_PER_SEC)
#define MAILBOX_ENDING_DAYS 7 /* before their end */

/* Of table mailbox those that end so soon, by the day (of UTC) they were deleted on, so that whole
 * ranges of a key do (mailbox_ending); those that are overdue too. */
#define MAILBOX_ENDING                                                                             \
	"deleted = 1 AND deleted_day <= " DB_NOW " DIV 86400000000 - " G_STRINGIFY(                \
	        MAILBOX_RESTORE_DAYS) " + " G_STRINGIFY(MAILBOX_ENDING_DAYS)

/* Their days (guint64, as mailbox.deleted_day): few, since who is overdue is purged. NULL and error
 * on failure. Free: g_array_unref(). */
GArray *mailbox_ending_days(Db *db, GError **error);

#endif
