/* journal_rows.h: who may read an entry, as rows of journal_reader: a pure function of the entry,
 * its mailboxes and addresses, and of who was assigned to these at its time.
 *
 * The journal writes these rows with a mail, takes them back by the same function when the entry
 * is purged, and `poststelle journal check` compares them with what is stored.
 *
 * A row says that user may read the entry when it is found by topic: 0 (the whole journal), a
 * mailbox, or an address. Readers are the users who were assigned to the sending mailbox or one
 * that was reached. User 0 stands for everybody with the right Alle, unless a mailbox protects the
 * entry. What is in the entry only as Bcc gets rows only for the users of the sending mailbox and
 * of that Bcc mailbox, never for user 0.
 *
 * Of a mail with many topics and readers (more than JOURNAL_WIDE_ROWS rows) the topics that are
 * not Bcc get one row with the user JOURNAL_WIDE, and its readers one row each with the topic
 * JOURNAL_TOPIC_WIDE: such an entry is found by topic where both are there.
 */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_ROWS_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_ROWS_H

#include <glib.h>

#define JOURNAL_WIDE_ROWS 2000
#define JOURNAL_WIDE G_MAXUINT64
#define JOURNAL_EVERYBODY ((guint64)0)

#define JOURNAL_TOPIC_ALL ((guint64)0)
#define JOURNAL_TOPIC_WIDE ((guint64)1)
#define JOURNAL_TOPIC_MAILBOX(id) ((guint64)(id)*2)
#define JOURNAL_TOPIC_ADDRESS(id) ((guint64)(id)*2 + 1)

typedef enum {
	JOURNAL_FROM,
	JOURNAL_TO,
	JOURNAL_CC,
	JOURNAL_BCC,
	/* an address: its mailbox is named, by another one; a mailbox: it only protects */
	JOURNAL_OTHER,
} JournalRole;

typedef struct {
	guint64 mailbox_id;
	JournalRole role;
	gboolean reached, protects;
	gboolean named; /* by a header, by an address of its own; while the mail is written */
} JournalMailbox;

typedef struct {
	guint64 address_id, mailbox_id;
	JournalRole role;
} JournalParty;

/* Who was assigned to which mailbox at the time of the mail. */
typedef struct {
	guint64 mailbox_id, user_id;
} JournalAssigned;

typedef struct {
	guint64 sender_id; /* the sending mailbox; 0: none */
	GArray *mailboxes; /* JournalMailbox; the sending one has its row with JOURNAL_FROM */
	GArray *parties;   /* JournalParty */
	GArray *assigned;  /* JournalAssigned, of all mailboxes (those not reached may be left out)
	                    */
} JournalFacts;

JournalFacts *journal_facts_new(void);
void journal_facts_free(JournalFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JournalFacts, journal_facts_free)

gboolean journal_facts_protected(const JournalFacts *facts);

typedef struct {
	guint64 topic, user_id;
} JournalRow;

/* The entry's rows in their order, each once. Free: g_array_unref(). */
GArray *journal_rows(const JournalFacts *facts);

#endif
