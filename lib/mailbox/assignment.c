/* assignment.c: begins and ends assignments by the mailbox's clock, and lists them. */
#include "lib/mailbox/assignment.h"

#include "lib/base/error.h"
#include "lib/mailbox/access_link.h"
#include "lib/mailbox/mailbox_clock.h"
#include "lib/mailbox/mailbox_find.h"
#include "lib/mailbox/mailbox_password.h"
#include "lib/mailbox/own_password.h"
#include "lib/office/change_log.h"
#include "lib/office/mailbox_mark.h"
#include "lib/office/notice.h"
#include "lib/user/user_hold.h"

static const char SQL_LOGIN[] = "SELECT login FROM user WHERE id = ?";
static const char SQL_NOW[] =
        "SELECT 1 FROM assignment WHERE mailbox_id = ? AND removed_at = 0 AND user_id = ?"
        " LOCK IN SHARE MODE";
static const char SQL_EVER[] =
        "SELECT 1 FROM assignment WHERE mailbox_id = ? AND user_id = ? LIMIT 1";
static const char SQL_ADD[] =
        "INSERT INTO assignment (mailbox_id, user_id, assigned_at) VALUES (?, ?, ?)";
static const char SQL_END[] =
        "UPDATE assignment SET removed_at = ? WHERE mailbox_id = ? AND user_id = ? AND removed_at = 0";

#define COLUMNS                                                                                    \
	"a.mailbox_id, a.user_id, a.assigned_at, a.removed_at, m.address, m.deleted, u.name,"      \
	" u.login"
#define TABLES " JOIN mailbox m ON m.id = a.mailbox_id JOIN user u ON u.id = a.user_id"
enum { C_MAILBOX, C_USER, C_ASSIGNED_AT, C_REMOVED_AT, C_ADDRESS, C_DELETED, C_NAME, C_LOGIN };
#define MAILBOXES                                                                                  \
	"SELECT " COLUMNS " FROM assignment a" TABLES                                              \
	" WHERE a.user_id = ? AND a.removed_at = 0 AND m.deleted < 2 AND m.address "
static const char SQL_MAILBOXES[] = MAILBOXES "> ? ORDER BY m.address" LIST_PAGE_LIMIT;
static const char SQL_MAILBOXES_BACK[] = MAILBOXES "< ? ORDER BY m.address DESC" LIST_PAGE_LIMIT;
static const char SQL_PAST_OF_MAILBOX[] =
        "SELECT " COLUMNS " FROM assignment a FORCE INDEX (assignment_mailbox)" TABLES
        " WHERE a.mailbox_id = ? AND a.removed_at > 0 AND a.removed_at <= ?"
        "   AND (a.removed_at < ? OR a.user_id < ?)"
        " ORDER BY a.removed_at DESC, a.user_id DESC" LIST_PAGE_LIMIT;
static const char SQL_PAST_OF_USER[] =
        "SELECT " COLUMNS " FROM assignment a FORCE INDEX (assignment_user)" TABLES
        " WHERE a.user_id = ? AND a.removed_at > 0 AND a.removed_at <= ?"
        "   AND (a.removed_at < ? OR a.mailbox_id < ?)"
        " ORDER BY a.removed_at DESC, a.mailbox_id DESC" LIST_PAGE_LIMIT;

typedef struct {
	const KeyRing *ring;
	const Actor *actor;
	guint64 mailbox_id, user_id;
} AssignmentWork;

/* ---- add ---- */

/* TRUE if there is a row. FALSE without error: there is none. */
static gboolean has_assignment(
        Db *db, const char *sql, guint64 mailbox_id, guint64 user_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, sql, "uu", mailbox_id, user_id);

	return rows != NULL && db_rows_next(rows);
}

/* The log-in of a user who may be assigned. NULL and error otherwise. Free: g_free(). */
static char *assignable(Db *db, guint64 mailbox_id, guint64 user_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LOGIN, "u", user_id);
	g_autoptr(GError) failure = NULL;

	if (rows == NULL)
		return NULL;
	if (!db_rows_next(rows)) {
		ps_invalid(error, "user_id", "choice", "there is no such user");
		return NULL;
	}
	g_autofree char *login = g_strdup(db_rows_text(rows, 0));
	gboolean active = FALSE;
	if (!user_hold(db, user_id, NULL, &active, error))
		return NULL;
	if (!active) {
		ps_invalid(error, "user_id", "inactive", "the user %s is inactive", login);
		return NULL;
	}
	if (has_assignment(db, SQL_NOW, mailbox_id, user_id, &failure)) {
		ps_invalid(error, "user_id", "assigned", "the user %s is assigned already", login);
		return NULL;
	}
	if (failure != NULL) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return NULL;
	}
	return g_steal_pointer(&login);
}

static gboolean begin_assignment(Db *db, gpointer data, GError **error)
{
	const AssignmentWork *work = data;
	guint64 at = 0;

	if (!mailbox_clock_lock(db, &work->mailbox_id, 1, &at, error))
		return FALSE;
	g_autoptr(Mailbox) mailbox = mailbox_load(db, work->mailbox_id, error);
	if (mailbox == NULL)
		return FALSE;
	if (mailbox->deleted) {
		ps_invalid(
		        error, "mailbox", "deleted", "the mailbox %s is deleted", mailbox->address);
		return FALSE;
	}
	g_autofree char *login = assignable(db, work->mailbox_id, work->user_id, error);
	MailboxFindKey key = mailbox_find_key(mailbox);
	return login != NULL &&
	       db_execute(db, error, SQL_ADD, "uuu", work->mailbox_id, work->user_id, at) == 1 &&
	       mailbox_find_assign(db, &key, work->user_id, error) &&
	       mailbox_mark_refresh(db, work->mailbox_id, error) &&
	       change_log_add(db, work->actor, work->mailbox_id, mailbox->address,
	               "assignment.added", "", NULL, login, error) &&
	       notice_add(
	               db, NOTICE_ASSIGNED, work->mailbox_id, work->actor, work->user_id, error) &&
	       mailbox_clock_set(db, &work->mailbox_id, 1, at, error);
}

gboolean assignment_add(
        Db *db, const Actor *actor, guint64 mailbox_id, guint64 user_id, GError **error)
{
	AssignmentWork work = {.actor = actor, .mailbox_id = mailbox_id, .user_id = user_id};

	return db_transaction(db, begin_assignment, &work, error);
}

typedef struct {
	const Actor *actor;
	guint64 mailbox_id;
	const GArray *user_ids;
	/* Of a mailbox that is made with them; NULL: there is one. */
	const KeyRing *ring;
	const char *local_part, *email_name;
	guint64 domain_id;
} SeveralWork;

static gboolean begin_several(Db *db, gpointer data, GError **error)
{
	SeveralWork *work = data;

	if (work->local_part != NULL &&
	        !mailbox_create(db, work->ring, work->actor, work->local_part, work->domain_id,
	                work->email_name, &work->mailbox_id, error))
		return FALSE;
	for (guint i = 0; i < work->user_ids->len; i++)
		if (!assignment_add(db, work->actor, work->mailbox_id,
		            g_array_index(work->user_ids, guint64, i), error))
			return FALSE;
	return TRUE;
}

gboolean assignment_add_several(
        Db *db, const Actor *actor, guint64 mailbox_id, const GArray *user_ids, GError **error)
{
	SeveralWork work = {.actor = actor, .mailbox_id = mailbox_id, .user_ids = user_ids};

	return db_transaction(db, begin_several, &work, error);
}

gboolean assignment_create_mailbox(Db *db, const KeyRing *ring, const Actor *actor,
        const char *local_part, guint64 domain_id, const char *email_name, const GArray *user_ids,
        guint64 *id, GError **error)
{
	SeveralWork work = {.actor = actor,
	        .user_ids = user_ids,
	        .ring = ring,
	        .local_part = local_part,
	        .email_name = email_name,
	        .domain_id = domain_id};

	if (!db_transaction(db, begin_several, &work, error))
		return FALSE;
	*id = work.mailbox_id;
	return TRUE;
}

/* ---- end ---- */

/* Why there was nothing to end. */
static gboolean not_assigned(Db *db, guint64 mailbox_id, guint64 user_id, GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (has_assignment(db, SQL_EVER, mailbox_id, user_id, &failure))
		g_set_error(error, PS_ERROR, PS_ERROR_CONFLICT, "the assignment ended already");
	else if (failure != NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
	else
		g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "there is no such assignment");
	return FALSE;
}

gboolean assignment_end_at(Db *db, const KeyRing *ring, const Actor *actor, const Mailbox *mailbox,
        guint64 user_id, guint64 at, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LOGIN, "u", user_id);
	g_autoptr(GError) failure = NULL;

	if (rows == NULL)
		return FALSE;
	g_autofree char *login = g_strdup(db_rows_next(rows) ? db_rows_text(rows, 0) : "");
	if (!has_assignment(db, SQL_NOW, mailbox->id, user_id, &failure)) {
		if (failure == NULL)
			return not_assigned(db, mailbox->id, user_id, error);
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	MailboxFindKey key = mailbox_find_key(mailbox);
	/* The user who is removed is told too, so the notice comes first. */
	return notice_add(db, NOTICE_ENDED, mailbox->id, actor, user_id, error) &&
	       db_execute(db, error, SQL_END, "uuu", at, mailbox->id, user_id) == 1 &&
	       mailbox_find_end(db, &key, user_id, error) &&
	       access_link_void(db, mailbox->id, user_id, "assignment", error) &&
	       own_password_end(db, mailbox->id, mailbox->address, user_id, error) &&
	       change_log_add(db, actor, mailbox->id, mailbox->address, "assignment.ended", "",
	               login, NULL, error) &&
	       (ring == NULL ? mailbox_mark_refresh(db, mailbox->id, error)
	                     : mailbox_password_renew(db, ring, actor, mailbox, 0, at, error));
}

static gboolean end_assignment(Db *db, gpointer data, GError **error)
{
	const AssignmentWork *work = data;
	guint64 at = 0;

	if (!mailbox_clock_lock(db, &work->mailbox_id, 1, &at, error))
		return FALSE;
	g_autoptr(Mailbox) mailbox = mailbox_load(db, work->mailbox_id, error);
	return mailbox != NULL &&
	       assignment_end_at(db, mailbox->deleted ? NULL : work->ring, work->actor, mailbox,
	               work->user_id, at, error) &&
	       mailbox_clock_set(db, &work->mailbox_id, 1, at, error);
}

gboolean assignment_end(Db *db, const KeyRing *ring, const Actor *actor, guint64 mailbox_id,
        guint64 user_id, GError **error)
{
	AssignmentWork work = {
	        .ring = ring, .actor = actor, .mailbox_id = mailbox_id, .user_id = user_id};

	return db_transaction(db, end_assignment, &work, error);
}

/* ---- lists ---- */

gboolean assignment_has_user(const GPtrArray *users, guint64 user_id)
{
	for (guint i = 0; i < users->len; i++)
		if (((const MailboxUser *)users->pdata[i])->user_id == user_id)
			return TRUE;
	return FALSE;
}

static void assignment_free(gpointer data)
{
	Assignment *assignment = data;

	g_free(assignment->address);
	g_free(assignment->name);
	g_free(assignment->login);
	g_free(assignment);
}

static GPtrArray *read_assignments(DbRows *rows)
{
	if (rows == NULL)
		return NULL;
	GPtrArray *list = g_ptr_array_new_with_free_func(assignment_free);
	while (db_rows_next(rows)) {
		Assignment *assignment = g_new0(Assignment, 1);
		assignment->mailbox_id = db_rows_u64(rows, C_MAILBOX);
		assignment->user_id = db_rows_u64(rows, C_USER);
		assignment->assigned_at = db_rows_u64(rows, C_ASSIGNED_AT);
		assignment->removed_at = db_rows_u64(rows, C_REMOVED_AT);
		assignment->address = g_strdup(db_rows_text(rows, C_ADDRESS));
		assignment->mailbox_deleted = db_rows_u64(rows, C_DELETED) != 0;
		assignment->name = g_strdup(db_rows_text(rows, C_NAME));
		assignment->login = g_strdup(db_rows_text(rows, C_LOGIN));
		g_ptr_array_add(list, assignment);
	}
	return list;
}

static GPtrArray *read_assigned_mailboxes(
        Db *db, gconstpointer user_id, gboolean backward, const char *address, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, backward ? SQL_MAILBOXES_BACK : SQL_MAILBOXES,
	        "ua", *(const guint64 *)user_id, address);

	return read_assignments(rows);
}

ListPage *assignment_mailboxes(Db *db, guint64 user_id, const ListAt *at, GError **error)
{
	return list_page(db, read_assigned_mailboxes, &user_id, at, error);
}

/* One half of the history; before 0 is the first page. */
static GPtrArray *past(
        Db *db, const char *sql, guint64 id, guint64 before, guint64 other_id, GError **error)
{
	guint64 bound = before > 0 ? before : (guint64)G_MAXINT64;
	g_autoptr(DbRows) rows = db_query(db, error, sql, "uuuu", id, bound, bound, other_id);

	return read_assignments(rows);
}

GPtrArray *assignment_past_of_mailbox(
        Db *db, guint64 mailbox_id, guint64 before, guint64 user_id, GError **error)
{
	return past(db, SQL_PAST_OF_MAILBOX, mailbox_id, before, user_id, error);
}

GPtrArray *assignment_past_of_user(
        Db *db, guint64 user_id, guint64 before, guint64 mailbox_id, GError **error)
{
	return past(db, SQL_PAST_OF_USER, user_id, before, mailbox_id, error);
}
