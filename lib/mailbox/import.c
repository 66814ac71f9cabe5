/* import.c: keeps the lines of an import, and what has become of them. */
#include "lib/mailbox/import.h"

#include "lib/base/error.h"
#include "lib/base/token.h"
#include "lib/db/db_bulk.h"
#include "lib/mailbox/import_check.h"
#include "lib/mailbox/import_people.h"

#define CHUNK 500 /* lines a transaction */

static const char SQL_RUN[] = "INSERT INTO bulk_run (token_hash, action, actor_id, actor, made_at)"
                              " VALUES (?, 'import', ?, ?, " DB_NOW ")";
static const char SQL_IMPORT[] =
        "INSERT INTO import_run (run_id, line_count, user_count) VALUES (?, ?, ?)";
static const char *const SQL_LINES[DB_BULK] =
        DB_BULK_INSERT("INSERT INTO import_line (run_id, line, content) VALUES ", "(?, ?, ?)");
static const char SQL_BY_TOKEN[] =
        "SELECT id, began_at FROM bulk_run WHERE token_hash = ? AND actor_id = ? AND action = 'import'";
enum { T_ID, T_BEGAN };
static const char SQL_BEGIN[] = "UPDATE bulk_run SET began_at = IF(began_at = 0, " DB_NOW
                                ", began_at) WHERE id = ? AND ended_at = 0";
#define LOAD                                                                                       \
	"SELECT b.actor_id, b.actor, b.made_at, b.began_at, b.ended_at, i.line_count, i.done,"     \
	" i.done_line, i.step_lines, i.back, i.fault_line, i.fault_column, i.fault_reason,"        \
	" i.fault_value, i.user_count"                                                             \
	" FROM bulk_run b JOIN import_run i ON i.run_id = b.id WHERE b.id = ?"
static const char SQL_LOAD[] = LOAD;
static const char SQL_LOAD_LOCKED[] = LOAD " FOR UPDATE";
enum {
	C_ACTOR_ID,
	C_ACTOR,
	C_MADE,
	C_BEGAN,
	C_ENDED,
	C_LINES,
	C_DONE,
	C_DONE_LINE,
	C_STEP,
	C_BACK
};
enum { C_FAULT_LINE = C_BACK + 1, C_FAULT_COLUMN, C_FAULT_REASON, C_FAULT_VALUE, C_USERS };
static const char SQL_TURN[] =
        "UPDATE import_run SET back = 1, fault_line = ?, fault_column = ?, fault_reason = ?,"
        " fault_value = ? WHERE run_id = ? AND back = 0"
        " AND EXISTS (SELECT 1 FROM bulk_run b WHERE b.id = run_id AND b.ended_at = 0)";
static const char SQL_SOME[] =
        "SELECT line, content FROM import_line WHERE run_id = ? AND line > ? ORDER BY line LIMIT ?";
enum { L_LINE, L_CONTENT };
static const char SQL_OPEN[] = "SELECT id FROM bulk_run FORCE INDEX (bulk_run_open)"
                               " WHERE ended_at = 0 AND began_at > 0 AND action = 'import'"
                               " ORDER BY began_at LIMIT 1";

/* ---- kept ---- */

typedef struct {
	const Actor *actor;
	const GPtrArray *lines;
	TokenHash hash;
	guint64 id;
	guint first;         /* of the lines of this transaction */
	GPtrArray *contents; /* of these */
} PrepareImport;

static gboolean make_import_run(Db *db, gpointer data, GError **error)
{
	PrepareImport *work = data;

	if (db_execute(db, error, SQL_RUN, "bus", work->hash.octets, sizeof(work->hash.octets),
	            work->actor->user_id, work->actor->login) != 1)
		return FALSE;
	work->id = db_insert_id(db);
	return db_execute(db, error, SQL_IMPORT, "uuu", work->id, (guint64)work->lines->len,
	               (guint64)import_people_new(work->lines)) == 1;
}

static void add_line(DbValues *values, guint i, gpointer data)
{
	const PrepareImport *work = data;
	const ImportLine *line = work->lines->pdata[work->first + i];

	db_values_add_u64(values, work->id);
	db_values_add_u64(values, line->number);
	db_values_add_text(values, work->contents->pdata[i]);
}

static gboolean keep_lines(Db *db, gpointer data, GError **error)
{
	PrepareImport *work = data;
	guint count = MIN(CHUNK, work->lines->len - work->first);

	g_ptr_array_set_size(work->contents, 0);
	for (guint i = 0; i < count; i++)
		g_ptr_array_add(
		        work->contents, import_line_write(work->lines->pdata[work->first + i]));
	return db_bulk_insert(db, SQL_LINES, count, add_line, work, error);
}

gboolean import_prepare(Db *db, const Actor *actor, const GPtrArray *lines, guint64 *id,
        char **token, GError **error)
{
	g_autofree char *fresh = token_new();
	g_autoptr(GPtrArray) contents = g_ptr_array_new_with_free_func(g_free);
	PrepareImport work = {
	        .actor = actor, .lines = lines, .hash = token_hash(fresh), .contents = contents};

	if (!db_transaction(db, make_import_run, &work, error))
		return FALSE;
	for (; work.first < lines->len; work.first += CHUNK)
		if (!db_transaction(db, keep_lines, &work, error))
			return FALSE;
	*id = work.id;
	*token = g_steal_pointer(&fresh);
	return TRUE;
}

GPtrArray *import_lines(Db *db, guint64 id, guint after, guint limit, GError **error)
{
	g_autoptr(DbRows) rows =
	        db_query(db, error, SQL_SOME, "uuu", id, (guint64)after, (guint64)limit);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(import_line_free);

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows)) {
		ImportLine *line = import_line_read(
		        (guint)db_rows_u64(rows, L_LINE), db_rows_text(rows, L_CONTENT));
		if (line == NULL) {
			g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL,
			        "a line of import %" G_GUINT64_FORMAT " can't be read", id);
			return NULL;
		}
		g_ptr_array_add(lines, line);
	}
	return g_steal_pointer(&lines);
}

gboolean import_begin(Db *db, const Actor *actor, const char *token, guint64 *id, GPtrArray *faults,
        GError **error)
{
	TokenHash hash = token_hash(token);
	g_autoptr(DbRows) rows = db_query(
	        db, error, SQL_BY_TOKEN, "bu", hash.octets, sizeof(hash.octets), actor->user_id);

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows)) {
		g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "there is no such run");
		return FALSE;
	}
	*id = db_rows_u64(rows, T_ID);
	if (db_rows_u64(rows, T_BEGAN) != 0)
		return TRUE;
	g_autoptr(GPtrArray) lines = import_lines(db, *id, 0, IMPORT_MAX, error);
	if (lines == NULL || !import_check(db, lines, faults, error))
		return FALSE;
	return faults->len > 0 || db_execute(db, error, SQL_BEGIN, "u", *id) >= 0;
}

/* ---- a run as it stands ---- */

void import_run_free(ImportRun *run)
{
	if (run == NULL)
		return;
	g_free(run->actor);
	g_free(run->fault.value);
	g_free(run);
}

static ImportRun *load(Db *db, const char *sql, guint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, sql, "u", id);

	if (rows == NULL)
		return NULL;
	if (!db_rows_next(rows)) {
		g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "there is no such run");
		return NULL;
	}
	ImportRun *run = g_new0(ImportRun, 1);
	run->id = id;
	run->actor_id = db_rows_u64(rows, C_ACTOR_ID);
	run->actor = g_strdup(db_rows_text(rows, C_ACTOR));
	run->made_at = db_rows_u64(rows, C_MADE);
	run->began_at = db_rows_u64(rows, C_BEGAN);
	run->ended_at = db_rows_u64(rows, C_ENDED);
	run->lines = (guint)db_rows_u64(rows, C_LINES);
	run->done = (guint)db_rows_u64(rows, C_DONE);
	run->done_line = (guint)db_rows_u64(rows, C_DONE_LINE);
	run->users = (guint)db_rows_u64(rows, C_USERS);
	run->step = (guint)db_rows_u64(rows, C_STEP);
	run->way = (ImportWay)db_rows_u64(rows, C_BACK);
	run->fault.line = (guint)db_rows_u64(rows, C_FAULT_LINE);
	run->fault.column = g_intern_string(db_rows_text(rows, C_FAULT_COLUMN));
	run->fault.reason = g_intern_string(db_rows_text(rows, C_FAULT_REASON));
	run->fault.value = g_strdup(db_rows_text(rows, C_FAULT_VALUE));
	return run;
}

ImportRun *import_load(Db *db, guint64 id, GError **error)
{
	return load(db, SQL_LOAD, id, error);
}

gboolean import_find(Db *db, guint64 id, ImportRun **run, GError **error)
{
	g_autoptr(GError) failure = NULL;

	*run = import_load(db, id, &failure);
	if (*run != NULL || g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

ImportRun *import_load_locked(Db *db, guint64 id, GError **error)
{
	return load(db, SQL_LOAD_LOCKED, id, error);
}

gboolean import_turn_back(Db *db, guint64 id, const ImportFault *fault, GError **error)
{
	return db_execute(db, error, SQL_TURN, "uaasu", (guint64)fault->line, fault->column,
	               fault->reason, fault->value, id) >= 0;
}

static gboolean cancel(Db *db, gpointer data, GError **error)
{
	static char nothing[] = "";
	const ImportFault fault = {.column = "", .reason = "cancelled", .value = nothing};
	guint64 id = *(const guint64 *)data;
	g_autoptr(ImportRun) run = import_load_locked(db, id, error);

	return run != NULL && import_turn_back(db, id, &fault, error) &&
	       (run->began_at != 0 || db_execute(db, error, SQL_BEGIN, "u", id) >= 0);
}

gboolean import_cancel(Db *db, guint64 id, GError **error)
{
	return db_transaction(db, cancel, &id, error);
}

gboolean import_open_run(Db *db, guint64 *id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_OPEN, "");

	if (rows == NULL)
		return FALSE;
	*id = db_rows_next(rows) ? db_rows_u64(rows, 0) : 0;
	return TRUE;
}
