/* address_row.h: adds and removes an address, with what it is in alias domains (alias_domain.h). */
#ifndef POSTSTELLE_LIB_MAILBOX_ADDRESS_ROW_H
#define POSTSTELLE_LIB_MAILBOX_ADDRESS_ROW_H

#include "lib/db/db.h"

/* Within a transaction; address in its stored form. PS_ERROR_INVALID on "address" (alias_domain) if
 * the domain is by now an alias of another one. */
gboolean address_row_add(Db *db, const char *address, guint64 domain_id, guint64 mailbox_id,
        gboolean is_alias, GError **error);
/* The address of a list. */
gboolean address_row_add_list(
        Db *db, const char *address, guint64 domain_id, guint64 list_id, GError **error);
/* All addresses of a list. */
gboolean address_row_remove_list(Db *db, guint64 list_id, GError **error);
/* Removes the row of that number. */
gboolean address_row_remove(Db *db, guint64 id, GError **error);

/* All addresses of a domain in its new alias domain_id, and away with them again. */
gboolean address_row_add_domain(Db *db, guint64 domain_id, guint64 alias_of, GError **error);
gboolean address_row_remove_domain(Db *db, guint64 domain_id, GError **error);

#endif
