/* db_transaction.c: runs work in one transaction, retries it from its start after a deadlock, a
 * lock wait or a lost server, and never commits it twice. */
#include "lib/db/db.h"

#include <stdlib.h>

#include "lib/base/error.h"
#include "lib/db/db_connect.h"

/* Longer than two time-outs of the connection, so that a second host is tried after one. */
#define LIMIT_US (15 * G_USEC_PER_SEC)
/* While no host takes a connection, and nothing was sent that could have been done. */
#define NO_HOST_LIMIT_US (5 * G_USEC_PER_SEC)
#define KEY_SIZE 16

static const char SQL_WRITE_KEY[] = "INSERT INTO write_key (write_id, at) VALUES (?, " DB_NOW ")";

typedef enum { TRY_DONE, TRY_FAILED, TRY_AGAIN } TryResult;

typedef struct {
	guint8 key[KEY_SIZE];
	DbWork work;
	gpointer data;
	gboolean keyed;     /* work writes a key of its own */
	gboolean uncertain; /* a COMMIT's answer was lost: it may have been done */
} Transaction;

gboolean db_in_transaction(const Db *db)
{
	return db->in_transaction > 0;
}

static TryResult commit(Db *db, Transaction *transaction, GError **error)
{
	if (db_run_text(db, "COMMIT"))
		return TRY_DONE;
	db_fail_text(db, error);
	transaction->uncertain = transaction->uncertain || db->was_sent;
	return db->retry ? TRY_AGAIN : TRY_FAILED;
}

static TryResult run_once(Db *db, Transaction *transaction, GError **error)
{
	g_autoptr(GError) failure = NULL;

	db->dead = FALSE;
	db->retry = FALSE;
	if (!db_connect(db, error))
		return TRY_AGAIN;
	if (!db_run_text(db, "START TRANSACTION")) {
		db_fail_text(db, error);
		return db->retry ? TRY_AGAIN : TRY_FAILED;
	}
	db->in_transaction = 1;
	gboolean ok = transaction->keyed || db_execute(db, &failure, SQL_WRITE_KEY, "b",
	                                            transaction->key, (gsize)KEY_SIZE) == 1;
	if (!ok && transaction->uncertain && db_error_is_duplicate(failure, "PRIMARY")) {
		db->in_transaction = 0;
		if (!db_run_text(db, "ROLLBACK"))
			db_disconnect(db);
		return TRY_DONE;
	}
	ok = ok && transaction->work(db, transaction->data, &failure);
	db->in_transaction = 0;
	if (ok && !db->dead)
		return commit(db, transaction, error);
	gboolean again = db->dead;
	if (db->mysql != NULL && !db_run_text(db, "ROLLBACK"))
		db_disconnect(db);
	if (failure != NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
	else
		g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL,
		        "database: work failed without an error");
	return again ? TRY_AGAIN : TRY_FAILED;
}

static gboolean run_transaction(Db *db, DbWork work, gpointer data, gboolean keyed, GError **error)
{
	gint64 start = g_get_monotonic_time();
	Transaction transaction = {.work = work, .data = data, .keyed = keyed};

	if (db_in_transaction(db))
		return work(db, data, error);
	arc4random_buf(transaction.key, KEY_SIZE);
	for (guint tries = 1;; tries++) {
		g_autoptr(GError) failure = NULL;
		TryResult result = run_once(db, &transaction, &failure);
		if (result == TRY_DONE)
			return TRUE;
		gint64 limit = db->no_host && !transaction.uncertain ? NO_HOST_LIMIT_US : LIMIT_US;
		if (result == TRY_FAILED || g_get_monotonic_time() - start > limit) {
			/* Only the unasked question is uncertain: work that was refused in a later
			 * try ran after the key had been taken, so nothing was there. */
			if (result == TRY_AGAIN && transaction.uncertain)
				failure->code = PS_ERROR_UNCERTAIN;
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		g_usleep((gulong)g_random_int_range(1000, 5000) * MIN(tries, 20));
	}
}

gboolean db_transaction(Db *db, DbWork work, gpointer data, GError **error)
{
	return run_transaction(db, work, data, FALSE, error);
}

gboolean db_transaction_keyed(Db *db, DbWork work, gpointer data, GError **error)
{
	return run_transaction(db, work, data, TRUE, error);
}
