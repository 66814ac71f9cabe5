/* db_statement.h: a prepared statement of the client library, with the places where it puts the
 * columns of a row. For lib/db alone.
 */
#ifndef POSTSTELLE_LIB_DB_DB_STATEMENT_H
#define POSTSTELLE_LIB_DB_DB_STATEMENT_H

#include <glib.h>
#include <mysql.h>

#define DB_TEXT_BUFFER 256 /* octets of a text that are read at once; the rest is fetched */

/* MySQL's library has bool where MariaDB's has my_bool; both have the member. */
typedef __typeof__(*((MYSQL_BIND *)0)->is_null) db_bool;

/* Where the client library puts one column of the row that it reads. */
typedef struct {
	char *buffer; /* NULL: a number */
	unsigned long length;
	guint64 number;
	db_bool is_null;
} DbColumn;

typedef struct DbStatement {
	MYSQL_STMT *stmt;
	guint columns; /* 0: returns no rows */
	MYSQL_BIND *binds;
	DbColumn *column;
} DbStatement;

/* Takes over a statement that was just prepared. Free: db_statement_free(), which closes it. */
DbStatement *db_statement_new(MYSQL_STMT *stmt);
void db_statement_free(gpointer statement);

#endif
