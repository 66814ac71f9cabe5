/* journal_named.h: which mailboxes and participants the filter of the journal means, as far as its
 * reader may know of them.
 *
 * Nothing here tells of what somebody may not know. A mailbox is known to administrators (their
 * list has it), to whoever is or was assigned to it, and to whoever may read an entry that is filed
 * under it; an address to whoever may read an entry that is. All others are unknown, there or not,
 * and asking for them takes the same way. A name or a part of an address is looked for where there
 * is nothing hidden: among the mailboxes of the list (administrators) or of the own assignments,
 * and otherwise in entries that may be read.
 */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_NAMED_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_NAMED_H

#include "lib/base/address_part.h"
#include "lib/journal/journal_visible.h"

typedef enum {
	JOURNAL_NAMED_KNOWN,
	JOURNAL_NAMED_UNKNOWN,
	JOURNAL_NAMED_MANY, /* a name fits more mailboxes than are filtered by at once */
} JournalNamedState;

/* What a field of the filter means: topics, any of which; or a part of an address or a name that is
 * to be looked for in entries; or, if it is empty, everything. */
typedef struct {
	JournalNamedState state;
	GArray *topics;     /* guint64 (journal_rows.h) */
	AddressPart *part;  /* NULL: topics */
	GPtrArray *choices; /* char *: addresses, of which there are several */
} JournalNamed;

void journal_named_free(JournalNamed *named);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JournalNamed, journal_named_free)

/* A mailbox by its address or an alias's, its number, a name or a part of an address. knows_all:
 * the reader is an administrator. Free: journal_named_free(). */
JournalNamed *journal_named_mailbox(
        Db *db, const JournalViewer *viewer, gboolean knows_all, const char *typed, GError **error);
/* A participant by an address, a part of one or a name. */
JournalNamed *journal_named_participant(
        Db *db, const JournalViewer *viewer, const char *typed, GError **error);

#endif
