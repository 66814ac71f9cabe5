/* db_connect.h: the connection: hosts, TLS, session settings, and how an error of the client
 * library becomes ours. For lib/db alone; only its files name the client library.
 */
#ifndef POSTSTELLE_LIB_DB_DB_CONNECT_H
#define POSTSTELLE_LIB_DB_DB_CONNECT_H

#include <glib.h>
#include <mysql.h>

#include "lib/base/config.h"

typedef struct Db Db;

struct Db {
	const Config *config;
	MYSQL *mysql;          /* NULL: not connected */
	guint host;            /* its number among those of config */
	gint64 *avoided_until; /* a host: monotonic */
	gint64 asked_at;       /* the last statement; monotonic */
	GHashTable *prepared;  /* address of the SQL text -> DbStatement */
	guint64 insert_id;
	guint in_transaction;
	gboolean patient;  /* waits for the server as long as it takes (migrations) */
	gboolean dead;     /* within a transaction: it can't go on */
	gboolean retry;    /* the last failure may be tried again from the start */
	gboolean no_host;  /* the last failure: no host took a connection */
	gboolean was_sent; /* the last failure: lost after the server may have got the statement */
};

/* Connects to the first host that answers and, of a cluster, is ready, unless there is a
 * connection. One that failed comes last for some seconds. FALSE and PS_ERROR_UNAVAILABLE: none
 * does; no_host and retry are set. */
gboolean db_connect(Db *db, GError **error);
void db_disconnect(Db *db);

/* Runs text that isn't prepared and returns no rows. FALSE: the library knows why. */
gboolean db_run_text(Db *db, const char *sql);
/* Turns the library's error into ours, notes whether another try is worth it, and closes a
 * connection that is lost. */
void db_fail(Db *db, guint number, const char *message, GError **error);
/* The same for the last db_run_text(). */
void db_fail_text(Db *db, GError **error);

#endif
