/* mail_queue.h: Poststelle's own mails that no page waits for: queued in the transaction of what
 * they tell, handed over by the agent (task kind "mail"), tried again until they are taken.
 */
#ifndef POSTSTELLE_LIB_OFFICE_MAIL_QUEUE_H
#define POSTSTELLE_LIB_OFFICE_MAIL_QUEUE_H

#include <gio/gio.h>

#include "lib/base/config.h"
#include "lib/db/db.h"
#include "lib/office/mail_text.h"

#define MAIL_QUEUE_DAYS 5 /* a mail that nobody takes for so long is given up */

/* Within a transaction. Of facts kind, languages, mailbox, actor and person are kept; the time is
 * now. Never anything secret. */
gboolean mail_queue_add(Db *db, const char *recipient, const MailFacts *facts, GError **error);

/*
 * Hands over the mail of a task, unless stop is cancelled (own_mail.h). *done: it needs no other
 * try (taken, or given up after MAIL_QUEUE_DAYS); *result: why, for the task. FALSE and error: the
 * database can't say. Free *result: g_free().
 */
gboolean mail_queue_send(Db *db, const Config *config, guint64 task_id, GCancellable *stop,
        gboolean *done, char **result, GError **error);

#endif
