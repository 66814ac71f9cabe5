/* setting.c: Grundeinstellungen / Sonstiges: what the office sets, and the page when two people
 * edit it. */
#include <string.h>

#include "cgi-bin/conflict.h"
#include "cgi-bin/field.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/error.h"
#include "lib/office/change_log.h"
#include "lib/mailbox/setting_save.h"

#define MAX_TEXT (4 * SETTING_TEXT_MAX)
#define MAX_HOST 253

static const char *const securities[] = {"tls", "starttls", NULL};

static const struct {
	const char *host, *port, *security; /* the fields */
	gsize offset;                       /* of the MailServer */
} servers[] = {
        {"imap_host", "imap_port", "imap_security", G_STRUCT_OFFSET(Setting, imap)},
        {"pop3_host", "pop3_port", "pop3_security", G_STRUCT_OFFSET(Setting, pop3)},
        {"smtp_host", "smtp_port", "smtp_security", G_STRUCT_OFFSET(Setting, smtp)},
};

static const ConflictField setting_fields[] = {
        {"office_name", "field.office_name", NULL},
        {"contact", "field.contact", NULL},
        {"webmail_url", "field.webmail_url", NULL},
        {"timezone", "field.timezone", NULL},
        {"vip_exempt_cc_bcc", "field.vip_exempt_cc_bcc", CONFLICT_FLAG},
        {"journal_keep_days", "field.journal_keep_days", NULL},
        {"send_limit", "field.send_limit", NULL},
        {"default_quota_mb", "field.default_quota_mb", NULL},
        {"outside_members", "field.outside_members", CONFLICT_FLAG},
        {"outside_forward", "field.outside_forward", CONFLICT_FLAG},
        {"allow_plain_password", "field.allow_plain_password", CONFLICT_FLAG},
        {"own_only_vip", "field.own_only_vip", CONFLICT_FLAG},
        {"imap_host", "field.imap_host", NULL},
        {"imap_port", "field.imap_port", NULL},
        {"imap_security", "field.imap_security", "access"},
        {"pop3_host", "field.pop3_host", NULL},
        {"pop3_port", "field.pop3_port", NULL},
        {"pop3_security", "field.pop3_security", "access"},
        {"smtp_host", "field.smtp_host", NULL},
        {"smtp_port", "field.smtp_port", NULL},
        {"smtp_security", "field.smtp_security", "access"},
};

static MailServer *server_of(const Setting *setting, gsize i)
{
	return &G_STRUCT_MEMBER(MailServer, setting, servers[i].offset);
}

static void set_field_number(Request *req, const char *field, guint64 value)
{
	g_autofree char *name = g_strconcat("f.", field, NULL);

	page_set_number(req, name, value);
}

static void fill_settings(Request *req, const Setting *setting)
{
	page_set(req, "f.office_name", setting->office_name);
	page_set(req, "f.contact", setting->contact);
	page_set(req, "f.webmail_url", setting->webmail_url);
	page_set(req, "f.timezone", setting->timezone);
	page_set_flag(req, "f.vip_exempt_cc_bcc", setting->vip_exempt_cc_bcc);
	page_set_flag(req, "f.outside_members", setting->outside_members);
	page_set_flag(req, "f.outside_forward", setting->outside_forward);
	page_set_flag(req, "f.allow_plain_password", setting->allow_plain_password);
	page_set_flag(req, "f.own_only_vip", setting->own_only_vip);
	page_set_number(req, "f.journal_keep_days", setting->journal_keep_days);
	page_set_number(req, "f.send_limit", setting->send_limit);
	page_set_number(req, "f.default_quota_mb", setting->default_quota_mb);
	for (gsize i = 0; i < G_N_ELEMENTS(servers); i++) {
		const MailServer *server = server_of(setting, i);
		g_autofree char *host = g_strconcat("f.", servers[i].host, NULL);
		g_autofree char *security = g_strconcat("f.", servers[i].security, NULL);
		page_set(req, host, server->host);
		page_set(req, security, server->security);
		set_field_number(req, servers[i].port, server->port);
	}
	page_set_number(req, "f.version", setting->version);
	conflict_note_shown(req, setting_fields, G_N_ELEMENTS(setting_fields));
}

static gboolean show_settings(Request *req, int status, const char *title, GError **error)
{
	HDF *list = page_node(req, "securities");

	page_begin(req, AREA_SETTINGS_OTHER, title);
	for (guint i = 0; securities[i] != NULL; i++) {
		g_autofree char *key = g_strconcat("access.", securities[i], NULL);
		page_item_set(page_item(list, i), "id", securities[i]);
		page_item_set(page_item(list, i), "name", text(req, key));
	}
	return page_send(req, status, "settings_other.cst", error);
}

gboolean settings_other_show(Request *req, GError **error)
{
	g_autoptr(Setting) setting = setting_load(req->db, error);

	if (setting == NULL)
		return FALSE;
	fill_settings(req, setting);
	return show_settings(req, 200, text(req, "settings.title"), error);
}

/* What is saved now beside what was typed, and the form to save the latter after all. */
static gboolean show_settings_conflict(Request *req, GError **error)
{
	g_autoptr(Setting) saved = setting_load(req->db, error);
	g_autofree char *title = text_with(req, "conflict.title", text(req, "nav.other"), NULL);
	g_autofree char *login = NULL;
	guint64 at = 0;

	if (saved == NULL || !change_log_last_of(req->db, SETTING_SUBJECT, "setting.changed",
	                             &login, &at, error))
		return FALSE;
	conflict_who(req, login, at);
	fill_settings(req, saved);
	conflict_fill(req, setting_fields, G_N_ELEMENTS(setting_fields));
	return show_settings(req, 409, title, error);
}

static Setting *read_settings(Request *req)
{
	Setting *wanted = g_new0(Setting, 1);

	wanted->version = field_version(req);
	wanted->office_name = g_strdup(field_line(req, "office_name", MAX_TEXT));
	wanted->contact = g_strdup(field_line(req, "contact", MAX_TEXT));
	wanted->webmail_url = g_strdup(field_line(req, "webmail_url", MAX_TEXT));
	wanted->timezone = g_strdup(field_line(req, "timezone", MAX_TEXT));
	wanted->vip_exempt_cc_bcc = field_ticked(req, "vip_exempt_cc_bcc");
	wanted->journal_keep_days =
	        field_number(req, "journal_keep_days", 0, SETTING_KEEP_DAYS_MAX);
	wanted->send_limit = field_number(req, "send_limit", 0, SETTING_SEND_LIMIT_MAX);
	wanted->default_quota_mb = field_number(req, "default_quota_mb", 0, SETTING_QUOTA_MAX);
	wanted->outside_members = field_ticked(req, "outside_members");
	wanted->outside_forward = field_ticked(req, "outside_forward");
	wanted->allow_plain_password = field_ticked(req, "allow_plain_password");
	wanted->own_only_vip = field_ticked(req, "own_only_vip");
	for (gsize i = 0; i < G_N_ELEMENTS(servers); i++) {
		MailServer *server = server_of(wanted, i);
		server->host = g_strdup(field_line(req, servers[i].host, MAX_HOST));
		server->port = field_number(req, servers[i].port, 1, G_MAXUINT16);
		server->security = g_strdup(field_choice(req, servers[i].security, securities));
	}
	return wanted;
}

gboolean settings_other_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(Setting) wanted = read_settings(req);
	Actor actor = request_actor(req);

	if (!field_has_errors(req)) {
		if (setting_save(req->db, &actor, wanted, &failure))
			return page_redirect(req, "settings_saved", "/settings/other");
		if (!field_take_failure(req, &failure, error))
			return FALSE;
		if (failure != NULL)
			return show_settings_conflict(req, error);
	}
	if (!setting_check(wanted, &failure))
		field_take_error(req, &failure);
	page_keep_typed(req);
	return show_settings(req, 422, text(req, "settings.title"), error);
}
