/* change_log.h: who changed what and when, written in the transaction of the change.
 *
 * Values are as people read them; never a password or a token.
 */
#ifndef POSTSTELLE_LIB_OFFICE_CHANGE_LOG_H
#define POSTSTELLE_LIB_OFFICE_CHANGE_LOG_H

#include "lib/db/db.h"
#include "lib/db/list_page.h"
#include "lib/office/actor.h"

/*
 * One row. subject: address, log-in or domain; mailbox_id 0 if it isn't about one. action is a
 * word such as "mailbox.created" (texts: T.change.ACTION), field the changed one or "". old and
 * new may be NULL. PS_ERROR_UNLOGGED if it can't be written, although the database answers.
 */
gboolean change_log_add(Db *db, const Actor *actor, guint64 mailbox_id, const char *subject,
        const char *action, const char *field, const char *old_value, const char *new_value,
        GError **error);

/* Empties what is kept of a mailbox's absence note, within the transaction that purges the mailbox;
 * who changed it and when stays. */
gboolean change_log_forget_note(Db *db, guint64 mailbox_id, GError **error);

typedef struct {
	guint64 id, at, user_id, mailbox_id;
	char *actor, *subject, *action, *field;
	char *actor_name;            /* NULL: no user */
	char *old_value, *new_value; /* may be NULL */
	gboolean purged;             /* the mailbox has no page any more */
} Change;

/* The kinds there are. */
#define CHANGE_KINDS                                                                               \
	"mailbox", "alias", "assignment", "password", "own_password", "access", "absence",         \
	        "forward", "list", "user", "domain", "setting", "key"

typedef struct {
	const char *q; /* words: each must be in subject, actor, a value or the field; "" = all */
	const GArray *mailboxes, *users; /* guint64: any of them; NULL or empty = all */
	const char *kind;                /* what actions begin with: CHANGE_KINDS; "" = all */
	guint64 from, below;             /* instants: from <= change < below; below 0 = no end */
	guint64 after;                   /* id of the last row of the page before; 0 = first page */
	guint64 before;                  /* or of the first one of the page behind; 0 = not so */
} ChangeFilter;

typedef struct {
	GPtrArray *changes;     /* Change, newest first, at most LIST_PAGE */
	guint64 previous, next; /* cursors of the page before and of the next one; 0 = there is none
	                         */
	gboolean partial;       /* the search stopped at its bound: next goes on, ... */
	gboolean backward;      /* ... or previous, ... */
	guint64 next_at;        /* ... from that instant on */
} ChangePage;

/* One page; words are looked for in a bounded number of rows a step. Free: change_page_free(). */
ChangePage *change_log_page(Db *db, const ChangeFilter *filter, GError **error);
void change_page_free(ChangePage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChangePage, change_page_free)

/* Who changed a mailbox last, and when, by that action (NULL: by any that raises its version).
 * *who: the name, with the log-in; NULL: nobody is known. Free: g_free(). */
gboolean change_log_last(
        Db *db, guint64 mailbox_id, const char *action, char **who, guint64 *at, GError **error);
/* The same for what has no mailbox, by subject and action; looks only at recent changes. */
gboolean change_log_last_of(
        Db *db, const char *subject, const char *action, char **who, guint64 *at, GError **error);

#endif
