/* journal_kept.h: a mail as the journal keeps it: texts cut to size, addresses in their one form,
 * the words by which it is found. Nothing here asks the database.
 */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_KEPT_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_KEPT_H

#include "lib/journal/journal_address.h"
#include "lib/journal/journal_mail.h"
#include "lib/journal/journal_rows.h"

/* An address of the mail: of a header, or a recipient. */
typedef struct {
	JournalRole role;
	guint place;
	char *normal;              /* journal_address_normal() */
	char *address, *name;      /* as shown */
	char *folded;              /* words of a recipient; NULL: of a header */
	JournalResolved *resolved; /* set by whoever finds out; borrowed */
} JournalNamed;

typedef struct {
	const JournalMail *mail;
	gboolean bare; /* without text and file names, whatever the mail has */
	char *envelope_from, *subject, *text, *sender;
	char *folded; /* the words by which everybody who may read the entry finds it */
	char *listed_sender, *listed_recipients;
	GPtrArray *headers; /* JournalNamed of From, To and Cc, all of them */
	GPtrArray *
	        recipients; /* JournalNamed, each normal address once; role BCC until it is known */
	GPtrArray *names;   /* attachments' */
} JournalKept;

/* mail is borrowed. Free: journal_kept_free(). */
JournalKept *journal_kept_new(const JournalMail *mail);
void journal_kept_free(JournalKept *kept);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JournalKept, journal_kept_free)

/* Takes text and file names away. */
void journal_kept_strip(JournalKept *kept);

/* Whether an address of a header is stored; all of them protect. */
gboolean journal_named_is_stored(const JournalNamed *one);

#endif
