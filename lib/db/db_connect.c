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
#define IO_TIMEOUT_S 5
#define DEFAULT_PORT 3306

/* A lock (of a row, or of a table that is being altered) is waited for less long than an answer of
 * the server: else the client would leave, and its statement go on waiting and holding locks. */
#define LOCK_WAITS "innodb_lock_wait_timeout = 3, lock_wait_timeout = 3, "
/* Nobody waits for a migration's answer. */
#define PATIENT_LOCK_WAITS "innodb_lock_wait_timeout = 50, lock_wait_timeout = 300, "
#define SETTINGS                                                                                   \
	"time_zone = '+00:00',"                                                                    \
	" sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION', "

/* MySQL 8 names the isolation transaction_isolation, MariaDB 10.6 tx_isolation. */
static const char *const SQL_SESSION[] = {
        "SET SESSION " LOCK_WAITS SETTINGS "transaction_isolation = 'READ-COMMITTED'",
        "SET SESSION " LOCK_WAITS SETTINGS "tx_isolation = 'READ-COMMITTED'",
};
static const char *const SQL_PATIENT_SESSION[] = {
        "SET SESSION " PATIENT_LOCK_WAITS SETTINGS "transaction_isolation = 'READ-COMMITTED'",
        "SET SESSION " PATIENT_LOCK_WAITS SETTINGS "tx_isolation = 'READ-COMMITTED'",
};

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

void db_fail(Db *db, guint number, const char *message, GError **error)
{
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
	if (is_lost(number))
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
	return run_text(db->mysql, sql);
}

/* Session settings that every connection needs; wsrep_sync_wait only where it exists. */
static gboolean prepare_session(MYSQL *mysql, gboolean patient)
{
	const char *const *settings = patient ? SQL_PATIENT_SESSION : SQL_SESSION;

	if (!run_text(mysql, settings[0]) && !run_text(mysql, settings[1]))
		return FALSE;
	if (!run_text(mysql, "SHOW VARIABLES LIKE 'wsrep_on'"))
		return FALSE;
	MYSQL_RES *result = mysql_store_result(mysql);
	MYSQL_ROW row = result != NULL ? mysql_fetch_row(result) : NULL;
	gboolean cluster = row != NULL && strcmp(row[1], "ON") == 0;
	mysql_free_result(result);
	return !cluster || run_text(mysql, "SET SESSION wsrep_sync_wait = 3");
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

static void set_options(MYSQL *mysql, gboolean patient)
{
	guint connect_timeout = CONNECT_TIMEOUT_S, io_timeout = IO_TIMEOUT_S;

	mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_timeout);
	if (!patient) {
		mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &io_timeout);
		mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &io_timeout);
	}
	mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
}

/* A host of the configuration: a socket's path, else host_port.h. */
static MYSQL *connect_host(Db *db, const char *host, GError **error)
{
	const Config *config = db->config;
	g_autofree char *name = NULL;
	guint port = DEFAULT_PORT;
	MYSQL *mysql = mysql_init(NULL);

	set_options(mysql, db->patient);
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
	if (ok && !stripped && prepare_session(mysql, db->patient))
		return mysql;
	g_clear_error(error);
	g_set_error(error, PS_ERROR, PS_ERROR_UNAVAILABLE, "database %s: [%u] %s", host,
	        mysql_errno(mysql), stripped ? "the server has no TLS" : mysql_error(mysql));
	mysql_close(mysql);
	return NULL;
}

gboolean db_connect(Db *db, GError **error)
{
	g_autoptr(GError) last = NULL;

	if (db->mysql != NULL)
		return TRUE;
	for (char **host = db->config->database_hosts; *host != NULL; host++) {
		if (**host == '\0')
			continue;
		db->mysql = connect_host(db, *host, &last);
		if (db->mysql != NULL)
			return TRUE;
	}
	db->retry = TRUE;
	db->no_host = TRUE;
	db->was_sent = FALSE;
	g_propagate_error(error, g_steal_pointer(&last));
	return FALSE;
}

void db_disconnect(Db *db)
{
	g_hash_table_remove_all(db->prepared);
	g_clear_pointer(&db->mysql, mysql_close);
}
