/* way_flat.h: where a list or a forwarded mailbox leads in the end, through whatever is in between.
 *
 * A way ends at a mailbox or outside. Its gates are the addresses of the office on it: when the
 * mail comes, each of them has to take mail, so that inactive and deleted ones are left out without
 * anything being written. Its times follow from the last days of the forwards on it.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_WAY_FLAT_H
#define POSTSTELLE_LIB_MAILBOX_WAY_FLAT_H

#include "lib/db/db.h"

#define WAY_MAX 1000 /* destinations; Postfix defers the mail of everybody else above that */

/* One of the two is 0. */
typedef struct {
	guint64 list_id, mailbox_id;
} WaySource;

typedef struct {
	char *destination;
	guint64 reached_id;         /* mailbox; 0: outside */
	gboolean delivers;          /* else mail only passes it */
	guint64 starts_at, ends_at; /* 0 = open */
	GArray *gates;              /* guint64: rows of address */
} Way;

/* Way of all that the source leads to. NULL and PS_ERROR_INVALID on field: loop, too_many. Free:
 * g_ptr_array_unref(). */
GPtrArray *way_flat(Db *db, const WaySource *source, const char *field, GError **error);

#endif
