/* import.h: mailboxes taken in from a table, all of them or none: the lines are checked and kept (a
 * run, like those of bulk.h), somebody says yes to just that, and it is done in steps
 * (import_step.h) that nobody sees anything of before the last: then all mailboxes are there at
 * once, in the list and for the mail servers. What fails, or is cancelled, is taken back whole.
 */
#ifndef POSTSTELLE_LIB_MAILBOX_IMPORT_H
#define POSTSTELLE_LIB_MAILBOX_IMPORT_H

#include "lib/db/db.h"
#include "lib/mailbox/import_line.h"
#include "lib/office/actor.h"

/*
 * Keeps lines without a fault (import_csv.h, import_check.h); nothing else is changed. *token:
 * whoever has it may say yes. Free: g_free().
 */
gboolean import_prepare(Db *db, const Actor *actor, const GPtrArray *lines, guint64 *id,
        char **token, GError **error);

/*
 * Says yes to a run, for who prepared it; once more changes nothing. All lines are checked again:
 * if faults aren't empty afterwards, something has changed since, and nothing has begun.
 * PS_ERROR_NOT_FOUND: there is no such run.
 */
gboolean import_begin(Db *db, const Actor *actor, const char *token, guint64 *id, GPtrArray *faults,
        GError **error);

typedef enum {
	IMPORT_FORWARD,
	IMPORT_BACK,   /* what was written is being taken back */
	IMPORT_UNDONE, /* that is done */
} ImportWay;

typedef struct {
	guint64 id, actor_id;
	char *actor;                         /* log-in */
	guint64 made_at, began_at, ended_at; /* 0: not yet */
	guint users;                         /* users whom it makes */
	guint lines, done;                   /* done: mailboxes that are written */
	guint done_line;                     /* number of the last of them */
	guint step;                          /* lines that the next step takes on */
	ImportWay way;
	ImportFault
	        fault; /* why it is taken back; line 0: for no line's sake, reason "": it isn't */
} ImportRun;

/* NULL and PS_ERROR_NOT_FOUND if there is none. Free: import_run_free(). */
ImportRun *import_load(Db *db, guint64 id, GError **error);
/* The same, but *run is NULL if there is none. FALSE and error: nobody knows. */
gboolean import_find(Db *db, guint64 id, ImportRun **run, GError **error);
/* import_load() within a transaction: whoever else makes a step of it waits. */
ImportRun *import_load_locked(Db *db, guint64 id, GError **error);
void import_run_free(ImportRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImportRun, import_run_free)

/* From now on its steps take back what they wrote; not when it has ended. fault: why. */
gboolean import_turn_back(Db *db, guint64 id, const ImportFault *fault, GError **error);
/* The same because somebody wants it; a run that hasn't begun ends. */
gboolean import_cancel(Db *db, guint64 id, GError **error);

/* The run that began first and isn't done, 0: there is none. */
gboolean import_open_run(Db *db, guint64 *id, GError **error);

/* Up to limit lines behind the line after, in their order. Free: g_ptr_array_unref(). */
GPtrArray *import_lines(Db *db, guint64 id, guint after, guint limit, GError **error);

#endif
