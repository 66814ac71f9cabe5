/* send_limit.h: how many recipients the mails that a mailbox sends may have in an hour (its own
 * limit, or the office's), so that a stolen password can't send until somebody notices.
 *
 * Counted by the minute for each mailbox, in the transaction of the mail's journal entry: what
 * isn't accepted doesn't count.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_SEND_LIMIT_H
#define POSTSTELLE_LIB_MAILBOX_SEND_LIMIT_H

#include "lib/db/db.h"
#include "lib/office/setting.h"

#define SEND_LIMIT_MAX SETTING_SEND_LIMIT_MAX /* recipients an hour; 0 = without limit */
#define SEND_LIMIT_OF_OFFICE (-1)             /* a mailbox has none of its own */

/* mailbox.send_limit of a row: recipients an hour, or SEND_LIMIT_OF_OFFICE. */
gint64 send_limit_of(DbRows *rows, guint column);
/* In digits; "" for the office's. Free: g_free(). */
char *send_limit_text(gint64 send_limit);
/* PS_ERROR_INVALID on send_limit (number) for one that nobody can have. */
gboolean send_limit_check(gint64 send_limit, GError **error);

/*
 * Counts the recipients of a mail that the mailbox of this address is sending. Within a transaction
 * that holds the mailbox's clock (mailbox_clock.h). *within FALSE: with them it would be more than
 * the limit in the last 60 minutes, and nothing was counted.
 */
gboolean send_limit_count(
        Db *db, const char *address, guint64 recipients, gboolean *within, GError **error);

/* Notes that a mail of that mailbox was refused for it (send_refusal). The first time within
 * SEND_LIMIT_TELL_HOURS administrators get a notice and a mail. */
gboolean send_limit_refused(Db *db, const char *address, GError **error);
#define SEND_LIMIT_TELL_HOURS 24

#endif
