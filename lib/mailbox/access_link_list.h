/* access_link_list.h: to whom access data of a mailbox was sent by mail, and what became of it. */
#ifndef POSTSTELLE_LIB_MAILBOX_ACCESS_LINK_LIST_H
#define POSTSTELLE_LIB_MAILBOX_ACCESS_LINK_LIST_H

#include "lib/db/db.h"

#define ACCESS_LINK_LIST 20

typedef enum {
	ACCESS_FAILED, /* the mail server did not take it */
	ACCESS_PLAIN,  /* the password went in clear text */
	ACCESS_WAITS,  /* not opened yet */
	ACCESS_OPENED,
	ACCESS_EXPIRED,
	ACCESS_VOID,
	ACCESS_BOUNCED, /* a mail server said that it could not be delivered */
} AccessState;

typedef struct {
	guint64 id;
	char *recipient, *actor;
	guint64 made_at;
	AccessState state;
	guint64 state_at; /* opened, void, bounced or expires */
} AccessSent;

/* What was sent by mail, newest first, at most ACCESS_LINK_LIST; made_by 0: by anybody. Free:
 * g_ptr_array_unref(). */
GPtrArray *access_link_list(Db *db, guint64 mailbox_id, guint64 made_by, GError **error);

#endif
