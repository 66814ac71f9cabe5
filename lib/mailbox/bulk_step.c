/* bulk_step.c: makes the changes of a run, mailbox by mailbox. */
#include "lib/mailbox/bulk_step.h"

#include "lib/base/error.h"
#include "lib/mailbox/absence.h"
#include "lib/mailbox/address_change.h"
#include "lib/mailbox/assignment.h"
#include "lib/mailbox/mailbox_clock.h"
#include "lib/mailbox/mailbox_delete.h"
#include "lib/user/user.h"

#define NEXT(order)                                                                                \
	"SELECT mailbox_id, version, note_version FROM bulk_row FORCE INDEX (bulk_row_state)"      \
	" WHERE run_id = ? AND state = 0 ORDER BY mailbox_id" order " LIMIT 64"
static const char SQL_NEXT_FIRST[] = NEXT("");
static const char SQL_NEXT_LAST[] = NEXT(" DESC");
enum { N_MAILBOX, N_VERSION, N_NOTE_VERSION };
static const char SQL_CLAIM[] =
        "UPDATE bulk_row SET state = 1 WHERE run_id = ? AND mailbox_id = ? AND state = 0";
static const char SQL_LEAVE[] = "UPDATE bulk_row SET state = 2, reason = ?"
                                " WHERE run_id = ? AND mailbox_id = ? AND state = 0";
static const char SQL_LEAVE_ALL[] =
        "UPDATE bulk_row SET state = 2, reason = 'actor' WHERE run_id = ? AND state = 0 LIMIT 1000";
static const char SQL_END[] =
        "UPDATE bulk_run SET ended_at = " DB_NOW " WHERE id = ? AND ended_at = 0";
/* Whether somebody was assigned or removed since. */
static const char SQL_SINCE[] =
        "SELECT 1 FROM assignment WHERE mailbox_id = ? AND (assigned_at > ? OR removed_at > ?)"
        " LIMIT 1 LOCK IN SHARE MODE";

typedef struct {
	const BulkRun *run;
	const Actor *actor;
	Mailbox *mailbox; /* what it becomes, with the version that was seen */
	Absence *note;    /* likewise */
} Change;

/* Assignments have no version: that nothing of the mailbox changed since is found out here. */
static gboolean check_since(Db *db, const Change *change, GError **error)
{
	guint64 at;

	if (!mailbox_clock_lock(db, &change->mailbox->id, 1, &at, error))
		return FALSE;
	g_autoptr(Mailbox) now = mailbox_load(db, change->mailbox->id, error);
	if (now == NULL)
		return FALSE;
	if (now->version != change->mailbox->version)
		return ps_conflict(error, "the mailbox");
	g_autoptr(DbRows) rows = db_query(
	        db, error, SQL_SINCE, "uuu", now->id, change->run->made_at, change->run->made_at);
	if (rows == NULL)
		return FALSE;
	return db_rows_next(rows) ? ps_conflict(error, "an assignment") : TRUE;
}

static gboolean change_users(Db *db, const Change *change, GError **error)
{
	guint64 id = change->mailbox->id;
	gboolean add = change->run->action == BULK_ASSIGN;

	if (!check_since(db, change, error))
		return FALSE;
	g_autoptr(GPtrArray) users = mailbox_users(db, id, error);
	if (users == NULL)
		return FALSE;
	for (guint i = 0; i < change->run->users->len; i++) {
		guint64 user_id = g_array_index(change->run->users, guint64, i);
		if (assignment_has_user(users, user_id) == add)
			continue;
		if (add ? !assignment_add(db, change->actor, id, user_id, error)
		        : !assignment_end(db, NULL, change->actor, id, user_id, error))
			return FALSE;
	}
	return TRUE;
}

/* One mailbox, with its row. */
static gboolean change_mailbox(Db *db, gpointer data, GError **error)
{
	const Change *change = data;
	const Mailbox *mailbox = change->mailbox;
	gint64 claimed = db_execute(db, error, SQL_CLAIM, "uu", change->run->id, mailbox->id);

	if (claimed <= 0)
		return claimed == 0; /* somebody else has done it */
	switch (change->run->action) {
	case BULK_ACTIVATE:
	case BULK_DEACTIVATE:
	case BULK_QUOTA:
		return mailbox_update(db, change->actor, mailbox, error);
	case BULK_ASSIGN:
	case BULK_REMOVE:
		return change_users(db, change, error);
	case BULK_ABSENCE_OFF:
		return absence_save(db, change->actor, change->note, error);
	case BULK_DELETE:
		return mailbox_delete(db, change->actor, mailbox->id, mailbox->version, error);
	}
	g_assert_not_reached();
}

static gboolean run_change(
        Db *db, Change *change, guint64 version, guint64 note_version, GError **error)
{
	BulkAction action = change->run->action;

	change->mailbox->version = version;
	change->note->version = note_version;
	change->note->active = FALSE;
	if (action == BULK_ACTIVATE || action == BULK_DEACTIVATE)
		change->mailbox->active = action == BULK_ACTIVATE;
	if (action == BULK_QUOTA)
		change->mailbox->quota_mb = change->run->quota_mb;
	if (!db_transaction(db, change_mailbox, change, error))
		return FALSE;
	if (action == BULK_DELETE)
		address_change_over(db, change->mailbox->id);
	return TRUE;
}

/* Why a mailbox is left; NULL: it isn't its own fault. */
static const char *reason_of(const GError *failure)
{
	switch ((PsErrorCode)failure->code) {
	case PS_ERROR_CONFLICT:
		return "changed";
	case PS_ERROR_NOT_FOUND:
		return "gone";
	case PS_ERROR_INVALID:
		return g_strcmp0(ps_error_reason(failure), "inactive") == 0 ? "inactive" : "failed";
	case PS_ERROR_FORBIDDEN:
	case PS_ERROR_DUPLICATE:
	case PS_ERROR_SEALED:
	case PS_ERROR_INTERNAL:
		return "failed";
	case PS_ERROR_UNAVAILABLE:
	case PS_ERROR_UNCERTAIN:
	case PS_ERROR_UNLOGGED:
		return NULL;
	}
	return NULL;
}

static gboolean step_mailbox(
        Db *db, const BulkRun *run, const Actor *actor, DbRows *next, GError **error)
{
	guint64 id = db_rows_u64(next, N_MAILBOX);
	g_autoptr(GError) failure = NULL;
	g_autoptr(Mailbox) mailbox = mailbox_load(db, id, &failure);
	g_autoptr(Absence) note = mailbox != NULL ? absence_load(db, id, &failure) : NULL;
	Change change = {.run = run, .actor = actor, .mailbox = mailbox, .note = note};

	if (note != NULL && run_change(db, &change, db_rows_u64(next, N_VERSION),
	                            db_rows_u64(next, N_NOTE_VERSION), &failure))
		return TRUE;
	const char *reason = reason_of(failure);
	if (reason != NULL)
		return db_execute(db, error, SQL_LEAVE, "auu", reason, run->id, id) >= 0;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

gboolean bulk_actor_may(Db *db, guint64 actor_id, gboolean *may, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(User) user = user_load(db, actor_id, &failure);

	*may = user != NULL && user->active && user->role == USER_ADMIN;
	if (user != NULL || g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static gboolean stop_run(Db *db, guint64 id, GError **error)
{
	gint64 left;

	do
		left = db_execute(db, error, SQL_LEAVE_ALL, "u", id);
	while (left > 0);
	return left == 0 && db_execute(db, error, SQL_END, "u", id) >= 0;
}

gboolean bulk_step(Db *db, guint64 id, BulkEnd end, gint64 budget, GError **error)
{
	const char *sql = end == BULK_FROM_LAST ? SQL_NEXT_LAST : SQL_NEXT_FIRST;
	gint64 until = g_get_monotonic_time() + budget;
	g_autoptr(BulkRun) run = bulk_load(db, id, error);
	gboolean may = FALSE;

	if (run == NULL || run->began_at == 0 || run->ended_at != 0)
		return run != NULL;
	if (!bulk_actor_may(db, run->actor_id, &may, error))
		return FALSE;
	if (!may)
		return stop_run(db, id, error);
	const Actor actor = {.user_id = run->actor_id, .login = run->actor};
	for (;;) {
		g_autoptr(DbRows) next = db_query(db, error, sql, "u", id);
		gboolean any = FALSE;
		if (next == NULL)
			return FALSE;
		while (db_rows_next(next)) {
			any = TRUE;
			if (!step_mailbox(db, run, &actor, next, error))
				return FALSE;
			if (g_get_monotonic_time() >= until)
				return TRUE;
		}
		if (!any)
			return db_execute(db, error, SQL_END, "u", id) >= 0;
	}
}
