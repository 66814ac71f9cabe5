/* pool.c: lends connections to callbacks; after several failures nobody asks for some seconds. */
#include "milter/pool.h"

#include "lib/base/error.h"
#include "milter/log.h"

#define PAUSE_US (3 * G_USEC_PER_SEC)
#define FAILURES 3

static GMutex mutex;
static const Config *configuration;
static GPtrArray *idle; /* Db */
static guint failures;  /* how often in a row no host took a connection */
static gint64 again_at; /* monotonic; nobody tries before */

void pool_open(const Config *config)
{
	g_autoptr(GError) error = NULL;

	configuration = config;
	idle = g_ptr_array_new_with_free_func((GDestroyNotify)db_free);
	Db *db = pool_take(NULL);
	if (!db_ping(db, &error))
		log_event("event=database_away reason=\"%s\"", error->message);
	pool_give(db, NULL);
}

void pool_close(void)
{
	g_clear_pointer(&idle, g_ptr_array_unref);
}

Db *pool_take(GError **error)
{
	Db *db = NULL;

	g_mutex_lock(&mutex);
	gboolean wait = g_get_monotonic_time() < again_at;
	if (!wait && idle->len > 0)
		db = g_ptr_array_steal_index(idle, idle->len - 1);
	g_mutex_unlock(&mutex);
	if (wait) {
		g_set_error(error, PS_ERROR, PS_ERROR_UNAVAILABLE,
		        "the database was away a moment ago");
		return NULL;
	}
	return db != NULL ? db : db_new(configuration);
}

void pool_give(Db *db, const GError *failure)
{
	gboolean away = failure != NULL && db_found_no_host(db);
	gboolean pause;

	g_mutex_lock(&mutex);
	failures = away ? failures + 1 : 0;
	pause = failures >= FAILURES;
	if (pause)
		again_at = g_get_monotonic_time() + PAUSE_US;
	g_ptr_array_add(idle, db);
	g_mutex_unlock(&mutex);
	if (pause)
		log_event("event=database_away reason=\"%s\"", failure->message);
}
