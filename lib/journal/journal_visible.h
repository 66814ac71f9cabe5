/* journal_visible.h: which entries somebody may read. Everything that shows entries asks here.
 *
 * The general right counts as it is when reading; what protection leaves of it was fixed when the
 * mail was written (journal_rows.h). Nothing here touches an entry that may not be read, so that
 * neither numbers nor cursors nor the time that it takes tell of one.
 */
#ifndef POSTSTELLE_LIB_JOURNAL_JOURNAL_VISIBLE_H
#define POSTSTELLE_LIB_JOURNAL_JOURNAL_VISIBLE_H

#include "lib/db/db.h"
#include "lib/user/user_role.h"

/* Whose rows of journal_reader somebody reads by. */
typedef struct {
	gboolean none; /* the right Keine: nothing at all */
	guint64 any;   /* everybody's rows with the right Alle, the user's own again otherwise */
	guint64 own;
} JournalViewer;

/* journal_right: as Session has it. There is no exception for administrators. */
JournalViewer journal_viewer(guint64 user_id, UserJournal journal_right);

/* Whether an entry may be read: this statement alone, before anything of the entry is looked at,
 * as a joined row would make a hidden entry slower than one that doesn't exist. */
gboolean journal_visible_one(
        Db *db, const JournalViewer *viewer, guint64 entry_id, gboolean *visible, GError **error);

#define JOURNAL_NO_TOPIC (G_MAXUINT64 - 1) /* what nothing was ever filed under */

typedef struct {
	guint64 topic;       /* journal_rows.h */
	guint64 second;      /* must be in this one as well; 0: no second one */
	guint64 from, below; /* numbers of entries: from <= number < below */
	gboolean backward;   /* from the oldest one on, not from the newest */
} JournalRange;

typedef struct {
	GArray *ids;         /* guint64: entries, in the direction of the range */
	gboolean more;       /* the range goes on behind searched_to */
	guint64 searched_to; /* if more: the last entry looked at, one that may be read */
} JournalStep;

/* Looks at the first limit (at most 1,000) readable entries of the range's topic, or some more. */
gboolean journal_visible_step(Db *db, const JournalViewer *viewer, const JournalRange *range,
        guint limit, JournalStep *step, GError **error);
/* The same of several topics together, in place of the range's. */
gboolean journal_visible_topics(Db *db, const JournalViewer *viewer, const GArray *topics,
        const JournalRange *range, guint limit, JournalStep *step, GError **error);
/* Puts numbers of entries in the order of a direction: newest first, or backward oldest first. */
void journal_visible_sort(GArray *ids, gboolean backward);
void journal_step_clear(JournalStep *step);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(JournalStep, journal_step_clear)

/*
 * Whether a Bcc of this mailbox (0: nobody's here) in this entry is shown to the user of the
 * parameter "?": to users that the sending mailbox or that mailbox had at the time of the mail.
 */
#define JOURNAL_BCC_SHOWN(mailbox, entry)                                                          \
	" EXISTS (SELECT 1 FROM journal_entry be"                                                  \
	" JOIN assignment ba ON ba.mailbox_id IN (be.sender_id, " mailbox ")"                      \
	" AND ba.assigned_at <= be.id AND (ba.removed_at = 0 OR ba.removed_at > be.id)"            \
	" WHERE be.id = " entry " AND ba.user_id = ?)"

#endif
