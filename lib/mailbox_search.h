/*
 * mailbox_search.h: mailboxes in address order by domain, state and the beginnings of words; the
 * part of the list that finds (mailbox_list.h is what pages use).
 */
#ifndef POSTSTELLE_LIB_MAILBOX_SEARCH_H
#define POSTSTELLE_LIB_MAILBOX_SEARCH_H

#include "lib/db.h"
#include "lib/mailbox_list.h"

/* Columns and joins of a row, m and u being mailbox and mailbox_usage; see mailbox_row_read(). */
#define MAILBOX_ROW_COLUMNS                                                                        \
	"m.id, m.domain_id, m.address, m.email_name, m.active, m.vip, m.quota_mb, m.deleted,"      \
	" m.deleted_at, m.password_changed_at, u.bytes"
MailboxRow *mailbox_row_read(DbRows *rows);
void mailbox_row_free(gpointer row);

typedef struct {
	GPtrArray *words; /* folded (fold.h); none: all mailboxes */
	guint64 domain_id;
	char state; /* as in MailboxFilter */
	gboolean descending;
} MailboxSearch;

/*
 * Adds to found (MailboxRow) up to limit mailboxes behind the address after ("" = from the
 * beginning), in the order of their addresses. *searched_to: NULL if nothing is left beyond them or
 * limit was reached; otherwise the address at which a bound stopped the search. Free: g_free().
 */
gboolean mailbox_search(Db *db, const MailboxSearch *search, const char *after, guint limit,
        GPtrArray *found, char **searched_to, GError **error);

#endif
