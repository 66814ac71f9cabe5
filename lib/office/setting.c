/* setting.c: loads, checks and saves what the office sets, with a row of the log a change. */
#include "lib/office/setting.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/base/error.h"
#include "lib/base/text_check.h"
#include "lib/office/absence_period.h"
#include "lib/office/change_log.h"
#include "lib/office/task.h"

#define ZONE_DIR "/usr/share/zoneinfo"
#define ZONE_MAX 64

static const char SQL_LOAD[] =
        "SELECT version, office_name, contact, timezone,"
        "       imap_host, imap_port, imap_security, pop3_host, pop3_port, pop3_security,"
        "       smtp_host, smtp_port, smtp_security, vip_exempt_cc_bcc, allow_plain_password,"
        "       journal_keep_days, send_limit, webmail_url, default_quota_mb, own_only_vip,"
        "       outside_members, outside_forward"
        "  FROM setting WHERE id = 1";
/* A server has three columns, of which the first is named. */
enum {
	C_VERSION,
	C_OFFICE_NAME,
	C_CONTACT,
	C_TIMEZONE,
	C_IMAP,
	C_POP3 = C_IMAP + 3,
	C_SMTP = C_POP3 + 3,
	C_VIP_EXEMPT = C_SMTP + 3,
	C_PLAIN_PASSWORD,
	C_KEEP_DAYS,
	C_SEND_LIMIT,
	C_WEBMAIL,
	C_DEFAULT_QUOTA,
	C_OWN_ONLY_VIP,
	C_OUTSIDE_MEMBERS,
	C_OUTSIDE_FORWARD
};
static const char SQL_UPDATE[] =
        "UPDATE setting SET version = version + 1, office_name = ?, contact = ?, timezone = ?,"
        "       imap_host = ?, imap_port = ?, imap_security = ?,"
        "       pop3_host = ?, pop3_port = ?, pop3_security = ?,"
        "       smtp_host = ?, smtp_port = ?, smtp_security = ?,"
        "       vip_exempt_cc_bcc = ?, allow_plain_password = ?, journal_keep_days = ?,"
        "       send_limit = ?, webmail_url = ?, default_quota_mb = ?, own_only_vip = ?,"
        "       outside_members = ?, outside_forward = ?"
        " WHERE id = 1 AND version = ?";
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
	setting->version = db_rows_u64(rows, C_VERSION);
	setting->office_name = g_strdup(db_rows_text(rows, C_OFFICE_NAME));
	setting->contact = g_strdup(db_rows_text(rows, C_CONTACT));
	setting->webmail_url = g_strdup(db_rows_text(rows, C_WEBMAIL));
	setting->timezone = g_strdup(db_rows_text(rows, C_TIMEZONE));
	setting->imap = row_to_server(rows, C_IMAP);
	setting->pop3 = row_to_server(rows, C_POP3);
	setting->smtp = row_to_server(rows, C_SMTP);
	setting->vip_exempt_cc_bcc = db_rows_u64(rows, C_VIP_EXEMPT) != 0;
	setting->allow_plain_password = db_rows_u64(rows, C_PLAIN_PASSWORD) != 0;
	setting->journal_keep_days = db_rows_u64(rows, C_KEEP_DAYS);
	setting->send_limit = db_rows_u64(rows, C_SEND_LIMIT);
	setting->default_quota_mb = db_rows_u64(rows, C_DEFAULT_QUOTA);
	setting->own_only_vip = db_rows_u64(rows, C_OWN_ONLY_VIP) != 0;
	setting->outside_members = db_rows_u64(rows, C_OUTSIDE_MEMBERS) != 0;
	setting->outside_forward = db_rows_u64(rows, C_OUTSIDE_FORWARD) != 0;
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
	g_free(setting->webmail_url);
	g_free(setting->timezone);
	server_clear(&setting->imap);
	server_clear(&setting->pop3);
	server_clear(&setting->smtp);
	g_free(setting);
}

/* ---- saving ---- */

/* A name of the tz database, such as Europe/Berlin. (GLib would take rules such as "X1", too.) */
static gboolean is_zone(const char *name)
{
	if (!g_ascii_isalpha(name[0]) || strlen(name) > ZONE_MAX)
		return FALSE;
	for (const char *c = name; *c != '\0'; c++)
		if (!g_ascii_isalnum(*c) && strchr("/_+-", *c) == NULL)
			return FALSE;
	g_autofree char *path = g_build_filename(ZONE_DIR, name, NULL);
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(name);
	return zone != NULL && g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

/* A host name as A-labels; one label is one of the office's own network. NULL: it is none. Free:
 * g_free(). */
static char *host_name(const char *typed)
{
	g_autofree char *with_domain = g_strconcat(typed, ".host", NULL);
	g_autofree char *name = address_domain(with_domain, "host", NULL, NULL);

	if (name == NULL || *typed == '\0')
		return NULL;
	return g_strndup(name, strlen(name) - strlen(".host"));
}

/* Puts the host into its one form. */
static gboolean check_server(MailServer *server, const char *const fields[3], GError **error)
{
	char *host = host_name(server->host);
	gboolean ok = host != NULL;

	if (ok) {
		g_free(server->host);
		server->host = host;
	} else {
		ps_invalid(error, fields[0], "host", "%s is no host name", fields[0]);
	}
	if (server->port < 1 || server->port > G_MAXUINT16) {
		ps_invalid(error, fields[1], "number", "%s is no port", fields[1]);
		ok = FALSE;
	}
	if (strcmp(server->security, "tls") != 0 && strcmp(server->security, "starttls") != 0) {
		ps_invalid(error, fields[2], "choice", "%s is neither tls nor starttls", fields[2]);
		ok = FALSE;
	}
	return ok;
}

static const char *const imap_fields[] = {"imap_host", "imap_port", "imap_security"};
static const char *const pop3_fields[] = {"pop3_host", "pop3_port", "pop3_security"};
static const char *const smtp_fields[] = {"smtp_host", "smtp_port", "smtp_security"};

/* "", or what a browser takes for the address of a page. */
static gboolean check_webmail(Setting *wanted, GError **error)
{
	g_autoptr(GUri) uri = g_uri_parse(wanted->webmail_url, G_URI_FLAGS_ENCODED, NULL);
	const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : "";
	const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;
	gboolean is_page = (strcmp(scheme, "https") == 0 || strcmp(scheme, "http") == 0) &&
	                   host != NULL && *host != '\0' && g_uri_get_userinfo(uri) == NULL;

	if (*wanted->webmail_url == '\0' ||
	        (is_page && g_utf8_strlen(wanted->webmail_url, -1) <= SETTING_TEXT_MAX))
		return TRUE;
	ps_invalid(error, "webmail_url", "url", "not the address of a page");
	return FALSE;
}

static gboolean check_setting(Setting *wanted, GError **error)
{
	gboolean ok = text_check_line(wanted->office_name, "office_name", SETTING_TEXT_MAX, error);

	ok = text_check_line(wanted->contact, "contact", SETTING_TEXT_MAX, error) && ok;
	ok = check_webmail(wanted, error) && ok;
	if (!is_zone(wanted->timezone)) {
		ps_invalid(error, "timezone", "zone", "there is no time zone %s", wanted->timezone);
		ok = FALSE;
	}
	if (wanted->journal_keep_days > SETTING_KEEP_DAYS_MAX) {
		ps_invalid(error, "journal_keep_days", "number", "more than %d days",
		        SETTING_KEEP_DAYS_MAX);
		ok = FALSE;
	}
	if (wanted->send_limit > SETTING_SEND_LIMIT_MAX) {
		ps_invalid(error, "send_limit", "number", "more than %d recipients",
		        SETTING_SEND_LIMIT_MAX);
		ok = FALSE;
	}
	if (wanted->default_quota_mb > SETTING_QUOTA_MAX) {
		ps_invalid(
		        error, "default_quota_mb", "number", "more than %d MB", SETTING_QUOTA_MAX);
		ok = FALSE;
	}
	ok = check_server(&wanted->imap, imap_fields, error) && ok;
	ok = check_server(&wanted->pop3, pop3_fields, error) && ok;
	return check_server(&wanted->smtp, smtp_fields, error) && ok;
}

static MailServer server_copy(const MailServer *server)
{
	return (MailServer){.host = g_strdup(server->host),
	        .port = server->port,
	        .security = g_strdup(server->security)};
}

static Setting *setting_copy(const Setting *from)
{
	Setting *copy = g_memdup2(from, sizeof(*from));

	copy->office_name = text_strip(g_strdup(from->office_name));
	copy->contact = text_strip(g_strdup(from->contact));
	copy->webmail_url = g_strdup(from->webmail_url);
	copy->timezone = g_strdup(from->timezone);
	copy->imap = server_copy(&from->imap);
	copy->pop3 = server_copy(&from->pop3);
	copy->smtp = server_copy(&from->smtp);
	return copy;
}

gboolean setting_check(const Setting *typed, GError **error)
{
	g_autoptr(Setting) copy = setting_copy(typed);

	return check_setting(copy, error);
}

static gboolean log_text(Db *db, const Actor *actor, const char *field, const char *before,
        const char *after, GError **error)
{
	return strcmp(before, after) == 0 ||
	       change_log_add(db, actor, 0, SETTING_SUBJECT, "setting.changed", field, before,
	               after, error);
}

static gboolean log_number(Db *db, const Actor *actor, const char *field, guint64 before,
        guint64 after, GError **error)
{
	g_autofree char *old_digits = g_strdup_printf("%" G_GUINT64_FORMAT, before);
	g_autofree char *new_digits = g_strdup_printf("%" G_GUINT64_FORMAT, after);

	return log_text(db, actor, field, old_digits, new_digits, error);
}

static gboolean log_server(Db *db, const Actor *actor, const char *const fields[3],
        const MailServer *before, const MailServer *after, GError **error)
{
	return log_text(db, actor, fields[0], before->host, after->host, error) &&
	       log_number(db, actor, fields[1], before->port, after->port, error) &&
	       log_text(db, actor, fields[2], before->security, after->security, error);
}

static gboolean log_setting_changes(
        Db *db, const Actor *actor, const Setting *before, const Setting *after, GError **error)
{
	return log_text(db, actor, "office_name", before->office_name, after->office_name, error) &&
	       log_text(db, actor, "contact", before->contact, after->contact, error) &&
	       log_text(db, actor, "webmail_url", before->webmail_url, after->webmail_url, error) &&
	       log_text(db, actor, "timezone", before->timezone, after->timezone, error) &&
	       log_number(db, actor, "vip_exempt_cc_bcc", before->vip_exempt_cc_bcc,
	               after->vip_exempt_cc_bcc, error) &&
	       log_number(db, actor, "allow_plain_password", before->allow_plain_password,
	               after->allow_plain_password, error) &&
	       log_number(db, actor, "own_only_vip", before->own_only_vip, after->own_only_vip,
	               error) &&
	       log_number(db, actor, "journal_keep_days", before->journal_keep_days,
	               after->journal_keep_days, error) &&
	       log_number(db, actor, "send_limit", before->send_limit, after->send_limit, error) &&
	       log_number(db, actor, "outside_members", before->outside_members,
	               after->outside_members, error) &&
	       log_number(db, actor, "outside_forward", before->outside_forward,
	               after->outside_forward, error) &&
	       log_number(db, actor, "default_quota_mb", before->default_quota_mb,
	               after->default_quota_mb, error) &&
	       log_server(db, actor, imap_fields, &before->imap, &after->imap, error) &&
	       log_server(db, actor, pop3_fields, &before->pop3, &after->pop3, error) &&
	       log_server(db, actor, smtp_fields, &before->smtp, &after->smtp, error);
}

typedef struct {
	const Actor *actor;
	const Setting *wanted;
	SettingMove move;
	gboolean moved; /* to another time zone */
} SettingWork;

static gboolean update_setting(Db *db, gpointer data, GError **error)
{
	SettingWork *work = data;
	const Setting *w = work->wanted;

	if (work->moved && !work->move(db, w->timezone, error))
		return FALSE;
	g_autoptr(Setting) before = setting_load(db, error);
	if (before == NULL || (work->moved && !absence_period_before_zone(db, error)))
		return FALSE;
	gint64 changed = db_execute(db, error, SQL_UPDATE, "ssaauaauaauattuusutttu", w->office_name,
	        w->contact, w->timezone, w->imap.host, w->imap.port, w->imap.security, w->pop3.host,
	        w->pop3.port, w->pop3.security, w->smtp.host, w->smtp.port, w->smtp.security,
	        w->vip_exempt_cc_bcc, w->allow_plain_password, w->journal_keep_days, w->send_limit,
	        w->webmail_url, w->default_quota_mb, w->own_only_vip, w->outside_members,
	        w->outside_forward, w->version);
	if (changed < 0)
		return FALSE;
	if (changed == 0)
		return ps_conflict(error, "the row of settings");
	return (!work->moved || task_add(db, SETTING_PERIODS, 0, "", error)) &&
	       log_setting_changes(db, work->actor, before, w, error);
}

gboolean setting_update(
        Db *db, const Actor *actor, const Setting *wanted, SettingMove move, GError **error)
{
	g_autoptr(Setting) copy = setting_copy(wanted);
	SettingWork work = {.actor = actor, .wanted = copy, .move = move};
	g_autoptr(Setting) before = check_setting(copy, error) ? setting_load(db, error) : NULL;

	if (before == NULL)
		return FALSE;
	/* Whoever changes the zone in between changes the version too. */
	work.moved = strcmp(before->timezone, copy->timezone) != 0;
	if (!db_transaction(db, update_setting, &work, error))
		return FALSE;
	/* It is saved: what an outage keeps from being done here is left to the task. */
	if (work.moved)
		absence_period_recompute(db, NULL);
	return TRUE;
}

gboolean setting_bump_domains(Db *db, GError **error)
{
	return db_execute(db, error, SQL_BUMP, "") == 1;
}
