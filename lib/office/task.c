/* task.c: queues, takes and finishes the agent's tasks, and clears away old rows. */
#include "lib/office/task.h"

static const char SQL_ADD[] =
        "INSERT INTO task (kind, mailbox_id, address, created_at, due_at) VALUES (?, ?, ?, " DB_NOW
        ", GREATEST(?, " DB_NOW "))";
/* Each machine that has a name ends the sessions of its own Dovecot: at once, and once more. */
static const char SQL_KICK[] =
        "INSERT INTO task (kind, mailbox_id, address, created_at, due_at, machine)"
        " SELECT 'kick', ?, ?, " DB_NOW ", " DB_NOW
        " + t.later, name FROM (SELECT name FROM agent_machine"
        " UNION ALL SELECT '' FROM (SELECT 1) one WHERE NOT EXISTS (SELECT 1 FROM agent_machine)) m"
        " JOIN (SELECT 0 AS later UNION ALL SELECT 2000000) t";
static const char SQL_NEXT[] =
        "SELECT id, mailbox_id, attempts, kind, address FROM task FORCE INDEX (task_open)"
        " WHERE done_at = 0 AND due_at <= " DB_NOW " AND kind = ? AND machine IN ('', ?)"
        " ORDER BY due_at LIMIT 1";
enum { C_ID, C_MAILBOX, C_ATTEMPTS, C_KIND, C_ADDRESS };
/* The next try is in 2, 4, 8 ... seconds (attempts is the new number when due_at is computed); the
 * number claims the task among several agents. */
static const char SQL_CLAIM[] =
        "UPDATE task SET attempts = attempts + 1,"
        " due_at = " DB_NOW " + 1000000 * LEAST(POW(2, LEAST(? + 1, 20)), ?)"
        " WHERE id = ? AND attempts = ? AND done_at = 0";
static const char SQL_FINISH[] =
        "UPDATE task SET done_at = IF(?, " DB_NOW ", 0), result = LEFT(?, 255) WHERE id = ?";
static const char SQL_GO_ON[] =
        "UPDATE task SET attempts = 0, due_at = " DB_NOW ", result = LEFT(?, 255) WHERE id = ?";
/* Of a machine that was forgotten, nobody does them. */
#define IS_ANYBODYS "(machine = '' OR machine IN (SELECT name FROM agent_machine))"
static const char SQL_WAITING[] =
        "SELECT 1 FROM task FORCE INDEX (task_mailbox) WHERE mailbox_id = ? AND kind = ? AND done_at = 0"
        " AND created_at < " DB_NOW " - 3000000"
        " AND (attempts > 0 OR due_at < " DB_NOW " - 3000000) AND " IS_ANYBODYS " LIMIT 1";
static const char SQL_IS_DONE[] = "SELECT done_at > 0 FROM task WHERE id = ?";
static const char SQL_REMOVE[] = "DELETE FROM task WHERE id = ?";
#define STUCK "FROM task WHERE done_at = 0 AND attempts >= 5"
static const char SQL_STUCK[] = "SELECT kind, result, (SELECT COUNT(*) " STUCK ") " STUCK
                                " ORDER BY created_at, id LIMIT 1";
enum { S_KIND, S_RESULT, S_COUNT };
/* Each removes a small batch. */
#define CLEAN_BATCH 1000
#define CLEAN(table, condition)                                                                    \
	"DELETE FROM " table " WHERE " condition " LIMIT " G_STRINGIFY(CLEAN_BATCH)
#define DAYS_AGO(days) DB_NOW " - " #days " * 86400000000"
/* An import that has begun is either finished or taken back, however long that takes. */
#define OLD "made_at < " DAYS_AGO(90) " AND (action <> 'import' OR began_at = 0 OR ended_at > 0)"
#define OLD_RUNS "(SELECT id FROM bulk_run WHERE " OLD ")"
/* Passwords of an import are kept no longer than it needs them. */
#define OVER                                                                                       \
	"(SELECT id FROM bulk_run WHERE ended_at > 0 OR (began_at = 0 AND made_at < " DAYS_AGO(    \
	        1) "))"
static const char *const SQL_CLEAN[] = {
        CLEAN("write_key", "at < " DAYS_AGO(1)),
        CLEAN("session", "seen_at < " DAYS_AGO(31)),
        CLEAN("sign_in_attempt", "last_at < " DAYS_AGO(2)),
        CLEAN("address_change", "at < " DAYS_AGO(7)),
        CLEAN("access_link", "made_at < " DAYS_AGO(90)),
        CLEAN("bulk_row", "run_id IN " OLD_RUNS),
        CLEAN("bulk_user", "run_id IN " OLD_RUNS),
        CLEAN("import_line", "run_id IN " OVER),
        CLEAN("import_way", "run_id IN " OVER),
        CLEAN("import_user", "run_id IN " OVER),
        CLEAN("import_new_user", "run_id IN " OVER),
        CLEAN("import_run", "run_id IN " OLD_RUNS),
        CLEAN("bulk_run",
                OLD " AND NOT EXISTS (SELECT 1 FROM bulk_row b WHERE b.run_id = bulk_run.id)"),
        CLEAN("task", "done_at = 0 AND NOT " IS_ANYBODYS),
        CLEAN("task", "done_at > 0 AND done_at < " DAYS_AGO(90)),
};

void task_free(Task *task)
{
	if (task == NULL)
		return;
	g_free(task->kind);
	g_free(task->address);
	g_free(task);
}

gboolean task_add(Db *db, const char *kind, guint64 mailbox_id, const char *address, GError **error)
{
	return task_add_at(db, kind, mailbox_id, address, 0, error);
}

gboolean task_add_at(Db *db, const char *kind, guint64 mailbox_id, const char *address,
        guint64 due_at, GError **error)
{
	return db_execute(db, error, SQL_ADD, "auau", kind, mailbox_id, address, due_at) == 1;
}

gboolean task_kick(Db *db, guint64 mailbox_id, const char *address, GError **error)
{
	return db_execute(db, error, SQL_KICK, "ua", mailbox_id, address) > 0;
}

gboolean task_take(Db *db, const char *kind, const char *machine, guint64 longest_s, Task **task,
        GError **error)
{
	g_autoptr(Task) next = g_new0(Task, 1);
	g_autoptr(DbRows) rows = db_query(db, error, SQL_NEXT, "aa", kind, machine);

	*task = NULL;
	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows))
		return TRUE;
	next->id = db_rows_u64(rows, C_ID);
	next->mailbox_id = db_rows_u64(rows, C_MAILBOX);
	next->attempts = db_rows_u64(rows, C_ATTEMPTS);
	next->kind = g_strdup(db_rows_text(rows, C_KIND));
	next->address = g_strdup(db_rows_text(rows, C_ADDRESS));
	gint64 claimed = db_execute(
	        db, error, SQL_CLAIM, "uuuu", next->attempts, longest_s, next->id, next->attempts);
	if (claimed < 0)
		return FALSE;
	if (claimed == 1)
		*task = g_steal_pointer(&next);
	return TRUE;
}

gboolean task_finish(Db *db, guint64 id, gboolean done, const char *result, GError **error)
{
	return db_execute(db, error, SQL_FINISH, "tsu", done, result, id) >= 0;
}

gboolean task_go_on(Db *db, guint64 id, const char *result, GError **error)
{
	return db_execute(db, error, SQL_GO_ON, "su", result, id) >= 0;
}

gboolean task_is_waiting(
        Db *db, const char *kind, guint64 mailbox_id, gboolean *waiting, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_WAITING, "ua", mailbox_id, kind);

	if (rows == NULL)
		return FALSE;
	*waiting = db_rows_next(rows);
	return TRUE;
}

gboolean task_ping(Db *db, guint64 *id, GError **error)
{
	if (!task_add(db, TASK_PING, 0, "", error))
		return FALSE;
	*id = db_insert_id(db);
	return TRUE;
}

gboolean task_is_done(Db *db, guint64 id, gboolean *done, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_IS_DONE, "u", id);

	if (rows == NULL)
		return FALSE;
	*done = db_rows_next(rows) && db_rows_u64(rows, 0) != 0;
	return TRUE;
}

gboolean task_remove(Db *db, guint64 id, GError **error)
{
	return db_execute(db, error, SQL_REMOVE, "u", id) >= 0;
}

gboolean task_stuck(Db *db, guint64 *count, char **kind, char **result, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_STUCK, "");

	*count = 0;
	*kind = *result = NULL;
	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows))
		return TRUE;
	*kind = g_strdup(db_rows_text(rows, S_KIND));
	*result = g_strdup(db_rows_text(rows, S_RESULT));
	*count = db_rows_u64(rows, S_COUNT);
	return TRUE;
}

gboolean task_clean_up(Db *db, gboolean *more, GError **error)
{
	*more = FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(SQL_CLEAN); i++) {
		gint64 removed = db_execute(db, error, SQL_CLEAN[i], "");
		if (removed < 0)
			return FALSE;
		*more = *more || removed == CLEAN_BATCH;
	}
	return TRUE;
}
