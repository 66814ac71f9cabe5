/* health.c: stores the results of a machine's checks, and reads those of all machines. */
#include "lib/office/health.h"

static const char SQL_RUN[] =
        "REPLACE INTO health_run (machine, recorded_at) VALUES (?, " DB_NOW ")";
static const char SQL_FORGET[] = "DELETE FROM health_check WHERE machine = ?";
static const char SQL_CHECK[] =
        "INSERT INTO health_check (machine, position, name, state, found, advice)"
        " VALUES (?, ?, ?, ?, LEFT(?, 4000), LEFT(?, 4000))";
static const char SQL_RUNS[] = "SELECT machine, recorded_at, GREATEST(" DB_NOW
                               ", recorded_at) - recorded_at FROM health_run"
                               " ORDER BY machine";
enum { R_MACHINE, R_AT, R_AGE };
static const char SQL_COUNT[] =
        "SELECT COUNT(*) FROM health_run r WHERE r.recorded_at < " DB_NOW
        " - ? OR EXISTS (SELECT 1 FROM health_check c WHERE c.machine = r.machine AND c.state = ?)";
static const char SQL_CHECKS[] = "SELECT name, state, found, advice FROM health_check"
                                 " WHERE machine = ? ORDER BY position";
enum { C_NAME, C_STATE, C_FOUND, C_ADVICE };

const char *const health_state_words[HEALTH_STATES] = {"ok", "note", "warning", "fault"};

void health_check_free(HealthCheck *check)
{
	if (check == NULL)
		return;
	g_free(check->name);
	g_free(check->found);
	g_free(check->advice);
	g_free(check);
}

void health_run_free(HealthRun *run)
{
	if (run == NULL)
		return;
	g_free(run->machine);
	g_ptr_array_unref(run->checks);
	g_free(run);
}

typedef struct {
	const char *machine;
	const GPtrArray *checks;
} RecordWork;

static gboolean record_checks(Db *db, gpointer data, GError **error)
{
	const RecordWork *work = data;

	if (db_execute(db, error, SQL_RUN, "s", work->machine) < 0 ||
	        db_execute(db, error, SQL_FORGET, "s", work->machine) < 0)
		return FALSE;
	for (guint i = 0; i < work->checks->len; i++) {
		const HealthCheck *check = work->checks->pdata[i];
		if (db_execute(db, error, SQL_CHECK, "suauss", work->machine, (guint64)i,
		            check->name, (guint64)check->state, check->found, check->advice) != 1)
			return FALSE;
	}
	return TRUE;
}

gboolean health_record(Db *db, const char *machine, const GPtrArray *checks, GError **error)
{
	RecordWork work = {machine, checks};

	return db_transaction(db, record_checks, &work, error);
}

static void free_stored_check(gpointer check)
{
	health_check_free(check);
}

static void free_run(gpointer run)
{
	health_run_free(run);
}

static gboolean load_checks(Db *db, HealthRun *run, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_CHECKS, "s", run->machine);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		HealthCheck *check = g_new0(HealthCheck, 1);
		check->name = g_strdup(db_rows_text(rows, C_NAME));
		check->state = MIN(db_rows_u64(rows, C_STATE), HEALTH_FAULT);
		check->found = g_strdup(db_rows_text(rows, C_FOUND));
		check->advice = g_strdup(db_rows_text(rows, C_ADVICE));
		run->worst = MAX(run->worst, check->state);
		g_ptr_array_add(run->checks, check);
	}
	return TRUE;
}

gboolean health_count(Db *db, guint64 *machines, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_COUNT, "uu",
	        (guint64)HEALTH_OLD_S * G_USEC_PER_SEC, (guint64)HEALTH_FAULT);

	if (rows == NULL)
		return FALSE;
	*machines = db_rows_next(rows) ? db_rows_u64(rows, 0) : 0;
	return TRUE;
}

GPtrArray *health_load(Db *db, GError **error)
{
	g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func(free_run);
	g_autoptr(DbRows) rows = db_query(db, error, SQL_RUNS, "");

	if (rows == NULL)
		return NULL;
	while (db_rows_next(rows)) {
		HealthRun *run = g_new0(HealthRun, 1);
		run->machine = g_strdup(db_rows_text(rows, R_MACHINE));
		run->recorded_at = db_rows_u64(rows, R_AT);
		run->age_s = db_rows_u64(rows, R_AGE) / G_USEC_PER_SEC;
		run->checks = g_ptr_array_new_with_free_func(free_stored_check);
		g_ptr_array_add(runs, run);
		if (!load_checks(db, run, error))
			return NULL;
	}
	return g_steal_pointer(&runs);
}
