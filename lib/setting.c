/* setting.c: see setting.h. */
#include "lib/setting.h"

#include "lib/error.h"

static const char SQL_LOAD[] =
        "SELECT version, office_name, contact, timezone,"
        "       imap_host, imap_port, imap_security, pop3_host, pop3_port, pop3_security,"
        "       smtp_host, smtp_port, smtp_security, allow_plain_password"
        "  FROM setting WHERE id = 1";
static const char SQL_BUMP[] = "UPDATE setting SET domain_stamp = domain_stamp + 1 WHERE id = 1";

static MailServer row_to_server(DbRows *rows, guint first)
{
	return (MailServer){
	        .host = g_strdup(db_rows_text(rows, first)),
	        .port = db_rows_u64(rows, first + 1),
	        .security = g_strdup(db_rows_text(rows, first + 2)),
	};
}

Setting *setting_load(Db *db, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LOAD, "");

	if (rows == NULL)
		return NULL;
	if (!db_rows_next(rows)) {
		g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "the row of settings is missing");
		return NULL;
	}
	Setting *setting = g_new0(Setting, 1);
	setting->version = db_rows_u64(rows, 0);
	setting->office_name = g_strdup(db_rows_text(rows, 1));
	setting->contact = g_strdup(db_rows_text(rows, 2));
	setting->timezone = g_strdup(db_rows_text(rows, 3));
	setting->imap = row_to_server(rows, 4);
	setting->pop3 = row_to_server(rows, 7);
	setting->smtp = row_to_server(rows, 10);
	setting->allow_plain_password = db_rows_u64(rows, 13) != 0;
	return setting;
}

static void server_clear(MailServer *server)
{
	g_free(server->host);
	g_free(server->security);
}

void setting_free(Setting *setting)
{
	if (setting == NULL)
		return;
	g_free(setting->office_name);
	g_free(setting->contact);
	g_free(setting->timezone);
	server_clear(&setting->imap);
	server_clear(&setting->pop3);
	server_clear(&setting->smtp);
	g_free(setting);
}

gboolean setting_bump_domains(Db *db, GError **error)
{
	return db_execute(db, error, SQL_BUMP, "") == 1;
}
