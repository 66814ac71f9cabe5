/* db.c: the only file that knows the database client library. See db.h for the contract. */
#include "lib/db/db.h"

#include <stdlib.h>
#include <string.h>

#include <errmsg.h>
#include <mysql.h>
#include <mysqld_error.h>

#include "lib/base/error.h"

#define CONNECT_TIMEOUT_S 2
#define IO_TIMEOUT_S 5
#define TRANSACTION_LIMIT_US (5 * G_USEC_PER_SEC)
#define MAX_PARAMETERS 256
#define MAX_COLUMNS 48
#define TEXT_BUFFER 256

/* MySQL's library has bool where MariaDB's has my_bool; both have the member. */
typedef __typeof__(*((MYSQL_BIND *)0)->is_null) db_bool;

struct Db {
	const Config *config;
	MYSQL *mysql;         /* NULL: not connected */
	GHashTable *prepared; /* address of the SQL text -> MYSQL_STMT */
	guint64 insert_id;
	guint in_transaction;
	gboolean dead;  /* within a transaction: it can't go on */
	gboolean retry; /* the last failure may be tried again from the start */
};

typedef struct {
	char *buffer;
	unsigned long size;
	unsigned long length;
	guint64 number;
	db_bool is_null;
	gboolean is_number;
} Column;

struct DbRows {
	MYSQL_STMT *stmt;
	guint columns;
	MYSQL_BIND binds[MAX_COLUMNS];
	Column column[MAX_COLUMNS];
};

static void statement_free(gpointer stmt)
{
	mysql_stmt_close(stmt);
}

Db *db_new(const Config *config)
{
	Db *db = g_new0(Db, 1);

	db->config = config;
	db->prepared = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, statement_free);
	return db;
}

static void disconnect(Db *db)
{
	g_hash_table_remove_all(db->prepared);
	g_clear_pointer(&db->mysql, mysql_close);
}

void db_free(Db *db)
{
	if (db == NULL)
		return;
	disconnect(db);
	g_hash_table_unref(db->prepared);
	g_free(db);
}

/* Connection lost, or a server that is leaving: another try may reach another host. */
static gboolean is_lost(guint number)
{
	switch (number) {
	case CR_CONNECTION_ERROR:
	case CR_CONN_HOST_ERROR:
	case CR_SERVER_GONE_ERROR:
	case CR_SERVER_LOST:
	case 2055:                 /* CR_SERVER_LOST_EXTENDED */
	case ER_UNKNOWN_COM_ERROR: /* 1047: node has not yet prepared for use */
	case ER_SERVER_SHUTDOWN:
	case ER_ERROR_DURING_COMMIT: /* 1180 */
	case 1927:                   /* connection was killed */
		return TRUE;
	default:
		return FALSE;
	}
}

static gboolean is_deadlock(guint number)
{
	return number == ER_LOCK_DEADLOCK || number == ER_LOCK_WAIT_TIMEOUT;
}

/* Turns the library's error into ours, and notes whether another try is worth it. */
static void fail(Db *db, guint number, const char *message, GError **error)
{
	db->retry = is_lost(number) || is_deadlock(number);
	if (db->retry)
		db->dead = TRUE;
	if (number == ER_DUP_ENTRY) {
		/* "Duplicate entry 'x' for key 'name'", MySQL 8: 'table.name' */
		const char *key = g_strrstr(message, "for key '");
		g_autofree char *name = g_strdup(key != NULL ? key + strlen("for key '") : "?");
		name[strcspn(name, "'")] = '\0';
		const char *dot = strchr(name, '.');
		g_set_error(error, PS_ERROR, PS_ERROR_DUPLICATE, "key %s",
		        dot != NULL ? dot + 1 : name);
		return;
	}
	g_set_error(error, PS_ERROR,
	        is_lost(number) || is_deadlock(number) ? PS_ERROR_UNAVAILABLE : PS_ERROR_INTERNAL,
	        "database: [%u] %s", number, message);
	if (is_lost(number))
		disconnect(db);
}

gboolean db_error_is_duplicate(const GError *error, const char *key)
{
	return g_error_matches(error, PS_ERROR, PS_ERROR_DUPLICATE) &&
	       g_str_has_prefix(error->message, "key ") && strcmp(error->message + 4, key) == 0;
}

static gboolean run_simple(MYSQL *mysql, const char *sql)
{
	return mysql_real_query(mysql, sql, strlen(sql)) == 0;
}

/* Session settings that every connection needs; wsrep_sync_wait only where it exists. */
static gboolean prepare_session(MYSQL *mysql)
{
	MYSQL_RES *result = NULL;

	if (!run_simple(mysql,
	            "SET SESSION time_zone = '+00:00',"
	            " sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION',"
	            " transaction_isolation = 'READ-COMMITTED'") &&
	        !run_simple(mysql,
	                "SET SESSION time_zone = '+00:00',"
	                " sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION',"
	                " tx_isolation = 'READ-COMMITTED'"))
		return FALSE;
	if (!run_simple(mysql, "SHOW VARIABLES LIKE 'wsrep_on'"))
		return FALSE;
	result = mysql_store_result(mysql);
	MYSQL_ROW row = result != NULL ? mysql_fetch_row(result) : NULL;
	gboolean cluster = row != NULL && strcmp(row[1], "ON") == 0;
	mysql_free_result(result);
	return !cluster || run_simple(mysql, "SET SESSION wsrep_sync_wait = 3");
}

/* "/path" is a socket, "host" or "host:port" (IPv6 in brackets) is TCP. */
static MYSQL *connect_host(const Config *config, const char *host, GError **error)
{
	MYSQL *mysql = mysql_init(NULL);
	guint connect_timeout = CONNECT_TIMEOUT_S, io_timeout = IO_TIMEOUT_S;
	const char *socket = host[0] == '/' ? host : NULL;
	g_autofree char *name = socket == NULL ? g_strdup(host) : NULL;
	guint port = 0;

	if (name != NULL) {
		char *colon = strrchr(name, ':');
		if (colon != NULL && strchr(name, ':') == colon) {
			*colon = '\0';
			port = (guint)g_ascii_strtoull(colon + 1, NULL, 10);
		}
	}
	mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_timeout);
	mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &io_timeout);
	mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &io_timeout);
	mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (mysql_real_connect(mysql, name, config->database_user, config->database_password,
	            config->database_name, port, socket, CLIENT_FOUND_ROWS) != NULL &&
	        prepare_session(mysql))
		return mysql;
	g_clear_error(error);
	g_set_error(error, PS_ERROR, PS_ERROR_UNAVAILABLE, "database %s: [%u] %s", host,
	        mysql_errno(mysql), mysql_error(mysql));
	mysql_close(mysql);
	return NULL;
}

static gboolean connect_any(Db *db, GError **error)
{
	g_autoptr(GError) last = NULL;

	if (db->mysql != NULL)
		return TRUE;
	for (char **host = db->config->database_hosts; *host != NULL; host++) {
		if (**host == '\0')
			continue;
		db->mysql = connect_host(db->config, *host, &last);
		if (db->mysql != NULL)
			return TRUE;
	}
	db->retry = TRUE;
	g_propagate_error(error, g_steal_pointer(&last));
	return FALSE;
}

/* The statement of sql on the present connection, prepared at its first use. */
static MYSQL_STMT *statement(Db *db, const char *sql, GError **error)
{
	MYSQL_STMT *stmt = g_hash_table_lookup(db->prepared, sql);

	if (stmt != NULL)
		return stmt;
	stmt = mysql_stmt_init(db->mysql);
	if (mysql_stmt_prepare(stmt, sql, strlen(sql)) != 0) {
		guint number = mysql_stmt_errno(stmt);
		g_autofree char *message = g_strdup(mysql_stmt_error(stmt));
		mysql_stmt_close(stmt);
		fail(db, number, message, error);
		return NULL;
	}
	g_hash_table_insert(db->prepared, (gpointer)(guintptr)sql, stmt);
	return stmt;
}

typedef struct {
	MYSQL_BIND bind[MAX_PARAMETERS];
	unsigned long length[MAX_PARAMETERS];
	guint64 number[MAX_PARAMETERS];
} Parameters;

static void bind_octets(
        Parameters *p, guint i, enum enum_field_types type, const void *data, gsize size)
{
	p->length[i] = size;
	p->bind[i].buffer_type = data == NULL ? MYSQL_TYPE_NULL : type;
	p->bind[i].buffer = (void *)(guintptr)data;
	p->bind[i].buffer_length = size;
	p->bind[i].length = &p->length[i];
}

static void bind_number(Parameters *p, guint i, guint64 value, gboolean is_unsigned)
{
	p->number[i] = value;
	p->bind[i].buffer_type = MYSQL_TYPE_LONGLONG;
	p->bind[i].buffer = &p->number[i];
	p->bind[i].is_unsigned = is_unsigned;
}

static void bind_parameters(Parameters *p, const char *types, va_list args)
{
	g_assert(strlen(types) <= MAX_PARAMETERS);
	memset(p->bind, 0, sizeof(MYSQL_BIND) * strlen(types));
	for (guint i = 0; types[i] != '\0'; i++) {
		switch (types[i]) {
		case 's':
		case 'a': {
			const char *text = va_arg(args, const char *);
			bind_octets(p, i, MYSQL_TYPE_STRING, text, text != NULL ? strlen(text) : 0);
			break;
		}
		case 'b': {
			const void *data = va_arg(args, const void *);
			gsize size = va_arg(args, gsize);
			bind_octets(p, i, MYSQL_TYPE_BLOB, data, size);
			break;
		}
		case 'u':
			bind_number(p, i, va_arg(args, guint64), TRUE);
			break;
		case 'i':
			bind_number(p, i, (guint64)va_arg(args, gint64), FALSE);
			break;
		case 't':
			bind_number(p, i, va_arg(args, int) != 0, TRUE);
			break;
		default:
			g_error("db: unknown parameter type '%c'", types[i]);
		}
	}
}

/* Connects, prepares, binds and executes once. NULL and error on failure. */
static MYSQL_STMT *execute_once(Db *db, const char *sql, Parameters *p, guint count, GError **error)
{
	db->retry = FALSE;
	if (db->in_transaction > 0 && (db->dead || db->mysql == NULL)) {
		g_set_error(
		        error, PS_ERROR, PS_ERROR_UNAVAILABLE, "database: transaction was lost");
		db->retry = TRUE;
		return NULL;
	}
	if (!connect_any(db, error))
		return NULL;
	MYSQL_STMT *stmt = statement(db, sql, error);
	if (stmt == NULL)
		return NULL;
	g_assert(mysql_stmt_param_count(stmt) == count);
	if ((count > 0 && mysql_stmt_bind_param(stmt, p->bind) != 0) ||
	        mysql_stmt_execute(stmt) != 0) {
		guint number = mysql_stmt_errno(stmt);
		g_autofree char *message = g_strdup(mysql_stmt_error(stmt));
		fail(db, number, message, error);
		return NULL;
	}
	return stmt;
}

struct DbValues {
	guint count;
	Parameters p;
};

DbValues *db_values_new(void)
{
	return g_new0(DbValues, 1);
}

void db_values_add_u64(DbValues *values, guint64 value)
{
	g_assert(values->count < MAX_PARAMETERS);
	bind_number(&values->p, values->count++, value, TRUE);
}

void db_values_add_text(DbValues *values, const char *text)
{
	g_assert(values->count < MAX_PARAMETERS);
	bind_octets(&values->p, values->count++, MYSQL_TYPE_STRING, text,
	        text != NULL ? strlen(text) : 0);
}

void db_values_add_octets(DbValues *values, const void *data, gsize size)
{
	g_assert(values->count < MAX_PARAMETERS);
	bind_octets(&values->p, values->count++, MYSQL_TYPE_BLOB, data, size);
}

void db_values_free(DbValues *values)
{
	g_free(values);
}

/* Outside a transaction a lost connection or a deadlock gets two more tries. */
static MYSQL_STMT *execute(Db *db, const char *sql, Parameters *p, guint count, GError **error)
{
	for (guint tries = 0;; tries++) {
		g_autoptr(GError) failure = NULL;
		MYSQL_STMT *stmt = execute_once(db, sql, p, count, &failure);
		if (stmt != NULL)
			return stmt;
		if (db->in_transaction > 0 || !db->retry || tries == 2) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return NULL;
		}
	}
}

static gboolean is_number_type(enum enum_field_types type)
{
	switch (type) {
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG:
		return TRUE;
	default:
		return FALSE;
	}
}

static void bind_column(DbRows *rows, guint i, const MYSQL_FIELD *field)
{
	Column *column = &rows->column[i];
	MYSQL_BIND *bind = &rows->binds[i];

	bind->is_null = &column->is_null;
	bind->length = &column->length;
	column->is_number = is_number_type(field->type);
	if (column->is_number) {
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = &column->number;
		bind->is_unsigned = (field->flags & UNSIGNED_FLAG) != 0;
		return;
	}
	column->size = TEXT_BUFFER;
	column->buffer = g_malloc(column->size + 1);
	bind->buffer_type = MYSQL_TYPE_STRING;
	bind->buffer = column->buffer;
	bind->buffer_length = column->size;
}

static DbRows *store_rows(Db *db, MYSQL_STMT *stmt, GError **error)
{
	g_autoptr(DbRows) rows = g_new0(DbRows, 1);
	MYSQL_RES *meta = mysql_stmt_result_metadata(stmt);
	rows->stmt = stmt;
	rows->columns = meta != NULL ? mysql_num_fields(meta) : 0;
	g_assert(rows->columns > 0 && rows->columns <= MAX_COLUMNS);
	for (guint i = 0; i < rows->columns; i++)
		bind_column(rows, i, mysql_fetch_field_direct(meta, i));
	mysql_free_result(meta);
	if (mysql_stmt_bind_result(stmt, rows->binds) != 0 || mysql_stmt_store_result(stmt) != 0) {
		guint number = mysql_stmt_errno(stmt);
		g_autofree char *message = g_strdup(mysql_stmt_error(stmt));
		rows->stmt = NULL;
		fail(db, number, message, error);
		return NULL;
	}
	return g_steal_pointer(&rows);
}

DbRows *db_query(Db *db, GError **error, const char *sql, const char *types, ...)
{
	Parameters p;
	va_list args;

	va_start(args, types);
	bind_parameters(&p, types, args);
	va_end(args);
	MYSQL_STMT *stmt = execute(db, sql, &p, (guint)strlen(types), error);
	return stmt != NULL ? store_rows(db, stmt, error) : NULL;
}

DbRows *db_query_values(Db *db, GError **error, const char *sql, const DbValues *values)
{
	MYSQL_STMT *stmt =
	        execute(db, sql, (Parameters *)(guintptr)&values->p, values->count, error);

	return stmt != NULL ? store_rows(db, stmt, error) : NULL;
}

/* A value that didn't fit is read once more into a buffer that is large enough. */
static void fetch_long_columns(DbRows *rows)
{
	for (guint i = 0; i < rows->columns; i++) {
		Column *column = &rows->column[i];
		MYSQL_BIND *bind = &rows->binds[i];

		if (column->is_number || column->is_null || column->length <= column->size)
			continue;
		column->size = column->length;
		column->buffer = g_realloc(column->buffer, column->size + 1);
		bind->buffer = column->buffer;
		bind->buffer_length = column->size;
		mysql_stmt_fetch_column(rows->stmt, bind, i, 0);
	}
	mysql_stmt_bind_result(rows->stmt, rows->binds);
}

gboolean db_rows_next(DbRows *rows)
{
	int status = mysql_stmt_fetch(rows->stmt);

	if (status == MYSQL_DATA_TRUNCATED)
		fetch_long_columns(rows);
	else if (status != 0)
		return FALSE;
	for (guint i = 0; i < rows->columns; i++)
		if (!rows->column[i].is_number && !rows->column[i].is_null)
			rows->column[i].buffer[rows->column[i].length] = '\0';
	return TRUE;
}

const guint8 *db_rows_blob(DbRows *rows, guint column, gsize *length)
{
	g_assert(column < rows->columns && !rows->column[column].is_number);
	*length = rows->column[column].is_null ? 0 : rows->column[column].length;
	return rows->column[column].is_null ? NULL : (const guint8 *)rows->column[column].buffer;
}

const char *db_rows_text(DbRows *rows, guint column)
{
	gsize length;

	return (const char *)db_rows_blob(rows, column, &length);
}

guint64 db_rows_u64(DbRows *rows, guint column)
{
	g_assert(column < rows->columns);
	if (rows->column[column].is_null)
		return 0;
	if (!rows->column[column].is_number) /* DECIMAL, as SUM() makes it */
		return g_ascii_strtoull(rows->column[column].buffer, NULL, 10);
	return rows->column[column].number;
}

gint64 db_rows_i64(DbRows *rows, guint column)
{
	g_assert(column < rows->columns && rows->column[column].is_number);
	return rows->column[column].is_null ? 0 : (gint64)rows->column[column].number;
}

gboolean db_rows_is_null(DbRows *rows, guint column)
{
	g_assert(column < rows->columns);
	return rows->column[column].is_null;
}

void db_rows_free(DbRows *rows)
{
	if (rows == NULL)
		return;
	if (rows->stmt != NULL)
		mysql_stmt_free_result(rows->stmt);
	for (guint i = 0; i < rows->columns; i++)
		g_free(rows->column[i].buffer);
	g_free(rows);
}

static gint64 executed(Db *db, MYSQL_STMT *stmt)
{
	if (stmt == NULL)
		return -1;
	db->insert_id = mysql_stmt_insert_id(stmt);
	return (gint64)mysql_stmt_affected_rows(stmt);
}

gint64 db_execute(Db *db, GError **error, const char *sql, const char *types, ...)
{
	Parameters p;
	va_list args;

	va_start(args, types);
	bind_parameters(&p, types, args);
	va_end(args);
	return executed(db, execute(db, sql, &p, (guint)strlen(types), error));
}

gint64 db_execute_values(Db *db, GError **error, const char *sql, const DbValues *values)
{
	return executed(
	        db, execute(db, sql, (Parameters *)(guintptr)&values->p, values->count, error));
}

guint64 db_insert_id(const Db *db)
{
	return db->insert_id;
}

gboolean db_in_transaction(const Db *db)
{
	return db->in_transaction > 0;
}

gboolean db_ping(Db *db, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, "SELECT 1", "");

	return rows != NULL;
}

gboolean db_is_connected(const Db *db)
{
	return db->mysql != NULL;
}

static const char SQL_WRITE_KEY[] = "INSERT INTO write_key (write_id, at) VALUES (?, " DB_NOW ")";

typedef enum { TRY_DONE, TRY_FAILED, TRY_AGAIN } TryResult;

/* One run of the transaction. unknown: an earlier COMMIT may have been done. */
static TryResult transaction_once(
        Db *db, const guint8 *key, gboolean *unknown, DbWork work, gpointer data, GError **error)
{
	g_autoptr(GError) failure = NULL;

	db->dead = FALSE;
	db->retry = FALSE;
	if (!connect_any(db, error))
		return TRY_AGAIN;
	if (!run_simple(db->mysql, "START TRANSACTION")) {
		fail(db, mysql_errno(db->mysql), mysql_error(db->mysql), error);
		return db->retry ? TRY_AGAIN : TRY_FAILED;
	}
	db->in_transaction = 1;
	gboolean ok = db_execute(db, &failure, SQL_WRITE_KEY, "b", key, (gsize)16) == 1;
	if (!ok && *unknown && db_error_is_duplicate(failure, "PRIMARY")) {
		db->in_transaction = 0;
		run_simple(db->mysql, "ROLLBACK");
		return TRY_DONE;
	}
	ok = ok && work(db, data, &failure);
	db->in_transaction = 0;
	if (ok && !db->dead) {
		if (run_simple(db->mysql, "COMMIT"))
			return TRY_DONE;
		guint number = mysql_errno(db->mysql);
		g_autofree char *message = g_strdup(mysql_error(db->mysql));
		*unknown = *unknown || is_lost(number);
		fail(db, number, message, error);
		return db->retry ? TRY_AGAIN : TRY_FAILED;
	}
	gboolean again = db->dead;
	if (db->mysql != NULL && !run_simple(db->mysql, "ROLLBACK"))
		disconnect(db);
	if (failure != NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
	else
		g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL,
		        "database: work failed without an error");
	return again ? TRY_AGAIN : TRY_FAILED;
}

gboolean db_transaction(Db *db, DbWork work, gpointer data, GError **error)
{
	gint64 limit = g_get_monotonic_time() + TRANSACTION_LIMIT_US;
	gboolean unknown = FALSE;
	guint8 key[16];

	g_assert(db->in_transaction == 0);
	arc4random_buf(key, sizeof(key));
	for (guint tries = 1;; tries++) {
		g_autoptr(GError) failure = NULL;
		TryResult result = transaction_once(db, key, &unknown, work, data, &failure);
		if (result == TRY_DONE)
			return TRUE;
		if (result == TRY_FAILED || g_get_monotonic_time() > limit) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		g_usleep((gulong)g_random_int_range(1000, 5000) * MIN(tries, 20));
	}
}

gboolean db_run_script_statement(Db *db, const char *sql, guint *server_error, GError **error)
{
	*server_error = 0;
	if (!connect_any(db, error))
		return FALSE;
	if (run_simple(db->mysql, sql)) {
		MYSQL_RES *result = mysql_store_result(db->mysql);
		mysql_free_result(result);
		return TRUE;
	}
	*server_error = mysql_errno(db->mysql);
	g_autofree char *message = g_strdup(mysql_error(db->mysql));
	fail(db, *server_error, message, error);
	return FALSE;
}
