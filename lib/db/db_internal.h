/*
 * db_internal.h: what the parts of lib/db share and nobody else sees: the connection, its prepared
 * statements, and how an error of the client library becomes ours. Only these parts name the
 * client library.
 *
 *   db_connect.c      hosts, TLS, session settings, errors
 *   db_rows.c         rows that own what they hold
 *   db.c              parameters, statements, tries
 *   db_transaction.c  transactions that survive a lost server
 */
#ifndef POSTSTELLE_LIB_DB_DB_INTERNAL_H
#define POSTSTELLE_LIB_DB_DB_INTERNAL_H

#include <mysql.h>

#include "lib/db/db.h"

/* MySQL's library has bool where MariaDB's has my_bool; both have the member. */
typedef __typeof__(*((MYSQL_BIND *)0)->is_null) db_bool;

struct Db {
	const Config *config;
	MYSQL *mysql;         /* NULL: not connected */
	GHashTable *prepared; /* address of the SQL text -> DbStatement */
	guint64 insert_id;
	guint in_transaction;
	gboolean patient;  /* waits for the server as long as it takes (migrations) */
	gboolean dead;     /* within a transaction: it can't go on */
	gboolean retry;    /* the last failure may be tried again from the start */
	gboolean no_host;  /* the last failure: no host took a connection */
	gboolean was_sent; /* the last failure: lost after the server may have got the statement */
};

/* Where the client library puts one column of the row that it reads. */
typedef struct {
	char *buffer; /* NULL: a number */
	unsigned long length;
	guint64 number;
	db_bool is_null;
} DbColumn;

typedef struct {
	MYSQL_STMT *stmt;
	guint columns; /* 0: returns no rows */
	MYSQL_BIND *binds;
	DbColumn *column;
} DbStatement;

/* Connects to the first host that answers, unless there is a connection. FALSE and
 * PS_ERROR_UNAVAILABLE: none does; no_host and retry are set. */
gboolean db_connect(Db *db, GError **error);
void db_disconnect(Db *db);

/* Runs text that isn't prepared and returns no rows. FALSE: the library knows why. */
gboolean db_run_text(Db *db, const char *sql);
/* Turns the library's error into ours, notes whether another try is worth it, and closes a
 * connection that is lost. */
void db_fail(Db *db, guint number, const char *message, GError **error);
/* The same for the last db_run_text(). */
void db_fail_text(Db *db, GError **error);

/* Makes room for the columns of a statement that was just prepared. */
void db_statement_bind(DbStatement *statement);
/* Closes it. */
void db_statement_free(gpointer statement);
/* Reads all rows of a statement that was just executed. NULL: the library knows why (the
 * statement's error). */
DbRows *db_rows_read(DbStatement *statement);

#endif
