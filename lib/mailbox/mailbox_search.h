/*
 * mailbox_search.h: mailboxes in address order by domain, state and the beginnings of words; the
 * part of the list that finds (mailbox_list.h is what pages use).
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_SEARCH_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_SEARCH_H

#include "lib/db/db.h"
#include "lib/mailbox/mailbox_list.h"

/*
 * A list is one statement: columns and joins of its rows, m and u being mailbox and mailbox_usage
 * (absence note and people are joined last), address the expression of the address. Each assigned
 * user, and each who was and may still know the password, is a row of its own, so the statement's
 * LIMIT stands in a derived table. Who knows is the rule of SQL_KNOWN in mailbox_secret.c.
 */
#define MAILBOX_ROW_OF(address)                                                                    \
	"m.id, m.domain_id, " address ", m.email_name, m.active, m.vip, m.quota_mb, m.deleted,"    \
	" m.deleted_at, m.password_changed_at, u.bytes, o.active, o.starts_at, o.ends_at,"         \
	" a.user_id, a.removed_at, a.assigned_at, p.name, p.active, p.deactivated_at,"             \
	" EXISTS (SELECT 1 FROM password_seen s STRAIGHT_JOIN user w ON w.id = s.user_id"          \
	"  WHERE s.mailbox_id = m.id AND s.seen_at > m.password_changed_at"                        \
	"    AND (w.active = 0 OR (w.role <> 'admin' AND NOT EXISTS (SELECT 1 FROM assignment n"   \
	"     WHERE n.mailbox_id = m.id AND n.user_id = w.id AND n.removed_at = 0))))"
#define MAILBOX_ROW_COLUMNS MAILBOX_ROW_OF("m.address")
#define MAILBOX_ROW_USAGE " LEFT JOIN mailbox_usage u ON u.username = m.address"
#define MAILBOX_ROW_PEOPLE                                                                         \
	" LEFT JOIN absence o ON o.mailbox_id = m.id"                                              \
	" LEFT JOIN assignment a FORCE INDEX (assignment_mailbox) ON a.mailbox_id = m.id"          \
	"      AND (a.removed_at = 0 OR a.removed_at > m.password_changed_at)"                     \
	" LEFT JOIN user p ON p.id = a.user_id"

/* All MailboxRow of a statement, whose rows of one mailbox stand together; the id is 0 where there
 * is no mailbox. Free: g_ptr_array_unref(). */
GPtrArray *mailbox_rows_read(DbRows *rows);
void mailbox_row_free(gpointer row);

typedef struct {
	GPtrArray *words; /* folded (fold.h); none: all mailboxes */
	guint64 domain_id;
	char state; /* as in MailboxFilter */
	gboolean descending;
} MailboxSearch;

/* A place in the order by name (name_sort, size: the key of fold_name_sort()) or by storage (bytes,
 * address). */
typedef struct {
	gboolean by_name, descending;
	const void *name_sort;
	gsize size;
	guint64 bytes;
	const char *address;
} MailboxPlace;

/* Are all its mailboxes in one range of keys: no word, or one that the tables hold in full? */
gboolean mailbox_search_is_range(const MailboxSearch *search);

/*
 * Of such a search, if its mailboxes are MAILBOX_LIST_SORTED at most: adds up to limit of them
 * behind the place to found, in its order. *done FALSE: they are more, and nothing is added.
 */
gboolean mailbox_search_sorted(Db *db, const MailboxSearch *search, const MailboxPlace *place,
        guint limit, GPtrArray *found, gboolean *done, GError **error);

/*
 * Adds to found (MailboxRow) up to limit mailboxes behind the address after ("" = from the
 * beginning), in the order of their addresses. *searched_to: NULL if nothing is left beyond them or
 * limit was reached; otherwise the address at which a bound stopped the search. Free: g_free().
 */
gboolean mailbox_search(Db *db, const MailboxSearch *search, const char *after, guint limit,
        GPtrArray *found, char **searched_to, GError **error);

#endif
