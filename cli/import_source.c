/* import_source.c: the tables of PostfixAdmin and mailcow. */
#include "cli/import_source.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/db/db.h"

#define SOCKET "/run/mysqld/mysqld.sock"
#define IO_TIMEOUT_S 30 /* a large table is read whole */

const ImportSource import_postfixadmin = {
        .name = "postfixadmin",
        .domains =
                "SELECT domain, active, backupmx FROM domain WHERE domain <> 'ALL' ORDER BY domain",
        /* smtp_active came with version 4: before, the name is that of the 1 beside. */
        .mailboxes = "SELECT m.username, m.password, m.name, '', m.quota, m.active,"
                     " (SELECT smtp_active FROM mailbox WHERE username = m.username), 1, 1"
                     " FROM mailbox m, (SELECT 1 AS smtp_active) usual ORDER BY m.username",
        .aliases = "SELECT address, goto, active FROM alias ORDER BY address",
        .alias_domains = "SELECT alias_domain, target_domain, active FROM alias_domain ORDER BY 1",
};
/* kind: a mailbox of a person has none; rooms and devices have one. active 2: mail comes, nobody
 * logs in. attributes: a text of JSON; what it doesn't say is allowed. */
#define MAILCOW_MAY(service)                                                                       \
	", active <> 2 AND COALESCE(JSON_UNQUOTE(JSON_EXTRACT(attributes, '$." service             \
	"_access')), '1') <> '0'"
const ImportSource import_mailcow = {
        .name = "mailcow",
        .domains = "SELECT domain, active, backupmx FROM domain ORDER BY domain",
        .mailboxes = "SELECT username, password, name, kind, quota, active" MAILCOW_MAY("smtp")
                MAILCOW_MAY("imap") MAILCOW_MAY("pop3") " FROM mailbox ORDER BY username",
        .aliases = "SELECT address, goto, active FROM alias ORDER BY address",
        .alias_domains = "SELECT alias_domain, target_domain, active FROM alias_domain ORDER BY 1",
};
enum { D_NAME, D_ACTIVE, D_RELAYED };
enum { M_ADDRESS, M_PASSWORD, M_NAME, M_KIND, M_QUOTA, M_ACTIVE, M_SENDS, M_IMAP, M_POP3 };
enum { A_ADDRESS, A_TARGET, A_ACTIVE };

static void domain_free_one(gpointer data)
{
	SourceDomain *domain = data;

	g_free(domain->name);
	g_free(domain);
}

static void mailbox_free_one(gpointer data)
{
	SourceMailbox *mailbox = data;

	g_free(mailbox->address);
	g_free(mailbox->password);
	g_free(mailbox->name);
	g_free(mailbox->kind);
	g_free(mailbox);
}

static void alias_free_one(gpointer data)
{
	SourceAlias *alias = data;

	g_free(alias->address);
	g_free(alias->target);
	g_free(alias);
}

void source_data_free(SourceData *data)
{
	if (data == NULL)
		return;
	g_clear_pointer(&data->domains, g_ptr_array_unref);
	g_clear_pointer(&data->mailboxes, g_ptr_array_unref);
	g_clear_pointer(&data->aliases, g_ptr_array_unref);
	g_clear_pointer(&data->alias_domains, g_ptr_array_unref);
	g_free(data);
}

static char *text_or_empty(DbRows *rows, guint column)
{
	const char *text = db_rows_text(rows, column);

	return g_strdup(text != NULL ? text : "");
}

static gpointer read_domain(DbRows *rows)
{
	SourceDomain *domain = g_new0(SourceDomain, 1);

	domain->name = text_or_empty(rows, D_NAME);
	domain->active = db_rows_u64(rows, D_ACTIVE) != 0;
	domain->relayed = db_rows_u64(rows, D_RELAYED) != 0;
	return domain;
}

static gpointer read_mailbox(DbRows *rows)
{
	SourceMailbox *mailbox = g_new0(SourceMailbox, 1);

	mailbox->address = text_or_empty(rows, M_ADDRESS);
	mailbox->password = text_or_empty(rows, M_PASSWORD);
	mailbox->name = text_or_empty(rows, M_NAME);
	mailbox->kind = text_or_empty(rows, M_KIND);
	mailbox->bytes = db_rows_i64(rows, M_QUOTA);
	mailbox->active = db_rows_i64(rows, M_ACTIVE) != 0;
	mailbox->may_send = db_rows_i64(rows, M_SENDS) != 0;
	mailbox->by_imap = db_rows_i64(rows, M_IMAP) != 0;
	mailbox->by_pop3 = db_rows_i64(rows, M_POP3) != 0;
	return mailbox;
}

static gpointer read_alias(DbRows *rows)
{
	SourceAlias *alias = g_new0(SourceAlias, 1);

	alias->address = text_or_empty(rows, A_ADDRESS);
	alias->target = text_or_empty(rows, A_TARGET);
	alias->active = db_rows_u64(rows, A_ACTIVE) != 0;
	return alias;
}

typedef gpointer (*ReadOne)(DbRows *rows);

static GPtrArray *read_all(
        Db *db, const char *sql, ReadOne read, GDestroyNotify free_one, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, sql, "");

	if (rows == NULL)
		return NULL;
	GPtrArray *list = g_ptr_array_new_with_free_func(free_one);
	while (db_rows_next(rows))
		g_ptr_array_add(list, read(rows));
	return list;
}

/* The first line of a file; "" without one. */
static char *read_password_file(const char *path, GError **error)
{
	char *password = NULL;

	if (path == NULL)
		return g_strdup("");
	if (!g_file_get_contents(path, &password, NULL, error))
		return NULL;
	password[strcspn(password, "\r\n")] = '\0';
	return password;
}

SourceData *import_source_read(const ImportSource *source, const ImportPlace *place, GError **error)
{
	g_autofree char *password = read_password_file(place->password_file, error);
	static char none[] = "";
	char name[32];
	char socket[] = SOCKET;
	guint server_error = 0;

	if (password == NULL)
		return NULL;
	g_strlcpy(name, source->name, sizeof(name));
	char *hosts[] = {place->host != NULL     ? place->host
	                 : place->socket != NULL ? place->socket
	                                         : socket,
	        NULL};
	const Config config = {.database_hosts = hosts,
	        .database_name = place->database != NULL ? place->database : name,
	        .database_user = place->user != NULL ? place->user : name,
	        .database_password = password,
	        .database_tls_ca = none,
	        .database_io_timeout = IO_TIMEOUT_S};
	g_autoptr(Db) db = db_new(&config);
	g_autoptr(SourceData) data = g_new0(SourceData, 1);
	if (!db_run_script_statement(db, "SET SESSION TRANSACTION READ ONLY", &server_error, error))
		return NULL;
	data->domains = read_all(db, source->domains, read_domain, domain_free_one, error);
	if (data->domains != NULL)
		data->mailboxes =
		        read_all(db, source->mailboxes, read_mailbox, mailbox_free_one, error);
	if (data->mailboxes != NULL)
		data->aliases = read_all(db, source->aliases, read_alias, alias_free_one, error);
	if (data->aliases != NULL)
		data->alias_domains =
		        read_all(db, source->alias_domains, read_alias, alias_free_one, error);
	return data->alias_domains != NULL ? g_steal_pointer(&data) : NULL;
}
