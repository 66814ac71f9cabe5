/* address_change.h: which addresses came to lead elsewhere, and when.
 *
 * The mail server finds out at RCPT TO where an address leads, the journal at the end of the mail.
 * If that was changed in between, the mail has to come again: whoever makes an address lead
 * elsewhere (an alias added or removed, a mailbox renamed, deleted, restored or purged) notes it in
 * the same transaction, and says afterwards that it is over.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_ADDRESS_CHANGE_H
#define POSTSTELLE_LIB_MAILBOX_ADDRESS_CHANGE_H

#include "lib/db/db.h"

#define ADDRESS_CHANGE_DAYS 7 /* that a change is kept */

/* Notes, within the transaction, that address (stored form; "@domain": every one in it) begins or
 * ceases to lead to the mailbox (0: to several, or other ones); or all addresses of
 * a mailbox. Until address_change_over() such a change counts as one that is still being made, for
 * 5 seconds at most. */
gboolean address_change_add(Db *db, const char *address, guint64 mailbox_id, GError **error);
gboolean address_change_add_all(Db *db, guint64 mailbox_id, GError **error);

/* The same of a list or a mailbox (one is 0) whose mail goes on to others by now, or ceases to;
 * over with mailbox 0. */
gboolean address_change_add_way(Db *db, guint64 list_id, guint64 mailbox_id, GError **error);
/* And of all lists and forwards that lead over an address of a mailbox or a domain (one is 0). */
gboolean address_change_add_gates(Db *db, guint64 mailbox_id, guint64 domain_id, GError **error);

/* After the COMMIT: what the mailbox's changes took away or gave leads where it does from now on.
 * That this fails is no error. Nothing within a transaction, of which the change is but a part:
 * whoever made the whole says it. */
void address_change_over(Db *db, guint64 mailbox_id);

/* Called for each change; TRUE: it concerns the caller, who doesn't ask on. */
typedef gboolean (*AddressChangeConcerns)(const char *address, guint64 mailbox_id, gpointer data);

/* *concerned: whether one of the changes that were made or still being made since began, a moment
 * by g_get_monotonic_time(), concerns the caller; rather one too many than one too few. One
 * question of few rows. */
gboolean address_change_since(Db *db, gint64 began, AddressChangeConcerns concerns, gpointer data,
        gboolean *concerned, GError **error);

#endif
