/* import_move.h: what another administration has, as lines of an import, and what can't be taken.
 */
#ifndef POSTSTELLE_CLI_IMPORT_MOVE_H
#define POSTSTELLE_CLI_IMPORT_MOVE_H

#include "cli/import_source.h"
#include "lib/mailbox/import_line.h"
#include "lib/mailbox/import_way.h"

typedef struct {
	GPtrArray
	        *lines; /* ImportLine, by the order of the mailboxes there: number 1 is the first */
	GPtrArray *faults; /* ImportFault of them */
	GPtrArray *left;   /* texts: what isn't taken, and why */
	GPtrArray *names; /* addresses of the mailboxes as they were there; number 1 is the first */
	GHashTable *domains;  /* A-label -> "active" or "inactive", of all that belong to them */
	GHashTable *alias_of; /* A-label -> that of the domain whose addresses it has */
	GPtrArray *ways;      /* MovedWay (import_ways.h) */
} ImportMove;

/* scheme: of passwords without one; NULL: none is known. own: the office's domains, A-label -> that
 * of the domain of which it is an alias, or "". Free: import_move_free(). */
ImportMove *import_move(const SourceData *data, const char *scheme, GHashTable *own);
void import_move_free(ImportMove *move);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImportMove, import_move_free)

#endif
