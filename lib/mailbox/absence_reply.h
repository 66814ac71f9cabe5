/*
 * absence_reply.h: whom the absence notes answered, and when.
 *
 * The milter writes a row for each reply that comes in by the service of the absence notes; the
 * note's page lists them.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_ABSENCE_REPLY_H
#define POSTSTELLE_LIB_MAILBOX_ABSENCE_REPLY_H

#include "lib/db/db.h"

#define ABSENCE_REPLY_PAGE 50
#define ABSENCE_REPLY_CURSOR_MAX 48 /* octets */

/*
 * Notes that the note of a mailbox answered recipient now. mailbox_address is the reply's From
 * address (stored form, or one of its aliases), recipient as in the envelope. An address
 * without a note writes nothing and is no error. Works within the caller's transaction, or alone
 * (then a lost connection may leave a second row).
 */
gboolean absence_reply_add(
        Db *db, const char *mailbox_address, const char *recipient, GError **error);

typedef struct {
	guint64 at, generation;
	char *address;
} AbsenceReply;

typedef struct {
	GPtrArray *replies; /* AbsenceReply, newest first, at most ABSENCE_REPLY_PAGE */
	char *next;         /* cursor of the next page; NULL = there is none */
} AbsenceReplyPage;

/* One page of a mailbox's replies, of all periods; after: cursor, "" = first page (as is what isn't
 * a cursor). Free: absence_reply_page_free(). */
AbsenceReplyPage *absence_reply_list(Db *db, guint64 mailbox_id, const char *after, GError **error);
void absence_reply_page_free(AbsenceReplyPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AbsenceReplyPage, absence_reply_page_free)

#endif
