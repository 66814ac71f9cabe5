/* mailbox_find.h: the rows by which the list finds mailboxes (tables mailbox_find, mailbox_pair).
 *
 * mailbox_find has a row for each beginning (1 to 16 octets, and '') of each word of address,
 * further addresses, name and note, for any domain (0) and its own, in each state that the mailbox
 * is in: a active, i inactive, v VIP, n absence note switched on (whatever its period), d deleted.
 * Whether its domain is active is asked when they are read (mailbox_plan.h). Two more kinds of rows
 * have no word: state l, prefix '': it isn't deleted; state p, or q of a deleted one, prefix: the
 * number of a user who is assigned. mailbox_pair has the pairs of three-letter beginnings.
 * mailbox_find_check() compares.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_FIND_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_FIND_H

#include "lib/db/db.h"

/* What the rows follow from. */
typedef struct {
	guint64 id, domain_id;
	const char *address;
	const char *email_name;
	/* Its note and its further addresses, blanks between them; NULL: as they stand in the
	 * database when the rows are written. */
	const char *further;
	/* The numbers of its users, blanks between them. NULL: nobody; but where a mailbox comes,
	 * goes, is deleted or restored by mailbox_find_update() as they stand in the database. */
	const char *users;
	gboolean active, vip, absent, deleted;
} MailboxFindKey;

/* Writes the difference between the rows of before (NULL: new) and after (NULL: gone), within
 * the caller's transaction, which locked the mailbox's clock (mailbox_clock.h) before it read what
 * was before. */
gboolean mailbox_find_update(
        Db *db, const MailboxFindKey *before, const MailboxFindKey *after, GError **error);

/* The rows of an assignment that began or ended, within its transaction. */
gboolean mailbox_find_assign(Db *db, const MailboxFindKey *key, guint64 user_id, GError **error);
gboolean mailbox_find_end(Db *db, const MailboxFindKey *key, guint64 user_id, GError **error);

/* The words of a mailbox, as stored. Free: g_ptr_array_unref(). */
GPtrArray *mailbox_find_words(const char *address, const char *email_name, const char *further);
/* Note and further addresses as MailboxFindKey has them. NULL and error on failure. Free: g_free().
 */
char *mailbox_find_further(Db *db, guint64 mailbox_id, GError **error);
/* Its users as MailboxFindKey has them, likewise. */
char *mailbox_find_users(Db *db, guint64 mailbox_id, GError **error);

/* The pair of two words (of at least 3 octets each) as it is stored, in out. FALSE: too short. */
gboolean mailbox_find_pair(const char *one, const char *other, char out[7]);

/* ---- for mailbox_find_check.c ---- */

/* The rows of a mailbox (NULL: none), each as one string: "f<state><domain> <prefix>" or
 * "p<deleted><pair>". Free: g_hash_table_unref(). */
GHashTable *mailbox_find_rows(const MailboxFindKey *key);
/* The parts of the first kind: state as text, domain; returns the prefix. */
const char *mailbox_find_parse(const char *row, char state[2], guint64 *domain_id);
/* Inserts those of wanted that aren't in there. */
gboolean mailbox_find_insert(
        Db *db, const MailboxFindKey *key, GHashTable *wanted, GHashTable *there, GError **error);

#endif
