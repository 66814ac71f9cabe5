/* db.c: prepared statements on MariaDB or MySQL: parameters, rows, the retry of a statement that
 * stands alone. */
#include "lib/db/db.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/error.h"
#include "lib/db/db_connect.h"
#include "lib/db/db_statement.h"

#define MAX_PARAMETERS 256
#define TRIES 3

/* A node of a cluster that is cut off answers whatever reads no table. */
static const char SQL_PING[] = "SELECT id FROM setting WHERE id = 1";

static Db *new_connection(const Config *config, gboolean patient)
{
	Db *db = g_new0(Db, 1);

	db->config = config;
	db->patient = patient;
	db->avoided_until = g_new0(gint64, g_strv_length(config->database_hosts));
	db->prepared =
	        g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, db_statement_free);
	return db;
}

Db *db_new(const Config *config)
{
	return new_connection(config, FALSE);
}

Db *db_new_patient(const Config *config)
{
	return new_connection(config, TRUE);
}

void db_free(Db *db)
{
	if (db == NULL)
		return;
	db_disconnect(db);
	g_hash_table_unref(db->prepared);
	g_free(db->avoided_until);
	g_free(db);
}

gboolean db_error_is_duplicate(const GError *error, const char *key)
{
	return g_error_matches(error, PS_ERROR, PS_ERROR_DUPLICATE) &&
	       g_str_has_prefix(error->message, "key ") && strcmp(error->message + 4, key) == 0;
}

/* Notes why the statement failed, and frees what is left of its answer. */
static void fail_statement(Db *db, MYSQL_STMT *stmt, GError **error)
{
	/* Of what comes while rows are fetched (a lock that isn't free in time) the library tells
	 * the connection alone. */
	gboolean fetching = mysql_stmt_errno(stmt) == 0;
	guint number = fetching ? mysql_errno(db->mysql) : mysql_stmt_errno(stmt);
	g_autofree char *message =
	        g_strdup(fetching ? mysql_error(db->mysql) : mysql_stmt_error(stmt));

	mysql_stmt_free_result(stmt);
	db_fail(db, number, message, error);
}

/* The statement of sql on the present connection, prepared at its first use. */
static DbStatement *prepared(Db *db, const char *sql, GError **error)
{
	DbStatement *statement = g_hash_table_lookup(db->prepared, sql);

	if (statement != NULL)
		return statement;
	MYSQL_STMT *stmt = mysql_stmt_init(db->mysql);
	if (mysql_stmt_prepare(stmt, sql, strlen(sql)) != 0) {
		guint number = mysql_stmt_errno(stmt);
		g_autofree char *message = g_strdup(mysql_stmt_error(stmt));
		mysql_stmt_close(stmt);
		db_fail(db, number, message, error);
		return NULL;
	}
	statement = db_statement_new(stmt);
	/* The table only compares its keys. */
	g_hash_table_insert(db->prepared, (gpointer)(guintptr)sql, statement);
	return statement;
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
	p->bind[i] = (MYSQL_BIND){0};
	p->bind[i].buffer_type = data == NULL ? MYSQL_TYPE_NULL : type;
	p->bind[i].buffer = (void *)(guintptr)data; /* which the client library only reads */
	p->bind[i].buffer_length = size;
	p->bind[i].length = &p->length[i];
}

static void bind_number(Parameters *p, guint i, guint64 value, gboolean is_unsigned)
{
	p->number[i] = value;
	p->bind[i] = (MYSQL_BIND){0};
	p->bind[i].buffer_type = MYSQL_TYPE_LONGLONG;
	p->bind[i].buffer = &p->number[i];
	p->bind[i].is_unsigned = is_unsigned;
}

static void bind_parameters(Parameters *p, const char *types, va_list args)
{
	g_assert(strlen(types) <= MAX_PARAMETERS);
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

/* What a statement gave back. */
typedef struct {
	DbRows *rows; /* NULL unless wanted */
	gint64 affected;
} Outcome;

/* Connects, prepares, binds, executes and reads once. FALSE and error on failure. */
static gboolean execute_once(Db *db, const char *sql, Parameters *p, guint count,
        gboolean wants_rows, Outcome *outcome, GError **error)
{
	db->retry = FALSE;
	db->was_sent = FALSE;
	if (db->in_transaction > 0 && (db->dead || db->mysql == NULL)) {
		g_set_error(
		        error, PS_ERROR, PS_ERROR_UNAVAILABLE, "database: transaction was lost");
		db->retry = TRUE;
		return FALSE;
	}
	if (!db_connect(db, error))
		return FALSE;
	db->asked_at = g_get_monotonic_time();
	DbStatement *statement = prepared(db, sql, error);
	if (statement == NULL)
		return FALSE;
	MYSQL_STMT *stmt = statement->stmt;
	g_assert(mysql_stmt_param_count(stmt) == count);
	if ((count > 0 && mysql_stmt_bind_param(stmt, p->bind) != 0) ||
	        mysql_stmt_execute(stmt) != 0) {
		fail_statement(db, stmt, error);
		return FALSE;
	}
	if (wants_rows) {
		outcome->rows = db_rows_read(statement);
		if (outcome->rows == NULL)
			fail_statement(db, stmt, error);
		return outcome->rows != NULL;
	}
	db->insert_id = mysql_stmt_insert_id(stmt);
	outcome->affected = (gint64)mysql_stmt_affected_rows(stmt);
	return TRUE;
}

/* Outside a transaction a lost connection or a lock gets two more tries. If one of them may have
 * been done by a server whose answer didn't come, a write that fails in the end is uncertain. */
static gboolean execute(Db *db, const char *sql, Parameters *p, guint count, gboolean wants_rows,
        Outcome *outcome, GError **error)
{
	gboolean uncertain = FALSE;

	for (guint tries = 1;; tries++) {
		g_autoptr(GError) failure = NULL;
		if (execute_once(db, sql, p, count, wants_rows, outcome, &failure))
			return TRUE;
		uncertain = uncertain || (db->was_sent && !wants_rows);
		if (db->in_transaction == 0 && db->retry && tries < TRIES)
			continue;
		if (db->in_transaction == 0 && uncertain)
			failure->code = PS_ERROR_UNCERTAIN;
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
}

struct DbValues {
	guint count;
	Parameters p;
};

DbValues *db_values_new(void)
{
	DbValues *values = g_new(DbValues, 1);

	values->count = 0; /* the rest as it is needed: it is large */
	return values;
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

DbRows *db_query(Db *db, GError **error, const char *sql, const char *types, ...)
{
	Outcome outcome = {.rows = NULL};
	Parameters p;
	va_list args;

	va_start(args, types);
	bind_parameters(&p, types, args);
	va_end(args);
	execute(db, sql, &p, (guint)strlen(types), TRUE, &outcome, error);
	return outcome.rows;
}

DbRows *db_query_values(Db *db, GError **error, const char *sql, DbValues *values)
{
	Outcome outcome = {.rows = NULL};

	execute(db, sql, &values->p, values->count, TRUE, &outcome, error);
	return outcome.rows;
}

gint64 db_execute(Db *db, GError **error, const char *sql, const char *types, ...)
{
	Outcome outcome = {.rows = NULL};
	Parameters p;
	va_list args;

	va_start(args, types);
	bind_parameters(&p, types, args);
	va_end(args);
	return execute(db, sql, &p, (guint)strlen(types), FALSE, &outcome, error) ? outcome.affected
	                                                                          : -1;
}

gint64 db_execute_values(Db *db, GError **error, const char *sql, DbValues *values)
{
	Outcome outcome = {.rows = NULL};

	return execute(db, sql, &values->p, values->count, FALSE, &outcome, error)
	               ? outcome.affected
	               : -1;
}

guint64 db_insert_id(const Db *db)
{
	return db->insert_id;
}

gboolean db_ping(Db *db, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_PING, "");

	return rows != NULL;
}

gboolean db_found_no_host(const Db *db)
{
	return db->no_host;
}

gboolean db_run_script_statement(Db *db, const char *sql, guint *server_error, GError **error)
{
	*server_error = 0;
	if (!db_connect(db, error))
		return FALSE;
	if (db_run_text(db, sql)) {
		MYSQL_RES *result = mysql_store_result(db->mysql);
		mysql_free_result(result);
		return TRUE;
	}
	*server_error = mysql_errno(db->mysql);
	db_fail_text(db, error);
	return FALSE;
}
