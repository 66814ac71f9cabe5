/* user_role.h: what a user may do: the role, and the right on the journal.
 *
 * The words are what forms, the command line and the database write: admin, staff; all, own, none.
 */
#ifndef POSTSTELLE_LIB_USER_USER_ROLE_H
#define POSTSTELLE_LIB_USER_USER_ROLE_H

#include <glib.h>

typedef enum {
	USER_STAFF,
	USER_ADMIN,
} UserRole;

/* Which mails of the journal somebody reads; what protects a mail goes for everybody. */
typedef enum {
	USER_JOURNAL_NONE,
	USER_JOURNAL_OWN, /* those of the mailboxes that the user is, or was, assigned to */
	USER_JOURNAL_ALL,
} UserJournal;

/* The words in the order of the values, and NULL. */
extern const char *const user_role_words[];
extern const char *const user_journal_words[];

/* FALSE: there is no such word; then it is the least. */
gboolean user_role_read(const char *word, UserRole *role);
gboolean user_journal_read(const char *word, UserJournal *right);

#endif
