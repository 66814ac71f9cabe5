/* mailbox_mark.h: what follows for mailboxes from other tables, and the list reads and finds: that
 * nobody is assigned; that somebody may know the password who shouldn't; who is assigned; that the
 * absence note is switched on; that there may be own passwords; that there may be ways.
 *
 * It stands in columns of the mailbox (unassigned, known, people, absent, has_own, has_ways). Ways
 * are lists that name one of its addresses, and a forward. Whoever changes
 * an assignment, a password, who has seen it, a user's name, or whether a user is active or an
 * administrator, refreshes the first three at the end of the same transaction; the mailbox's row is
 * locked first and everything read again then, so that of two transactions the later one writes
 * what is true. mailbox_mark_wrong() compares.
 */
#ifndef POSTSTELLE_LIB_OFFICE_MAILBOX_MARK_H
#define POSTSTELLE_LIB_OFFICE_MAILBOX_MARK_H

#include "lib/db/db.h"

/* The names of the first MAILBOX_MARK_NAMES users of mailbox m below their number, a line each; ''
 * if there are none. */
#define MAILBOX_MARK_NAMES 3
#define MAILBOX_MARK_ASSIGNED                                                                      \
	" FROM assignment kq FORCE INDEX (assignment_mailbox)"                                     \
	" STRAIGHT_JOIN user kp ON kp.id = kq.user_id"                                             \
	" WHERE kq.mailbox_id = m.id AND kq.removed_at = 0"
#define MAILBOX_MARK_NAME(number)                                                                  \
	"(SELECT kp.name" MAILBOX_MARK_ASSIGNED " ORDER BY kp.name, kp.id LIMIT " number ", 1)"
#define MAILBOX_MARK_PEOPLE                                                                        \
	"CONCAT_WS('\n', NULLIF((SELECT COUNT(*)" MAILBOX_MARK_ASSIGNED "), 0),"                   \
	" " MAILBOX_MARK_NAME("0") ", " MAILBOX_MARK_NAME("1") ", " MAILBOX_MARK_NAME("2") ")"

/* Within the transaction that changed something, after the change. */
gboolean mailbox_mark_refresh(Db *db, guint64 mailbox_id, GError **error);
/* The same for all mailboxes that a user was ever assigned to, or whose password he has seen. */
gboolean mailbox_mark_refresh_user(Db *db, guint64 user_id, GError **error);

/* Within the transactions that switch an absence note, and make an own password or a way. The last
 * two say what may be: they are never taken back. */
gboolean mailbox_mark_absent(Db *db, guint64 mailbox_id, gboolean absent, GError **error);
gboolean mailbox_mark_own(Db *db, guint64 mailbox_id, GError **error);
gboolean mailbox_mark_ways(Db *db, guint64 mailbox_id, GError **error);
/* The same of all mailboxes that the list names, after its members were written. */
gboolean mailbox_mark_list(Db *db, guint64 list_id, GError **error);

/* Marks the ways that a program older than the mark has made while both ran. */
gboolean mailbox_mark_settle(Db *db, GError **error);

/* Adds to wrong the addresses of mailboxes whose columns don't say what is so. */
gboolean mailbox_mark_wrong(Db *db, GPtrArray *wrong, GError **error);

#endif
