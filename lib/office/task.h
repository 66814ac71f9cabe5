/* task.h: what the agent does for the web program, taken one by one and repeatable.
 *
 * kick: end the open IMAP and POP3 sessions of an address; a task for each machine
 * (task_machine.h). purge: remove the mail of a purged mailbox (mailbox_delete.h). free: free its
 * addresses, some days later. mail: hand over a mail (mail_queue.h). periods: move the periods of
 * absence notes to another time zone (absence_period.h). ping: say that the agent is alive
 * (poststelle doctor). scripts: make the scripts of absence notes anew (lib/mailbox/absence.h).
 */
#ifndef POSTSTELLE_LIB_OFFICE_TASK_H
#define POSTSTELLE_LIB_OFFICE_TASK_H

#include "lib/db/db.h"

typedef struct {
	guint64 id, mailbox_id, attempts;
	char *kind, *address;
} Task;

void task_free(Task *task);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Task, task_free)

/* Asks for a task, within the transaction of what causes it. */
gboolean task_add(
        Db *db, const char *kind, guint64 mailbox_id, const char *address, GError **error);
/* The same, not to be begun before an instant. */
gboolean task_add_at(Db *db, const char *kind, guint64 mailbox_id, const char *address,
        guint64 due_at, GError **error);
/* Within the transaction of what causes it: ends the open sessions of an address, wherever they
 * are; and once more a little later, for a log-in that was under way at the time. */
gboolean task_kick(Db *db, guint64 mailbox_id, const char *address, GError **error);
/* The task of that kind, any machine's or that one's, that is due for longest, *task NULL if none
 * is. Its next try is put off first, by 2 seconds and twice as long each time, at most longest_s:
 * so an agent that dies leaves it for later, and one that fails lets the others pass. Free:
 * task_free(). */
gboolean task_take(Db *db, const char *kind, const char *machine, guint64 longest_s, Task **task,
        GError **error);
/* Writes the result back; done or to be tried again. */
gboolean task_finish(Db *db, guint64 id, gboolean done, const char *result, GError **error);
/* It made a step and goes on, behind the others that are due. */
gboolean task_go_on(Db *db, guint64 id, const char *result, GError **error);
/* TRUE in *waiting if a task of that kind for the mailbox isn't done seconds after it was asked
 * for: the agent isn't running, or can't do it. */
gboolean task_is_waiting(
        Db *db, const char *kind, guint64 mailbox_id, gboolean *waiting, GError **error);
/* A task of its own, asked for to see whether the agent answers: its number. */
gboolean task_ping(Db *db, guint64 *id, GError **error);
#define TASK_PING "ping"
gboolean task_is_done(Db *db, guint64 id, gboolean *done, GError **error);
gboolean task_remove(Db *db, guint64 id, GError **error);

/* Tasks that were tried often and aren't done: how many, and of the one that waits for longest its
 * kind and why (both NULL if there is none; free: g_free()). */
gboolean task_stuck(Db *db, guint64 *count, char **kind, char **result, GError **error);

/* Removes old rows that nobody needs (write keys, ended sessions, old tries, what access data was
 * sent, what was changed at once and which tasks were done 90 days ago): a small batch of each.
 * *more: there may be others.
 */
gboolean task_clean_up(Db *db, gboolean *more, GError **error);

#endif
