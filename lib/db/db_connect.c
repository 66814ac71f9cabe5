/* db_connect.c: opens a connection to the first host that answers, with time-outs, TLS and the
 * session settings that all statements rely on; tells lost connections from other errors. */
#include "lib/db/db_connect.h"

#include <string.h>

#include <errmsg.h>
#include <mysqld_error.h>

#include "lib/base/error.h"
#include "lib/base/host_port.h"
#include "lib/db/db_statement.h"

#define CONNECT_TIMEOUT_S 2
#define DEFAULT_PORT 3306
/* How long a host that didn't answer, or wasn't ready, comes after the others. */
#define AVOID_US (10 * G_USEC_PER_SEC)

/* A lock (of a row, or of a table that is being altered) is waited for less long than an answer of
 * the server: else the client would leave, and its statement go on waiting and holding locks. */
#define LOCK_WAIT_S(io_timeout) MAX(1, (io_timeout)-2)
/* Nobody waits for a migration's answer. */
#define PATIENT_ROW_WAIT_S 50
#define PATIENT_TABLE_WAIT_S 300
#define SQL_SESSION                                                                                \
	"SET SESSION innodb_lock_wait_timeout = %u, lock_wait_timeout = %u,"                       \
	" time_zone = '+00:00',"                                                                   \
	" sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION', "

/* MySQL 8 names the isolation transaction_isolation, MariaDB 10.6 tx_isolation. */
static const char SQL_ISOLATION[] = SQL_SESSION "transaction_isolation = 'READ-COMMITTED'";
static const char SQL_ISOLATION_BEFORE[] = SQL_SESSION "tx_isolation = 'READ-COMMITTED'";
static const char SQL_WSREP[] = "SHOW VARIABLES LIKE 'wsrep_on'";
static const char SQL_SYNC_WAIT[] = "SET SESSION wsrep_sync_wait = 3";
/* A table that every account may read. */
static const char SQL_READY[] = "SELECT id FROM setting WHERE id = 1";

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

static gboolean is_lock(guint number)
{
	return number == ER_LOCK_DEADLOCK || number == ER_LOCK_WAIT_TIMEOUT;
}

/* "Duplicate entry 'x' for key 'name'", MySQL 8: 'table.name' */
static void fail_duplicate(const char *message, GError **error)
{
	const char *key = g_strrstr(message, "for key '");
	g_autofree char *name = g_strdup(key != NULL ? key + strlen("for key '") : "?");

	name[strcspn(name, "'")] = '\0';
	const char *dot = strchr(name, '.');
	g_set_error(error, PS_ERROR, PS_ERROR_DUPLICATE, "key %s", dot != NULL ? dot + 1 : name);
}

static void avoid_host(Db *db, guint host)
{
	db->avoided_until[host] = g_get_monotonic_time() + AVOID_US;
}

/* A server that closed a connection may take another one; one that didn't answer won't now. */
static gboolean was_silent(const Db *db)
{
	return !db->patient && g_get_monotonic_time() - db->asked_at >=
	                               db->config->database_io_timeout * G_USEC_PER_SEC;
}

void db_fail(Db *db, guint number, const char *message, GError **error)
{
	if (is_lost(number) && was_silent(db))
		avoid_host(db, db->host);
	db->retry = is_lost(number) || is_lock(number);
	db->was_sent = is_lost(number) && number != CR_CONNECTION_ERROR &&
	               number != CR_CONN_HOST_ERROR && number != ER_UNKNOWN_COM_ERROR;
	db->no_host = FALSE;
	if (db->retry)
		db->dead = TRUE;
	if (number == ER_DUP_ENTRY)
		fail_duplicate(message, error);
	else
		g_set_error(error, PS_ERROR, db->retry ? PS_ERROR_UNAVAILABLE : PS_ERROR_INTERNAL,
		        "database: [%u] %s", number, message);
	/* What waits for a lock in vain may wait at a node that is cut off: who connects anew is
	 * told. */
	if (is_lost(number) || (number == ER_LOCK_WAIT_TIMEOUT && db->in_transaction == 0))
		db_disconnect(db);
}

void db_fail_text(Db *db, GError **error)
{
	g_autofree char *message = g_strdup(mysql_error(db->mysql));

	db_fail(db, mysql_errno(db->mysql), message, error);
}

static gboolean run_text(MYSQL *mysql, const char *sql)
{
	return mysql_real_query(mysql, sql, strlen(sql)) == 0;
}

gboolean db_run_text(Db *db, const char *sql)
{
	db->asked_at = g_get_monotonic_time();
	return run_text(db->mysql, sql);
}

/* The first column of the first row, "" without one. Free: g_free(). NULL: the library knows why.
 */
static char *ask_text(MYSQL *mysql, const char *sql, guint column)
{
	MYSQL_RES *result = run_text(mysql, sql) ? mysql_store_result(mysql) : NULL;

	if (result == NULL)
		return NULL;
	MYSQL_ROW row = mysql_fetch_row(result);
	char *text = g_strdup(row != NULL && row[column] != NULL ? row[column] : "");
	mysql_free_result(result);
	return text;
}

static gboolean set_session(MYSQL *mysql, guint row_wait, guint table_wait)
{
	g_autofree char *now = g_strdup_printf(SQL_ISOLATION, row_wait, table_wait);
	g_autofree char *before = g_strdup_printf(SQL_ISOLATION_BEFORE, row_wait, table_wait);

	return run_text(mysql, now) || run_text(mysql, before);
}

/* A node of a cluster that is cut off or drained takes connections, and everything that reads no
 * table. FALSE: it is one. */
static gboolean is_ready(MYSQL *mysql)
{
	g_autofree char *id = ask_text(mysql, SQL_READY, 0);
	guint number = mysql_errno(mysql);

	/* A table that isn't there yet was asked for by a node that is ready. */
	return id != NULL || !(is_lost(number) || is_lock(number));
}

/* Session settings that every connection needs; wsrep_sync_wait only where it exists. */
static gboolean prepare_session(const Db *db, MYSQL *mysql)
{
	guint wait = LOCK_WAIT_S(db->config->database_io_timeout);

	if (!set_session(mysql, db->patient ? PATIENT_ROW_WAIT_S : wait,
	            db->patient ? PATIENT_TABLE_WAIT_S : wait))
		return FALSE;
	g_autofree char *cluster = ask_text(mysql, SQL_WSREP, 1);
	if (cluster == NULL || strcmp(cluster, "ON") != 0)
		return cluster != NULL;
	return run_text(mysql, SQL_SYNC_WAIT) && is_ready(mysql);
}

/* A certificate is asked for only of another machine: a socket can't be somebody else's. */
static void set_tls(MYSQL *mysql, const Config *config)
{
	gboolean has_ca = *config->database_tls_ca != '\0';

	if (!has_ca && !config->database_tls_required)
		return;
#ifdef MARIADB_BASE_VERSION
	db_bool yes = 1, verify = has_ca ? 1 : 0;
	mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &yes);
	mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
#else
	guint mode = has_ca ? SSL_MODE_VERIFY_IDENTITY : SSL_MODE_REQUIRED;
	mysql_options(mysql, MYSQL_OPT_SSL_MODE, &mode);
#endif
	if (has_ca)
		mysql_options(mysql, MYSQL_OPT_SSL_CA, config->database_tls_ca);
}

static void set_options(const Db *db, MYSQL *mysql)
{
	guint connect_timeout = CONNECT_TIMEOUT_S, io_timeout = db->config->database_io_timeout;

	mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_timeout);
	if (!db->patient) {
		mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &io_timeout);
		mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &io_timeout);
	}
	mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
}

/* A host of the configuration: a socket's path, else host_port.h. *took: it takes connections. */
static MYSQL *connect_host(const Db *db, const char *host, gboolean *took, GError **error)
{
	const Config *config = db->config;
	g_autofree char *name = NULL;
	guint port = DEFAULT_PORT;
	MYSQL *mysql = mysql_init(NULL);

	set_options(db, mysql);
	if (host[0] != '/') {
		guint tcp =
		        MYSQL_PROTOCOL_TCP; /* else the library takes "localhost" for a socket */
		host_port_parse(host, &name, &port);
		mysql_options(mysql, MYSQL_OPT_PROTOCOL, &tcp);
		set_tls(mysql, config);
	}
	gboolean needs_tls =
	        name != NULL && (config->database_tls_required || *config->database_tls_ca != '\0');
	gboolean ok = mysql_real_connect(mysql, name, config->database_user,
	                      config->database_password, config->database_name, port,
	                      name == NULL ? host : NULL, CLIENT_FOUND_ROWS) != NULL;
	/* MariaDB's library goes on without TLS, MYSQL_OPT_SSL_ENFORCE or not, where a server has
	 * none. */
	gboolean stripped = ok && needs_tls && mysql_get_ssl_cipher(mysql) == NULL;
	*took = *took || ok;
	if (ok && !stripped && prepare_session(db, mysql))
		return mysql;
	g_clear_error(error);
	g_set_error(error, PS_ERROR, PS_ERROR_UNAVAILABLE, "database %s: [%u] %s", host,
	        mysql_errno(mysql), stripped ? "the server has no TLS" : mysql_error(mysql));
	mysql_close(mysql);
	return NULL;
}

/* Tries the hosts that were avoided, or those that weren't. */
static gboolean connect_some(
        Db *db, const gboolean *avoided, gboolean which, gboolean *took, GError **error)
{
	char **hosts = db->config->database_hosts;

	for (guint i = 0; hosts[i] != NULL; i++) {
		if (*hosts[i] == '\0' || avoided[i] != which)
			continue;
		db->mysql = connect_host(db, hosts[i], took, error);
		if (db->mysql != NULL) {
			db->host = i;
			db->avoided_until[i] = 0;
			return TRUE;
		}
		avoid_host(db, i);
	}
	return FALSE;
}

gboolean db_connect(Db *db, GError **error)
{
	g_autoptr(GError) last = NULL;
	guint count = g_strv_length(db->config->database_hosts);
	gint64 now = g_get_monotonic_time();
	gboolean took = FALSE;

	if (db->mysql != NULL)
		return TRUE;
	g_autofree gboolean *avoided = g_new0(gboolean, count);
	for (guint i = 0; i < count; i++)
		avoided[i] = db->avoided_until[i] > now;
	if (connect_some(db, avoided, FALSE, &took, &last) ||
	        connect_some(db, avoided, TRUE, &took, &last))
		return TRUE;
	db->retry = TRUE;
	db->no_host = !took;
	db->was_sent = FALSE;
	if (last != NULL)
		g_propagate_error(error, g_steal_pointer(&last));
	else
		g_set_error(error, PS_ERROR, PS_ERROR_UNAVAILABLE, "database: hosts names none");
	return FALSE;
}

void db_disconnect(Db *db)
{
	g_hash_table_remove_all(db->prepared);
	g_clear_pointer(&db->mysql, mysql_close);
}
