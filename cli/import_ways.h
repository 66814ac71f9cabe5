/* import_ways.h: lists, forwards and catch-all addresses that move along with the mailboxes: which
 * of them can be taken. */
#ifndef POSTSTELLE_CLI_IMPORT_WAYS_H
#define POSTSTELLE_CLI_IMPORT_WAYS_H

#include "cli/import_move.h"
#include "lib/db/db.h"

/* import_check() of the mailboxes, and of the lists' addresses as if they were such: what is wrong
 * is in move->faults. */
gboolean import_ways_compare(Db *db, ImportMove *move, GError **error);
/* Whether a fault of these is a list's, which then is left. */
gboolean import_ways_refuse(ImportMove *move, const ImportFault *fault);

/* When the mailboxes that can't be taken are left: leaves members whom nobody here knows, or who
 * are outside though the office doesn't want that, and ways that lead to nobody, back to themselves
 * or to too many. own: as of import_move(). */
gboolean import_ways_check(Db *db, ImportMove *move, GHashTable *own, GError **error);

/* Says where they lead, and how many there are. */
void import_ways_print(const ImportMove *move);

#endif
