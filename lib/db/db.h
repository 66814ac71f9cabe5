/* db.h: prepared statements on MariaDB or MySQL, transactions that survive a lost server.
 *
 * Only the parts of lib/db name the client library. A Db is one connection of one process (or
 * thread), opened at its first use and again after it was lost; statements are prepared once per
 * connection and found again by the address of their SQL text, so that text must be a static
 * string (or live as long as the Db).
 *
 * Errors: PS_ERROR_UNAVAILABLE when no host answers or a lock wasn't free in time,
 * PS_ERROR_UNCERTAIN when a write was sent and nobody could be asked whether it was done,
 * PS_ERROR_DUPLICATE for a unique key (the message names it), PS_ERROR_INTERNAL for everything
 * else.
 */
#ifndef POSTSTELLE_LIB_DB_DB_H
#define POSTSTELLE_LIB_DB_DB_H

#include <glib.h>

#include "lib/base/config.h"
#include "lib/db/db_rows.h"

typedef struct Db Db;

/* The time of the database's clock in microseconds since 1970 UTC, as an SQL expression. */
#define DB_NOW "CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS UNSIGNED)"

/* Opens nothing yet. config is borrowed for the life of the Db. Free: db_free(). */
Db *db_new(const Config *config);
/* The same for migrations: it waits for an answer as long as the server works. */
Db *db_new_patient(const Config *config);
void db_free(Db *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Db, db_free)

/*
 * Runs a SELECT. types has one letter for each "?" and says what follows in the arguments:
 *   s  const char *            UTF-8 text; NULL is SQL NULL
 *   u  guint64                 i  gint64                 t  gboolean (0 or 1)
 *   b  gconstpointer, gsize    octets; NULL is SQL NULL
 *   a  const char *            ASCII text that is compared with an ascii_bin key (same wire form
 *                              as s; says that the text is ASCII, which keeps the index usable)
 * All rows are read at once, and own what they hold: they stay as they are whatever becomes of the
 * connection. A lost connection is opened again and the query repeated, except inside a
 * transaction. NULL and error on failure. Free: db_rows_free().
 */
DbRows *db_query(Db *db, GError **error, const char *sql, const char *types, ...);

/*
 * Runs a statement that returns no rows. Returns the rows it matched (not only those that it
 * changed), -1 and error on failure. Outside a transaction it is repeated after a deadlock or
 * a lost connection: only for statements where twice is the same as once.
 */
gint64 db_execute(Db *db, GError **error, const char *sql, const char *types, ...);

/* The same with a list of values whose length only the caller knows (at most 256). Texts are
 * borrowed until the statement has run. */
typedef struct DbValues DbValues;
DbValues *db_values_new(void);
void db_values_add_u64(DbValues *values, guint64 value);
void db_values_add_text(DbValues *values, const char *text);
void db_values_add_octets(DbValues *values, const void *data, gsize size);
void db_values_free(DbValues *values);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DbValues, db_values_free)
gint64 db_execute_values(Db *db, GError **error, const char *sql, DbValues *values);
DbRows *db_query_values(Db *db, GError **error, const char *sql, DbValues *values);

/* AUTO_INCREMENT number of the last db_execute(). */
guint64 db_insert_id(const Db *db);

/*
 * Runs work in one transaction and commits it. After a deadlock, a lock wait or a lost server
 * everything is run again from its start (so work may write only to the database and to data,
 * and must overwrite what an earlier run left in data). Each transaction carries a key of its
 * own, so that a COMMIT whose answer was lost is not done twice. Tries for 15
 * seconds; for 5 while no host takes a connection. FALSE and error: nothing is changed; with
 * PS_ERROR_UNCERTAIN alone it may have been.
 *
 * Within a transaction it is a part of that one: work is run in it once. If a part fails, the whole
 * has to.
 */
typedef gboolean (*DbWork)(Db *db, gpointer data, GError **error);
gboolean db_transaction(Db *db, DbWork work, gpointer data, GError **error);
/* The same for work that writes a row with a unique key of its own, the same in each run, and has
 * nothing more to do where that key is taken already: a row less. */
gboolean db_transaction_keyed(Db *db, DbWork work, gpointer data, GError **error);
gboolean db_in_transaction(const Db *db);

/* Whether the database answers, with a row of a table. */
gboolean db_ping(Db *db, GError **error);
/* Whether the last failure was that no host took a connection. */
gboolean db_found_no_host(const Db *db);

/* Runs text that can't be prepared (migrations). The text must come from the installation, never
 * from input. error's message holds the server's number in square brackets. */
gboolean db_run_script_statement(Db *db, const char *sql, guint *server_error, GError **error);

/* TRUE if error is PS_ERROR_DUPLICATE on the named key. */
gboolean db_error_is_duplicate(const GError *error, const char *key);

#endif
