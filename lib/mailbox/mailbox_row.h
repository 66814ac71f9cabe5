/* mailbox_row.h: a mailbox as a row of the list: with its people, and who may know its password. */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_ROW_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_ROW_H

#include "lib/db/db.h"
#include "lib/office/mailbox_mark.h"

typedef struct {
	guint64 id, domain_id, quota_mb, bytes, deleted_at;
	char *address, *email_name, *note;
	gboolean active, vip, deleted;
	gboolean absent; /* its absence note is switched on; its period: 0 = open */
	guint64 absent_from, absent_until;
	guint64 last_login; /* seconds since 1970; 0 = never */
	gboolean known;     /* mailbox_mark.h */
	gboolean has_own;   /* there may be own passwords */
	char **users;       /* names of the first MAILBOX_MARK_NAMES assigned users; NULL: nobody */
	guint users_count;
	gboolean hidden; /* not to be seen yet (import.h) */
} MailboxRow;

/*
 * A list is one statement, a row for each mailbox: its columns and joins, m and u being mailbox and
 * mailbox_usage, address the expression of the address. What few mailboxes have, the period of an
 * absence note and log-ins by own passwords, mailbox_rows_complete() reads.
 */
#define MAILBOX_ROW_OF(address)                                                                    \
	"m.id, m.domain_id, " address ", m.email_name, m.active, m.vip, m.quota_mb, m.deleted,"    \
	" m.deleted_at, u.bytes, u.last_login, m.known, m.note, m.absent, m.has_own, m.people"
#define MAILBOX_ROW_COLUMNS MAILBOX_ROW_OF("m.address")
#define MAILBOX_ROW_USAGE " LEFT JOIN mailbox_usage u ON u.username = m.address"

/* All MailboxRow of a statement; the id is 0 where there is no mailbox. Free: g_ptr_array_unref().
 */
GPtrArray *mailbox_rows_read(DbRows *rows);
/* Those of a statement that has address and number alone. */
GPtrArray *mailbox_rows_read_light(DbRows *rows);
/* The numbers of rows. Free: g_array_unref(). */
GArray *mailbox_rows_ids(const GPtrArray *rows);
/* All of the rows of which that is there, in the order of addresses. NULL and error on failure.
 * Free: g_ptr_array_unref(). */
GPtrArray *mailbox_rows_whole(Db *db, const GPtrArray *light, gboolean descending, GError **error);
/* The rest of at most a page of them. */
gboolean mailbox_rows_complete(Db *db, const GPtrArray *rows, GError **error);
void mailbox_row_free(gpointer row);

#endif
