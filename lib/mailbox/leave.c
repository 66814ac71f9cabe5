/* leave.c: ends assignments of somebody who leaves, all at one instant. */
#include "lib/mailbox/leave.h"

#include "lib/base/error.h"
#include "lib/mailbox/assignment.h"
#include "lib/mailbox/mailbox_clock.h"
#include "lib/user/user.h"

/* Names behind one another, each with a line break. */
#define COLUMNS                                                                                    \
	"a.mailbox_id, a.assigned_at, m.address, m.deleted, m.password_changed_at = a.removed_at," \
	" (SELECT GROUP_CONCAT(u.name ORDER BY u.name SEPARATOR '\n')"                             \
	"   FROM assignment o FORCE INDEX (assignment_mailbox) JOIN user u ON u.id = o.user_id"    \
	"   WHERE o.mailbox_id = a.mailbox_id AND o.removed_at = 0 AND o.user_id <> a.user_id"     \
	"     AND u.active = 1),"                                                                  \
	" (SELECT GROUP_CONCAT(l.recipient ORDER BY l.id SEPARATOR ', ') FROM access_link l"       \
	"   WHERE l.mailbox_id = a.mailbox_id AND l.made_at > a.removed_at AND a.removed_at > 0"   \
	"     AND l.sent_at > 0 AND l.void_at = 0)"                                                \
	" FROM assignment a JOIN mailbox m ON m.id = a.mailbox_id AND m.deleted < 2"
enum { C_MAILBOX, C_ASSIGNED_AT, C_ADDRESS, C_DELETED, C_RENEWED, C_OTHERS, C_SENT };
static const char SQL_LIST[] = "SELECT " COLUMNS " WHERE a.user_id = ? AND a.removed_at = 0"
                               " ORDER BY m.address LIMIT 401";
static const char SQL_DONE[] = "SELECT " COLUMNS " WHERE a.user_id = ? AND a.removed_at = ?"
                               " ORDER BY m.address LIMIT 401";
G_STATIC_ASSERT(LEAVE_MAX == 400);

static void row_free(gpointer data)
{
	LeaveRow *row = data;

	g_free(row->address);
	g_strfreev(row->others);
	g_free(row->sent);
	g_free(row);
}

static GPtrArray *read_leave_rows(DbRows *rows)
{
	if (rows == NULL)
		return NULL;
	GPtrArray *list = g_ptr_array_new_with_free_func(row_free);
	while (db_rows_next(rows)) {
		LeaveRow *row = g_new0(LeaveRow, 1);
		row->mailbox_id = db_rows_u64(rows, C_MAILBOX);
		row->assigned_at = db_rows_u64(rows, C_ASSIGNED_AT);
		row->address = g_strdup(db_rows_text(rows, C_ADDRESS));
		row->deleted = db_rows_u64(rows, C_DELETED) != 0;
		row->new_password = db_rows_u64(rows, C_RENEWED) != 0;
		const char *others = db_rows_text(rows, C_OTHERS);
		row->others = g_strsplit(others != NULL ? others : "", "\n", -1);
		row->sent = g_strdup(db_rows_text(rows, C_SENT));
		g_ptr_array_add(list, row);
	}
	return list;
}

GPtrArray *leave_list(Db *db, guint64 user_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LIST, "u", user_id);

	return read_leave_rows(rows);
}

GPtrArray *leave_done(Db *db, guint64 user_id, guint64 at, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_DONE, "uu", user_id, at);

	return read_leave_rows(rows);
}

typedef struct {
	const KeyRing *ring;
	const Actor *actor;
	const LeaveRequest *request;
	const GArray *ids; /* of all mailboxes, each once */
	guint64 at;
} LeaveWork;

static gboolean contains(const GArray *numbers, guint64 number)
{
	for (guint i = 0; i < numbers->len; i++)
		if (g_array_index(numbers, guint64, i) == number)
			return TRUE;
	return FALSE;
}

static gboolean end_assignment_of(Db *db, const LeaveWork *work, guint64 mailbox_id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(Mailbox) mailbox = mailbox_load(db, mailbox_id, &failure);
	gboolean renew = mailbox != NULL && !mailbox->deleted &&
	                 contains(work->request->new_password, mailbox_id);

	if (mailbox != NULL && assignment_end_at(db, renew ? work->ring : NULL, work->actor,
	                               mailbox, work->request->user_id, work->at, &failure))
		return TRUE;
	if (g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND))
		return ps_conflict(error, "something");
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

/* Who succeeds to a mailbox whose clock stands at the end of what was before. */
static gboolean add_successors(Db *db, const LeaveWork *work, guint64 mailbox_id, GError **error)
{
	const GArray *successors = work->request->successors;
	g_autoptr(Mailbox) mailbox = mailbox_load(db, mailbox_id, error);
	g_autoptr(GPtrArray) users = mailbox != NULL ? mailbox_users(db, mailbox_id, error) : NULL;

	if (users == NULL)
		return FALSE;
	for (guint i = 0; i < successors->len && !mailbox->deleted; i++) {
		guint64 user_id = g_array_index(successors, guint64, i);
		g_autoptr(GError) failure = NULL;
		if (assignment_has_user(users, user_id) ||
		        assignment_add(db, work->actor, mailbox_id, user_id, &failure))
			continue;
		if (ps_error_field(failure) != NULL)
			ps_invalid(error, "successor", ps_error_reason(failure), "%s",
			        failure->message);
		else
			g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	return TRUE;
}

static gboolean end_all(Db *db, gpointer data, GError **error)
{
	LeaveWork *work = data;
	const guint64 *ids = (const guint64 *)(const void *)work->ids->data;
	g_autoptr(GError) failure = NULL;

	if (!user_guard(db, error))
		return FALSE;
	if (!mailbox_clock_lock(db, ids, work->ids->len, &work->at, &failure)) {
		if (g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND))
			return ps_conflict(error, "something");
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	g_autoptr(User) user = user_load(db, work->request->user_id, error);
	if (user == NULL)
		return FALSE;
	if (user->version != work->request->version)
		return ps_conflict(error, "something");
	for (guint i = 0; i < work->ids->len; i++)
		if (!end_assignment_of(db, work, ids[i], error))
			return FALSE;
	if ((work->request->deactivate && !user_deactivate(db, work->actor, user, error)) ||
	        !mailbox_clock_set(db, ids, work->ids->len, work->at, error))
		return FALSE;
	for (guint i = 0; i < work->ids->len && work->request->successors != NULL; i++)
		if (!add_successors(db, work, ids[i], error))
			return FALSE;
	return TRUE;
}

gboolean leave_run(Db *db, const KeyRing *ring, const Actor *actor, const LeaveRequest *request,
        guint64 *at, GError **error)
{
	const GArray *wanted[] = {request->end, request->new_password};
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));
	LeaveWork work = {.ring = ring, .actor = actor, .request = request, .ids = ids};

	for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++) {
		for (guint j = 0; j < wanted[i]->len; j++) {
			guint64 id = g_array_index(wanted[i], guint64, j);
			if (!contains(ids, id))
				g_array_append_val(ids, id);
		}
	}
	if (request->successors != NULL && contains(request->successors, request->user_id)) {
		ps_invalid(error, "successor", "itself", "nobody succeeds to themselves");
		return FALSE;
	}
	if (!db_transaction(db, end_all, &work, error))
		return FALSE;
	*at = work.at;
	return TRUE;
}
