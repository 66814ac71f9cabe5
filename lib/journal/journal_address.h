/* journal_address.h: addresses as mails write them, and what they stand for.
 *
 * One form for envelope, headers and filter: lower case, brackets, a source route, the quotes of a
 * local part and a domain's final dot removed, the domain as A-labels. Of an address of the office
 * without its "+extension" (postfix: recipient_delimiter).
 */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_ADDRESS_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_ADDRESS_H

#include "lib/db/db.h"

#define JOURNAL_ADDRESS_MAX 320 /* characters that are stored */

/* The one form in full length, extension included; "" if nothing is left. Any octets may be given.
 * Free: g_free(). */
char *journal_address_normal(const char *written);

/* An address as its words are folded for the search: in both spellings of its domain. Free:
 * g_free(). */
char *journal_address_searched(const char *address);

typedef struct {
	char *normal; /* the one form as it is stored; the office's own without the extension */
	guint64 mailbox_id; /* 0: no mailbox of the office (or one that was purged) */
	guint64 list_id;    /* 0: no list */
	guint64 caught_by;  /* of an address that nobody has: the Auffang-Postfach (journal_ways.h);
	                       0: none */
	gboolean is_known;  /* somebody of the office has it */
	gboolean leads_on;  /* its list or mailbox has ways to others, now or at another time */
	GArray *through; /* guint64: mailboxes that it leads to beside (journal_ways.h); NULL: none
	                  */
	guint64 address_id; /* journal_address_number() */
} JournalResolved;

/* Finds the mailboxes of normal addresses, deleted ones in their grace time included: a table from
 * each to its JournalResolved. Free: g_hash_table_unref(). */
GHashTable *journal_address_resolve(Db *db, const GPtrArray *normal, GError **error);

/* The mailbox whose users may know that the address is Bcc; 0: none. */
guint64 journal_address_mailbox(const JournalResolved *one);

/* Sets address_id of the given JournalResolved; new addresses get a number, within the
 * transaction, in one order (so that two never wait for each other). */
gboolean journal_address_number(Db *db, GPtrArray *resolved, GError **error);

#endif
