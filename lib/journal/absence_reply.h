/* absence_reply.h: whom the absence notes answered, and when.
 *
 * A row goes with each entry of the journal that is an absence note; the note's page lists them. Of
 * a VIP mailbox, and of one that was VIP when the note answered, everybody sees there what the
 * entry itself shows; of others whoever may see the page sees all.
 */
#ifndef POSTSTELLE_LIB_JOURNAL_ABSENCE_REPLY_H
#define POSTSTELLE_LIB_JOURNAL_ABSENCE_REPLY_H

#include "lib/db/list_page.h"
#include "lib/journal/journal_visible.h"

#define ABSENCE_REPLY_CURSOR_MAX 48 /* octets */

/*
 * Notes, within the transaction that writes the entry, that the note of a mailbox answered
 * recipient, an address as in the envelope. is_protected: whether a mailbox protects the entry. A
 * mailbox without a note writes nothing and is no error.
 */
gboolean absence_reply_add(Db *db, guint64 entry_id, guint64 mailbox_id, gboolean is_protected,
        const char *recipient, GError **error);

typedef struct {
	guint64 id, at, generation;
	char *address;
} AbsenceReply;

/* A page of a mailbox's replies (AbsenceReply), of all periods, newest first. What isn't a cursor
 * is the first page. Free: list_page_free(). */
ListPage *absence_reply_list(
        Db *db, const JournalViewer *viewer, guint64 mailbox_id, const ListAt *at, GError **error);
/* A row's. Free: g_free(). */
char *absence_reply_cursor(const AbsenceReply *reply);

#endif
