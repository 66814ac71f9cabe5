/* bulk.h: many mailboxes changed at once, in three steps: what would change is found out and kept
 * (a run, with a row for each mailbox), somebody says yes to just that, and it is done mailbox by
 * mailbox, in steps that may be cut off at any point (bulk_step.h).
 *
 * Of each mailbox its version is kept: what somebody changed since is left as it is.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_BULK_H
#define POSTSTELLE_LIB_MAILBOX_BULK_H

#include "lib/db/db.h"
#include "lib/db/list_page.h"
#include "lib/office/actor.h"

#define BULK_MAX 10000 /* mailboxes of a run */
#define BULK_USERS 50  /* users that a run assigns or removes */

typedef enum {
	BULK_ACTIVATE,
	BULK_DEACTIVATE,
	BULK_ASSIGN,
	BULK_REMOVE,
	BULK_QUOTA,
	BULK_ABSENCE_OFF,
	BULK_DELETE,
} BulkAction;

/* The words of forms and of the table, in the order of the values, and NULL. */
extern const char *const bulk_action_words[];
gboolean bulk_action_read(const char *word, BulkAction *action);
/* Whether it is about users. */
gboolean bulk_action_has_users(BulkAction action);

typedef enum {
	BULK_WAITS,
	BULK_DONE,
	BULK_LEFT,  /* somebody changed it since, or it couldn't be done: reason says why */
	BULK_UNFIT, /* there was nothing to change, or it can't be: likewise */
} BulkState;
#define BULK_STATES 4

typedef struct {
	BulkAction action;
	const GArray *mailboxes; /* guint64, each once, at most BULK_MAX */
	const GArray *users;     /* guint64, each once, at most BULK_USERS; of ASSIGN and REMOVE */
	guint64 quota_mb;
} BulkRequest;

/*
 * Finds out what would change, and keeps it; nothing else is changed. *token: whoever has it may
 * say yes. PS_ERROR_INVALID on user_id (choice: no such user; inactive; empty), quota_mb (number).
 * Free: g_free().
 */
gboolean bulk_prepare(Db *db, const Actor *actor, const BulkRequest *request, guint64 *id,
        char **token, GError **error);

/* Says yes to a run, for who prepared it; once more changes nothing. PS_ERROR_NOT_FOUND: there is
 * no such run. */
gboolean bulk_begin(Db *db, const Actor *actor, const char *token, guint64 *id, GError **error);

typedef struct {
	guint64 id, quota_mb, actor_id;
	BulkAction action;
	char *actor;                         /* log-in */
	guint64 made_at, began_at, ended_at; /* 0: not yet */
	guint counts[BULK_STATES];
	GArray *users;    /* guint64 */
	GPtrArray *names; /* of the users, likewise */
} BulkRun;

/* NULL and PS_ERROR_NOT_FOUND if there is none. Free: bulk_run_free(). */
BulkRun *bulk_load(Db *db, guint64 id, GError **error);
void bulk_run_free(BulkRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BulkRun, bulk_run_free)

/* The number of the run that began last and isn't done; 0: none. */
gboolean bulk_open_run(Db *db, guint64 *id, GError **error);

/* Of the runs that began and aren't done, the one with the next number behind after; 0: none. */
gboolean bulk_next_run(Db *db, guint64 after, guint64 *id, GError **error);

typedef struct {
	guint64 mailbox_id;
	char *address, *reason; /* reason: deleted, same, gone, changed, inactive, actor, failed */
} BulkRow;

/* A run's mailboxes in a state: a page (BulkRow) in the order of their numbers, which are the
 * cursors. Free: list_page_free(). */
ListPage *bulk_rows(Db *db, guint64 id, BulkState state, const ListAt *at, GError **error);

#endif
