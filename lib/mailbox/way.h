/* way.h: keeps what lists and forwards lead to (tables way, way_gate) as it follows from them.
 *
 * Whoever changes a list, a forward, or the main address of a mailbox begins its transaction with
 * way_begin(), so that all of these are one after the other, writes, and calls way_follow(). The
 * mail servers and the journal read nothing but these rows: nothing is nested when a mail comes.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_WAY_H
#define POSTSTELLE_LIB_MAILBOX_WAY_H

#include "lib/db/db.h"
#include "lib/mailbox/way_flat.h"

/* First in the transaction, before any mailbox's clock. Whoever adds an address does so as well:
 * its domain doesn't become another's name meanwhile (alias_domain.h), here or at another node. */
gboolean way_begin(Db *db, GError **error);

/* Writes the ways of the source, and of all that lead to it, anew, and notes that mail to these
 * addresses goes elsewhere (address_change.h; over with mailbox 0). PS_ERROR_INVALID on field:
 * loop, too_many. */
gboolean way_follow(Db *db, const WaySource *source, const char *field, GError **error);

/* Notes that a mailbox begins or ceases to take mail: lists and forwards that lead to it. */
gboolean way_note_mailbox(Db *db, guint64 mailbox_id, GError **error);
/* The same of all addresses of a domain, after it was switched on or off. */
gboolean way_note_domain(Db *db, guint64 domain_id, GError **error);

/* Where mail to the source arrives now, by address; at most WAY_MAX. Free: g_ptr_array_unref(). */
GPtrArray *way_now(Db *db, const WaySource *source, GError **error);

#endif
