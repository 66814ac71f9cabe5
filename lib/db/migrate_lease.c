/* migrate_lease.c: the row that says who migrates, taken, renewed every few seconds, given back. */
#include "lib/db/migrate_lease.h"

#include <string.h>
#include <unistd.h>

#include "lib/base/error.h"

#define LEASE_US "30000000"
#define RENEW_US (5 * G_USEC_PER_SEC)
#define FRESH_US (15 * G_USEC_PER_SEC)
#define POLL_US (G_USEC_PER_SEC / 2)
#define LIMIT_US (600 * G_USEC_PER_SEC)
/* On a cluster an ALTER stops all writes, a holder's renewal too. So an old lease is taken over
 * only when it was seen old this long and not renewed, with writes of one's own in between. */
#define DOUBT_US (10 * G_USEC_PER_SEC)

static const char SQL_EXISTS[] = "SELECT id FROM migration_lease LIMIT 0";
static const char SQL_TABLE[] =
        "CREATE TABLE IF NOT EXISTS migration_lease ("
        " id TINYINT UNSIGNED NOT NULL, holder VARCHAR(255) NOT NULL,"
        " until BIGINT UNSIGNED NOT NULL, asked BIGINT UNSIGNED NOT NULL, PRIMARY KEY (id)"
        ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
static const char SQL_ROW[] =
        "INSERT IGNORE INTO migration_lease (id, holder, until, asked) VALUES (1, '', 0, 0)";
static const char SQL_ASK[] = "UPDATE migration_lease SET asked = asked + 1 WHERE id = 1";
static const char SQL_READ[] =
        "SELECT holder, until, until < " DB_NOW " AS is_old FROM migration_lease WHERE id = 1";
enum { READ_HOLDER, READ_UNTIL, READ_IS_OLD };
static const char SQL_TAKE[] = "UPDATE migration_lease SET holder = ?, until = " DB_NOW
                               " + " LEASE_US " WHERE id = 1 AND holder = ? AND until = ?";
static const char SQL_RENEW[] =
        "UPDATE migration_lease SET until = " DB_NOW " + " LEASE_US " WHERE id = 1 AND holder = ?";
static const char SQL_GIVE[] =
        "UPDATE migration_lease SET holder = '', until = 0 WHERE id = 1 AND holder = ?";

struct MigrateLease {
	char *holder;
	GThread *thread;
	GMutex mutex; /* guards what follows; held for the length of a renewal */
	GCond stop;
	Db *db;
	gboolean stopping;
	gboolean lost;  /* somebody else has it */
	gint64 renewed; /* monotonic */
};

static gboolean make_table(Db *db, GError **error)
{
	guint number;

	/* Whoever made the table just now may not have got to its row. */
	return (db_run_script_statement(db, SQL_EXISTS, &number, NULL) ||
	               db_run_script_statement(db, SQL_TABLE, &number, error)) &&
	       db_execute(db, error, SQL_ROW, "") >= 0;
}

static gboolean renew(MigrateLease *lease, GError **error)
{
	gint64 now = g_get_monotonic_time();
	gint64 rows = lease->lost ? 0 : db_execute(lease->db, error, SQL_RENEW, "s", lease->holder);

	if (rows < 0)
		return FALSE;
	if (rows > 0) {
		lease->renewed = now;
		return TRUE;
	}
	lease->lost = TRUE;
	g_set_error(error, PS_ERROR, PS_ERROR_UNAVAILABLE,
	        "another migration has taken over; run it again");
	return FALSE;
}

/* Renews until it is told to stop; whether that works is asked by migrate_lease_hold(). */
static gpointer keep_renewing(gpointer data)
{
	MigrateLease *lease = data;

	g_mutex_lock(&lease->mutex);
	while (!lease->stopping) {
		if (!g_cond_wait_until(
		            &lease->stop, &lease->mutex, g_get_monotonic_time() + RENEW_US) &&
		        !lease->stopping)
			renew(lease, NULL);
	}
	g_mutex_unlock(&lease->mutex);
	return NULL;
}

/* What was last seen of another's lease that is old. */
typedef struct {
	guint64 until;
	gint64 since; /* monotonic; 0: none was seen */
} Doubt;

/* 1: it is ours. 0: not yet. -1: error. */
static int try_take(MigrateLease *lease, Doubt *doubt, char **other, GError **error)
{
	if (db_execute(lease->db, error, SQL_ASK, "") < 0)
		return -1;
	g_autoptr(DbRows) rows = db_query(lease->db, error, SQL_READ, "");
	if (rows == NULL)
		return -1;
	if (!db_rows_next(rows)) {
		g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "migration_lease has no row");
		return -1;
	}
	const char *holder = db_rows_text(rows, READ_HOLDER);
	guint64 until = db_rows_u64(rows, READ_UNTIL);
	gint64 now = g_get_monotonic_time();

	g_free(*other);
	*other = g_strdup(holder);
	if (strcmp(holder, lease->holder) == 0)
		return 1; /* the answer to the last try was lost */
	if (*holder != '\0') {
		if (db_rows_u64(rows, READ_IS_OLD) == 0) {
			doubt->since = 0;
			return 0;
		}
		if (doubt->since == 0 || doubt->until != until) {
			doubt->until = until;
			doubt->since = now;
		}
		if (now - doubt->since < DOUBT_US)
			return 0;
	}
	return (int)db_execute(lease->db, error, SQL_TAKE, "ssu", lease->holder, holder, until);
}

static gboolean wait_for_it(MigrateLease *lease, MigrateWait waits, GError **error)
{
	gint64 limit = g_get_monotonic_time() + LIMIT_US;
	g_autofree char *other = NULL;
	Doubt doubt = {.since = 0};
	int taken;

	while ((taken = try_take(lease, &doubt, &other, error)) == 0) {
		if (g_get_monotonic_time() > limit) {
			g_set_error(error, PS_ERROR, PS_ERROR_UNAVAILABLE,
			        "another migration is running: %s", other);
			return FALSE;
		}
		/* Nobody has it yet who was faster just now. */
		if (waits != NULL && *other != '\0') {
			waits(other);
			waits = NULL;
		}
		g_usleep(POLL_US);
	}
	return taken == 1;
}

MigrateLease *migrate_lease_take(const Config *config, MigrateWait waits, GError **error)
{
	g_autoptr(MigrateLease) lease = g_new0(MigrateLease, 1);

	lease->holder = g_strdup_printf(
	        "%.100s, process %d (%08x)", g_get_host_name(), (int)getpid(), g_random_int());
	g_mutex_init(&lease->mutex);
	g_cond_init(&lease->stop);
	lease->db = db_new(config);
	if (!make_table(lease->db, error) || !wait_for_it(lease, waits, error))
		return NULL;
	lease->renewed = g_get_monotonic_time();
	lease->thread = g_thread_new("migrate lease", keep_renewing, lease);
	return g_steal_pointer(&lease);
}

gboolean migrate_lease_hold(MigrateLease *lease, GError **error)
{
	gboolean held;

	g_mutex_lock(&lease->mutex);
	held = (!lease->lost && g_get_monotonic_time() - lease->renewed < FRESH_US) ||
	       renew(lease, error);
	g_mutex_unlock(&lease->mutex);
	return held;
}

void migrate_lease_free(MigrateLease *lease)
{
	if (lease == NULL)
		return;
	if (lease->thread != NULL) {
		g_mutex_lock(&lease->mutex);
		lease->stopping = TRUE;
		g_cond_signal(&lease->stop);
		g_mutex_unlock(&lease->mutex);
		g_thread_join(lease->thread);
		db_execute(lease->db, NULL, SQL_GIVE, "s", lease->holder);
	}
	db_free(lease->db);
	g_mutex_clear(&lease->mutex);
	g_cond_clear(&lease->stop);
	g_free(lease->holder);
	g_free(lease);
}
