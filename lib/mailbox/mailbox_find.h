/* mailbox_find.h: the rows by which the list finds mailboxes (tables mailbox_find, mailbox_pair).
 *
 * mailbox_find has a row for each beginning (1 to 16 octets, and '') of each word of address and
 * name, for any domain (0) and its own, in each state that the mailbox is in: a active, i
 * inactive, v VIP, n absence note switched on (whatever its period), d deleted. mailbox_pair has
 * the pairs of three-letter beginnings. Both follow from the mailbox alone; mailbox_find_check()
 * compares.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_MAILBOX_FIND_H
#define POSTSTELLE_LIB_MAILBOX_MAILBOX_FIND_H

#include "lib/db/db.h"

/* What the rows follow from. */
typedef struct {
	guint64 id, domain_id;
	const char *address;
	const char *email_name;
	gboolean active, vip, absent, deleted;
} MailboxFindKey;

/* Writes the difference between the rows of before (NULL: new) and after (NULL: gone), within
 * the caller's transaction, which locked the mailbox's clock (mailbox_clock.h) before it read what
 * was before. */
gboolean mailbox_find_update(
        Db *db, const MailboxFindKey *before, const MailboxFindKey *after, GError **error);

/* The words of a mailbox, as stored. Free: g_ptr_array_unref(). */
GPtrArray *mailbox_find_words(const char *address, const char *email_name);

/* The pair of two words (of at least 3 octets each) as it is stored, in out. FALSE: too short. */
gboolean mailbox_find_pair(const char *one, const char *other, char out[7]);

/* Recomputes the rows of every mailbox and compares. *wrong: mailboxes whose rows differ (their
 * addresses). Free: g_ptr_array_unref(). */
gboolean mailbox_find_check(Db *db, GPtrArray **wrong, GError **error);

#endif
