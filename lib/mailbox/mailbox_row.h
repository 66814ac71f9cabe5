/* mailbox_row.h: a mailbox as a row of the list: with its people, and who may know its password. */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_ROW_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_ROW_H

#include "lib/db/db.h"
#include "lib/mailbox/mailbox_usage.h"

#define MAILBOX_ROW_NAMES 3 /* names of users in a row; of more the number is given */

typedef struct {
	guint64 id, domain_id, quota_mb, bytes, deleted_at, password_changed_at;
	char *address, *email_name, *note;
	gboolean active, vip, deleted;
	gboolean absent; /* its absence note is switched on; its period: 0 = open */
	guint64 absent_from, absent_until;
	guint64 last_login;                      /* seconds since 1970; 0 = never */
	gboolean unassigned, known, nearly_full; /* mailbox_mark.h, mailbox_usage.h */
	GPtrArray *users; /* names of the first MAILBOX_ROW_NAMES assigned users; NULL: nobody */
	guint users_count;
} MailboxRow;

/*
 * A list is one statement: columns and joins of its rows, m and u being mailbox and mailbox_usage
 * (absence note and users are joined last), address the expression of the address. Each assigned
 * user is a row of its own, so the statement's LIMIT stands in a derived table.
 */
#define MAILBOX_ROW_OF(address)                                                                    \
	"m.id, m.domain_id, " address ", m.email_name, m.active, m.vip, m.quota_mb, m.deleted,"    \
	" m.deleted_at, m.password_changed_at, u.bytes, " MAILBOX_LAST_LOGIN ", u.nearly_full,"    \
	" m.unassigned, m.known, m.note, o.active, o.starts_at, o.ends_at, p.name"
#define MAILBOX_ROW_COLUMNS MAILBOX_ROW_OF("m.address")
#define MAILBOX_ROW_USAGE " LEFT JOIN mailbox_usage u ON u.username = m.address"
#define MAILBOX_ROW_PEOPLE                                                                         \
	" LEFT JOIN absence o ON o.mailbox_id = m.id"                                              \
	" LEFT JOIN assignment a FORCE INDEX (assignment_mailbox)"                                 \
	"   ON a.mailbox_id = m.id AND a.removed_at = 0"                                           \
	" LEFT JOIN user p ON p.id = a.user_id"

/* The statement whose rows are the mailboxes of from ("(SELECT ...) k STRAIGHT_JOIN mailbox m
 * ..."), in that order. Free: g_free(). */
char *mailbox_row_select(const char *from, const char *order);

/* All MailboxRow of a statement, whose rows of one mailbox stand together; the id is 0 where there
 * is no mailbox. Free: g_ptr_array_unref(). */
GPtrArray *mailbox_rows_read(DbRows *rows);
/* Those of a statement that has address and number alone. */
GPtrArray *mailbox_rows_read_light(DbRows *rows);
void mailbox_row_free(gpointer row);

#endif
