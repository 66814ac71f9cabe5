/* bulk.c: what would change of many mailboxes: found out, kept, said yes to, and listed. */
#include "lib/mailbox/bulk.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/base/token.h"
#include "lib/db/db_bulk.h"
#include "lib/mailbox/mailbox.h"

#define CHUNK 960 /* rows a transaction: five lists */
G_STATIC_ASSERT(CHUNK == 5 * DB_LIST_LONG);

static const char SQL_RUN[] =
        "INSERT INTO bulk_run (token_hash, action, quota_mb, actor_id, actor, made_at)"
        " VALUES (?, ?, ?, ?, ?, " DB_NOW ")";
static const char *const SQL_USERS[DB_BULK] =
        DB_BULK_INSERT("INSERT INTO bulk_user (run_id, user_id) VALUES ", "(?, ?)");
static const char *const SQL_ROWS[DB_BULK] = DB_BULK_INSERT(
        "INSERT INTO bulk_row (run_id, mailbox_id, version, note_version, state, reason) VALUES ",
        "(?, ?, ?, ?, ?, ?)");
static const char SQL_USER[] = "SELECT active FROM user WHERE id = ?";
/* What each action looks at. */
static const char SQL_FACTS[] =
        "SELECT m.id, m.version, m.active, m.deleted, m.quota_mb, COALESCE(n.active, 0),"
        " COALESCE(n.version, 1), (SELECT COUNT(*) FROM bulk_user b JOIN assignment a"
        "  ON a.mailbox_id = m.id AND a.removed_at = 0 AND a.user_id = b.user_id WHERE b.run_id = ?)"
        " FROM mailbox m LEFT JOIN absence n ON n.mailbox_id = m.id"
        " WHERE m.deleted < 2 AND m.id IN " DB_LIST_LONG_PLACES;
enum { F_ID, F_VERSION, F_ACTIVE, F_DELETED, F_QUOTA, F_ABSENT, F_NOTE_VERSION, F_ASSIGNED };
static const char SQL_BEGIN[] = "UPDATE bulk_run SET began_at = IF(began_at = 0, " DB_NOW
                                ", began_at) WHERE token_hash = ? AND actor_id = ?";
static const char SQL_BY_TOKEN[] = "SELECT id FROM bulk_run WHERE token_hash = ? AND actor_id = ?";
static const char SQL_LOAD[] =
        "SELECT action, quota_mb, actor_id, actor, made_at, began_at, ended_at FROM bulk_run"
        " WHERE id = ?";
enum { R_ACTION, R_QUOTA, R_ACTOR_ID, R_ACTOR, R_MADE, R_BEGAN, R_ENDED };
static const char SQL_COUNTS[] =
        "SELECT state, COUNT(*) FROM bulk_row WHERE run_id = ? GROUP BY state";
enum { COUNT_STATE, COUNT_ROWS };
static const char SQL_NAMES[] =
        "SELECT u.id, u.name FROM bulk_user b JOIN user u ON u.id = b.user_id WHERE b.run_id = ?"
        " ORDER BY u.name, u.id";
enum { NAME_USER, NAME_TEXT };
static const char SQL_OPEN_RUN[] =
        "SELECT id FROM bulk_run FORCE INDEX (bulk_run_open)"
        " WHERE ended_at = 0 AND began_at > 0 ORDER BY began_at DESC LIMIT 1";
static const char SQL_NEXT_RUN[] =
        "SELECT id FROM bulk_run FORCE INDEX (bulk_run_open)"
        " WHERE ended_at = 0 AND began_at > 0 AND id > ? ORDER BY id LIMIT 1";
#define LIST                                                                                       \
	"SELECT b.mailbox_id, m.address, b.reason FROM bulk_row b FORCE INDEX (bulk_row_state)"    \
	" LEFT JOIN mailbox m ON m.id = b.mailbox_id"                                              \
	" WHERE b.run_id = ? AND b.state = ? AND b.mailbox_id "
static const char SQL_LIST[] = LIST "> ? ORDER BY b.mailbox_id" LIST_PAGE_LIMIT;
static const char SQL_LIST_BACK[] = LIST "< ? ORDER BY b.mailbox_id DESC" LIST_PAGE_LIMIT;
enum { L_MAILBOX, L_ADDRESS, L_REASON };

const char *const bulk_action_words[] = {
        "activate", "deactivate", "assign", "remove", "quota", "absence_off", "delete", NULL};

gboolean bulk_action_read(const char *word, BulkAction *action)
{
	for (guint i = 0; bulk_action_words[i] != NULL; i++) {
		if (strcmp(bulk_action_words[i], word) == 0) {
			*action = (BulkAction)i;
			return TRUE;
		}
	}
	return FALSE;
}

gboolean bulk_action_has_users(BulkAction action)
{
	return action == BULK_ASSIGN || action == BULK_REMOVE;
}

/* ---- what would change ---- */

typedef struct {
	guint64 mailbox_id, version, note_version;
	BulkState state;
	const char *reason;
} Fact;

typedef struct {
	const Actor *actor;
	const BulkRequest *request;
	TokenHash hash;
	guint64 id;
	guint first; /* of the mailboxes of this transaction */
	GArray *facts;
} Prepare;

static gboolean check_users(Db *db, const BulkRequest *request, GError **error)
{
	if (!bulk_action_has_users(request->action))
		return TRUE;
	if (request->users->len == 0 || request->users->len > BULK_USERS) {
		ps_invalid(error, "user_id", request->users->len == 0 ? "empty" : "too_many",
		        "1 to %d users are assigned or removed at once", BULK_USERS);
		return FALSE;
	}
	for (guint i = 0; i < request->users->len; i++) {
		guint64 user_id = g_array_index(request->users, guint64, i);
		g_autoptr(DbRows) rows = db_query(db, error, SQL_USER, "u", user_id);
		if (rows == NULL)
			return FALSE;
		gboolean known = db_rows_next(rows);
		if (known && (request->action == BULK_REMOVE || db_rows_u64(rows, 0) != 0))
			continue;
		ps_invalid(error, "user_id", known ? "inactive" : "choice",
		        "user %" G_GUINT64_FORMAT " can't be assigned", user_id);
		return FALSE;
	}
	return TRUE;
}

static void add_bulk_user(DbValues *values, guint i, gpointer data)
{
	const Prepare *work = data;

	db_values_add_u64(values, work->id);
	db_values_add_u64(values, g_array_index(work->request->users, guint64, i));
}

static gboolean make_run(Db *db, gpointer data, GError **error)
{
	Prepare *work = data;
	const BulkRequest *request = work->request;
	guint users = bulk_action_has_users(request->action) ? request->users->len : 0;

	if (db_execute(db, error, SQL_RUN, "bauus", work->hash.octets, sizeof(work->hash.octets),
	            bulk_action_words[request->action], request->quota_mb, work->actor->user_id,
	            work->actor->login) != 1)
		return FALSE;
	work->id = db_insert_id(db);
	return db_bulk_insert(db, SQL_USERS, users, add_bulk_user, work, error);
}

/* Whether the action has nothing to do. */
static gboolean is_same(DbRows *rows, const BulkRequest *request)
{
	switch (request->action) {
	case BULK_ACTIVATE:
		return db_rows_u64(rows, F_ACTIVE) != 0;
	case BULK_DEACTIVATE:
		return db_rows_u64(rows, F_ACTIVE) == 0;
	case BULK_ASSIGN:
		return db_rows_u64(rows, F_ASSIGNED) == request->users->len;
	case BULK_REMOVE:
		return db_rows_u64(rows, F_ASSIGNED) == 0;
	case BULK_QUOTA:
		return db_rows_u64(rows, F_QUOTA) == request->quota_mb;
	case BULK_ABSENCE_OFF:
		return db_rows_u64(rows, F_ABSENT) == 0;
	case BULK_DELETE:
		return FALSE;
	}
	g_assert_not_reached();
}

static Fact fact_of(DbRows *rows, const BulkRequest *request)
{
	gboolean deleted = db_rows_u64(rows, F_DELETED) != 0;
	gboolean same = is_same(rows, request);

	return (Fact){.mailbox_id = db_rows_u64(rows, F_ID),
	        .version = db_rows_u64(rows, F_VERSION),
	        .note_version = db_rows_u64(rows, F_NOTE_VERSION),
	        .state = deleted || same ? BULK_UNFIT : BULK_WAITS,
	        .reason = deleted ? "deleted"
	                  : same  ? "same"
	                          : ""};
}

static void add_fact(DbValues *values, guint i, gpointer data)
{
	const Prepare *work = data;
	const Fact *fact = &g_array_index(work->facts, Fact, i);

	db_values_add_u64(values, work->id);
	db_values_add_u64(values, fact->mailbox_id);
	db_values_add_u64(values, fact->version);
	db_values_add_u64(values, fact->note_version);
	db_values_add_u64(values, fact->state);
	db_values_add_text(values, fact->reason);
}

static gboolean keep_rows(Db *db, gpointer data, GError **error)
{
	Prepare *work = data;
	const GArray *all = work->request->mailboxes;
	guint end = MIN(work->first + CHUNK, all->len);

	g_array_set_size(work->facts, 0);
	for (guint i = work->first; i < end; i += DB_LIST_LONG) {
		g_autoptr(DbValues) values = db_values_new();
		db_values_add_u64(values, work->id);
		db_list_add(values, all, i, DB_LIST_LONG);
		g_autoptr(DbRows) rows = db_query_values(db, error, SQL_FACTS, values);
		if (rows == NULL)
			return FALSE;
		while (db_rows_next(rows)) {
			Fact fact = fact_of(rows, work->request);
			g_array_append_val(work->facts, fact);
		}
	}
	return db_bulk_insert(db, SQL_ROWS, work->facts->len, add_fact, work, error);
}

gboolean bulk_prepare(Db *db, const Actor *actor, const BulkRequest *request, guint64 *id,
        char **token, GError **error)
{
	g_autoptr(GArray) facts = g_array_new(FALSE, FALSE, sizeof(Fact));
	g_autofree char *fresh = token_new();
	Prepare work = {
	        .actor = actor, .request = request, .hash = token_hash(fresh), .facts = facts};

	g_assert(request->mailboxes->len <= BULK_MAX);
	if (request->quota_mb > MAILBOX_QUOTA_MAX) {
		ps_invalid(
		        error, "quota_mb", "number", "the quota is above %d MB", MAILBOX_QUOTA_MAX);
		return FALSE;
	}
	if (!check_users(db, request, error) || !db_transaction(db, make_run, &work, error))
		return FALSE;
	/* Some at a time, since a large transaction would hold up everybody; nobody knows the token
	 * before the last. */
	for (; work.first < request->mailboxes->len; work.first += CHUNK)
		if (!db_transaction(db, keep_rows, &work, error))
			return FALSE;
	*id = work.id;
	*token = g_steal_pointer(&fresh);
	return TRUE;
}

gboolean bulk_begin(Db *db, const Actor *actor, const char *token, guint64 *id, GError **error)
{
	TokenHash hash = token_hash(token);

	if (db_execute(db, error, SQL_BEGIN, "bu", hash.octets, sizeof(hash.octets),
	            actor->user_id) < 0)
		return FALSE;
	g_autoptr(DbRows) rows = db_query(
	        db, error, SQL_BY_TOKEN, "bu", hash.octets, sizeof(hash.octets), actor->user_id);
	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows)) {
		g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "there is no such run");
		return FALSE;
	}
	*id = db_rows_u64(rows, 0);
	return TRUE;
}

/* ---- a run as it stands ---- */

void bulk_run_free(BulkRun *run)
{
	if (run == NULL)
		return;
	g_free(run->actor);
	g_clear_pointer(&run->users, g_array_unref);
	g_clear_pointer(&run->names, g_ptr_array_unref);
	g_free(run);
}

static gboolean load_users(Db *db, BulkRun *run, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_NAMES, "u", run->id);

	if (rows == NULL)
		return FALSE;
	run->users = g_array_new(FALSE, FALSE, sizeof(guint64));
	run->names = g_ptr_array_new_with_free_func(g_free);
	while (db_rows_next(rows)) {
		guint64 user_id = db_rows_u64(rows, NAME_USER);
		g_array_append_val(run->users, user_id);
		g_ptr_array_add(run->names, g_strdup(db_rows_text(rows, NAME_TEXT)));
	}
	return TRUE;
}

static gboolean load_counts(Db *db, BulkRun *run, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_COUNTS, "u", run->id);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows))
		if (db_rows_u64(rows, COUNT_STATE) < BULK_STATES)
			run->counts[db_rows_u64(rows, COUNT_STATE)] =
			        (guint)db_rows_u64(rows, COUNT_ROWS);
	return TRUE;
}

BulkRun *bulk_load(Db *db, guint64 id, GError **error)
{
	g_autoptr(BulkRun) run = g_new0(BulkRun, 1);
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LOAD, "u", id);

	if (rows == NULL)
		return NULL;
	if (!db_rows_next(rows) || !bulk_action_read(db_rows_text(rows, R_ACTION), &run->action)) {
		g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "there is no such run");
		return NULL;
	}
	run->id = id;
	run->quota_mb = db_rows_u64(rows, R_QUOTA);
	run->actor_id = db_rows_u64(rows, R_ACTOR_ID);
	run->actor = g_strdup(db_rows_text(rows, R_ACTOR));
	run->made_at = db_rows_u64(rows, R_MADE);
	run->began_at = db_rows_u64(rows, R_BEGAN);
	run->ended_at = db_rows_u64(rows, R_ENDED);
	if (!load_users(db, run, error) || !load_counts(db, run, error))
		return NULL;
	return g_steal_pointer(&run);
}

/* The number in the only row; 0: there is none. Frees the rows. */
static gboolean number_of(DbRows *read, guint64 *id)
{
	g_autoptr(DbRows) rows = read;

	*id = rows != NULL && db_rows_next(rows) ? db_rows_u64(rows, 0) : 0;
	return rows != NULL;
}

gboolean bulk_open_run(Db *db, guint64 *id, GError **error)
{
	return number_of(db_query(db, error, SQL_OPEN_RUN, ""), id);
}

gboolean bulk_next_run(Db *db, guint64 after, guint64 *id, GError **error)
{
	return number_of(db_query(db, error, SQL_NEXT_RUN, "u", after), id);
}

static void bulk_row_free(gpointer data)
{
	BulkRow *row = data;

	g_free(row->address);
	g_free(row->reason);
	g_free(row);
}

typedef struct {
	guint64 run_id;
	BulkState state;
} BulkList;

static GPtrArray *read_bulk_rows(
        Db *db, gconstpointer of, gboolean backward, const char *cursor, GError **error)
{
	const BulkList *listed = of;
	guint64 mailbox_id = 0;

	g_ascii_string_to_unsigned(cursor, 10, 1, G_MAXINT64, &mailbox_id, NULL);
	g_autoptr(DbRows) rows = db_query(db, error, backward ? SQL_LIST_BACK : SQL_LIST, "uuu",
	        listed->run_id, (guint64)listed->state, mailbox_id);
	if (rows == NULL)
		return NULL;
	GPtrArray *list = g_ptr_array_new_with_free_func(bulk_row_free);
	while (db_rows_next(rows)) {
		BulkRow *row = g_new0(BulkRow, 1);
		row->mailbox_id = db_rows_u64(rows, L_MAILBOX);
		row->address = g_strdup(db_rows_text(rows, L_ADDRESS));
		row->reason = g_strdup(db_rows_text(rows, L_REASON));
		g_ptr_array_add(list, row);
	}
	return list;
}

ListPage *bulk_rows(Db *db, guint64 id, BulkState state, const ListAt *at, GError **error)
{
	const BulkList listed = {id, state};

	return list_page(db, read_bulk_rows, &listed, at, error);
}
