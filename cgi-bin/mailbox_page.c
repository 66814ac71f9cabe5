/* mailbox_page.c: fills what the pages about one mailbox show of it. */
#include "cgi-bin/mailbox_page.h"

#include <string.h>

#include "cgi-bin/absence_page.h"
#include "cgi-bin/conflict.h"
#include "cgi-bin/format.h"
#include "cgi-bin/office_setting.h"
#include "cgi-bin/page.h"
#include "cgi-bin/text.h"
#include "cgi-bin/ways_page.h"
#include "lib/base/address_readable.h"
#include "lib/base/error.h"
#include "lib/mailbox/mailbox_delete.h"
#include "lib/mailbox/mailbox_detail.h"
#include "lib/mailbox/sender_name.h"
#include "lib/office/task.h"

Mailbox *mailbox_page_load(Request *req, GError **error)
{
	return mailbox_load_live(req->db, req->ids[0], error);
}

void mailbox_page_begin(
        Request *req, const Mailbox *mailbox, const char *title_key, const char *crumb)
{
	g_autofree char *address = address_readable(mailbox->address);
	g_autofree char *title = text_with(req, title_key, address, NULL);
	g_autofree char *path = g_strdup_printf("/mailboxes/%" G_GUINT64_FORMAT, mailbox->id);

	page_begin(req, request_is_admin(req) ? AREA_SETTINGS_EMAIL : AREA_MY, title);
	if (request_is_admin(req))
		page_crumb(req, address, crumb != NULL ? path : NULL);
	if (crumb != NULL)
		page_crumb(req, crumb, NULL);
	page_set_number(req, "m.id", mailbox->id);
	page_set(req, "m.address", address);
	g_autofree char *escaped = g_uri_escape_string(mailbox->address, NULL, FALSE);
	page_setf(req, "mails.href", "%s/journal?mailbox=%s", req->prefix, escaped);
	page_setf(req, "changes.href", "%s/changes?mailbox=%s", req->prefix, escaped);
}

static const ConflictField mailbox_fields[] = {
        {"active", "mailbox.active", CONFLICT_FLAG},
        {"may_send", "field.may_send", CONFLICT_FLAG},
        {"may_log_in", "field.may_log_in", CONFLICT_FLAG},
        {"own_only", "field.own_only", CONFLICT_FLAG},
        {"email_name", "mailbox.email_name", NULL},
        {"note", "field.note", NULL},
        {"vip", "mailbox.vip", CONFLICT_FLAG},
        {"quota_mb", "mailbox.quota_mb", NULL},
        {"send_limit", "field.send_limit", NULL},
};

void mailbox_page_fields(Request *req, const Mailbox *mailbox)
{
	g_autofree char *limit = send_limit_text(mailbox->send_limit);

	page_set_number(req, "f.version", mailbox->version);
	page_set_flag(req, "f.active", mailbox->active);
	page_set_flag(req, "f.may_send", mailbox->may_send);
	page_set_flag(req, "f.may_log_in", mailbox->may_log_in);
	page_set_flag(req, "f.own_only", mailbox->own_only);
	page_set_flag(req, "f.vip", mailbox->vip);
	page_set(req, "f.email_name", mailbox->email_name);
	page_set(req, "f.note", mailbox->note);
	page_set_number(req, "f.quota_mb", mailbox->quota_mb);
	page_set(req, "f.send_limit", limit);
	conflict_note_shown(req, mailbox_fields, G_N_ELEMENTS(mailbox_fields));
}

void mailbox_page_conflict(Request *req, const Mailbox *saved)
{
	mailbox_page_fields(req, saved);
	conflict_fill(req, mailbox_fields, G_N_ELEMENTS(mailbox_fields));
}

/* What the milter makes of it (lib/mailbox/sender_name.h). */
static char *recipients_see(Request *req, const Mailbox *mailbox, const GPtrArray *users)
{
	g_autofree char *address = address_readable(mailbox->address);
	const char *name = NULL;

	switch (sender_name_rule(mailbox->email_name, users, &name)) {
	case SENDER_NAME_FIXED:
		return g_strdup_printf("%s <%s>", name, address);
	case SENDER_NAME_ONE_OF:
		return text_with(req, "mailbox.sees_one_of", address, NULL);
	case SENDER_NAME_CLIENT:
		return text_with(req, "mailbox.sees_client", address, NULL);
	}
	g_assert_not_reached();
}

gboolean mailbox_page_sender(Request *req, const Mailbox *mailbox, GError **error)
{
	g_autoptr(GPtrArray) users = mailbox_users(req->db, mailbox->id, error);

	if (users == NULL)
		return FALSE;
	g_autofree char *sees = recipients_see(req, mailbox, users);
	page_set(req, "m.sees", sees);
	return TRUE;
}

/* Who would be locked out if own passwords alone logged in. */
static void fill_without(Request *req, const GPtrArray *without)
{
	g_autofree char *names = mailbox_page_joined(without, G_STRUCT_OFFSET(MailboxUser, name));

	if (names == NULL)
		return;
	g_autofree char *line = text_with(req, "mailbox.own_only_without", names, NULL);
	page_set(req, "m.without", line);
}

static void fill_people(Request *req, const GPtrArray *users)
{
	HDF *list = page_node(req, "users");

	for (guint i = 0; i < users->len; i++) {
		const MailboxUser *user = users->pdata[i];
		HDF *item = page_item(list, i);
		g_autofree char *since = format_date(req, user->assigned_at);
		g_autofree char *href =
		        g_strdup_printf("%s/users/%" G_GUINT64_FORMAT, req->prefix, user->user_id);
		page_item_set(item, "name", user->name);
		page_item_set(item, "since", since);
		page_item_set(item, "href", href);
	}
}

void mailbox_page_servers(Request *req, const Setting *setting, const char *node)
{
	const struct {
		const MailServer *server;
		const char *name, *purpose;
	} servers[] = {
	        {&setting->imap, "IMAP", "access.receive"},
	        {&setting->pop3, "POP3", "access.receive_pop3"},
	        {&setting->smtp, "SMTP", "access.send"},
	};
	HDF *list = page_node(req, node);

	for (guint i = 0; i < G_N_ELEMENTS(servers); i++) {
		const MailServer *server = servers[i].server;
		HDF *item = page_item(list, i);
		g_autofree char *port = g_strdup_printf("%" G_GUINT64_FORMAT, server->port);
		const char *security =
		        text(req, strcmp(server->security, "starttls") == 0 ? "access.starttls"
		                                                            : "access.tls");
		g_autofree char *line =
		        text_with(req, "access.server_line", server->host, port, security, NULL);
		page_item_set(item, "purpose", text(req, servers[i].purpose));
		page_item_set(item, "name", servers[i].name);
		page_item_set(item, "host", server->host);
		page_item_set(item, "port", port);
		page_item_set(item, "security", security);
		page_item_set(item, "text", line);
	}
}

static void fill_aliases(Request *req, const GPtrArray *aliases)
{
	HDF *list = page_node(req, "aliases");
	for (guint i = 0; i < aliases->len; i++) {
		const MailboxAlias *alias = aliases->pdata[i];
		HDF *item = page_item(list, i);
		page_item_set_number(item, "id", alias->id);
		page_item_set_address(item, "address", alias->address);
	}
}

char *mailbox_page_joined(const GPtrArray *list, gsize offset)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < list->len; i++)
		g_string_append_printf(out, "%s%s", i > 0 ? ", " : "",
		        G_STRUCT_MEMBER(const char *, list->pdata[i], offset));
	return g_string_free(out, list->len == 0);
}

char *mailbox_page_usage_text(Request *req, const Mailbox *mailbox)
{
	g_autofree char *used = format_bytes(req, mailbox->bytes);
	g_autofree char *limit = format_bytes(req, mailbox->quota_mb * 1024 * 1024);

	return mailbox->quota_mb > 0 ? text_with(req, "mailbox.usage_of", used, limit, NULL)
	                             : text_with(req, "mailbox.usage", used, NULL);
}

void mailbox_page_usage(Request *req, const Mailbox *mailbox)
{
	g_autofree char *usage = mailbox_page_usage_text(req, mailbox);

	page_set(req, "m.usage", usage);
	if (mailbox->quota_mb > 0) {
		g_autofree char *percent = format_percent(mailbox->bytes, mailbox->quota_mb);
		page_set(req, "m.percent", percent);
	}
}

static void fill_last_login(Request *req, guint64 last_login)
{
	if (last_login == 0) {
		page_set(req, "m.last_login", text(req, "mailbox.no_login"));
		return;
	}
	g_autofree char *when = format_date_time(req, last_login * G_USEC_PER_SEC);
	g_autofree char *last = text_with(req, "mailbox.last_login", when, NULL);
	page_set(req, "m.last_login", last);
}

gboolean mailbox_page_waits(Request *req, const Mailbox *mailbox, GError **error)
{
	gboolean waiting = FALSE;

	if (!task_is_waiting(req->db, "kick", mailbox->id, &waiting, error))
		return FALSE;
	page_set_flag(req, "m.waits", waiting);
	return TRUE;
}

static gboolean show_deleted(Request *req, int status, const Mailbox *mailbox, GError **error)
{
	g_autofree char *since = format_date_time(req, mailbox->deleted_at);
	g_autofree char *until = format_date(req, mailbox->deleted_at + MAILBOX_RESTORE_US);
	g_autofree char *deleted = text_with(req, "mailbox.deleted", since, until, NULL);

	if (!mailbox_page_waits(req, mailbox, error))
		return FALSE;
	page_set(req, "m.deleted", deleted);
	page_set_number(req, "f.version", mailbox->version);
	return page_send(req, status, "mailbox.cst", error);
}

/* detail is taken; NULL: it couldn't be read. */
static gboolean show_live(
        Request *req, int status, const Mailbox *mailbox, MailboxDetail *taken, GError **error)
{
	g_autoptr(MailboxDetail) detail = taken;
	const Setting *setting = detail != NULL ? office_setting(req, error) : NULL;

	if (setting == NULL || !ways_page_fill(req, mailbox, detail, error))
		return FALSE;
	fill_aliases(req, detail->aliases);
	fill_without(req, detail->without);
	g_autofree char *sees = recipients_see(req, mailbox, detail->users);
	page_set(req, "m.sees", sees);
	page_set_flag(req, "m.domain_inactive", !mailbox->domain_active);
	page_set_flag(req, "m.known", mailbox->known);
	mailbox_page_usage(req, mailbox);
	fill_last_login(req, MAX(mailbox->last_login, detail->own_login));
	fill_people(req, detail->users);
	mailbox_page_servers(req, setting, "servers");
	g_autofree char *absence = absence_page_state(
	        req, mailbox->absent, mailbox->absent_from, mailbox->absent_until);
	page_set_flag(req, "m.absent", mailbox->absent);
	page_set(req, "absence", absence != NULL ? absence : text(req, "absence.off"));
	return page_send(req, status, "mailbox.cst", error);
}

static void begin_mailbox(Request *req, const Mailbox *mailbox)
{
	mailbox_page_begin(req, mailbox, "mailbox.title", NULL);
	page_set(req, "label.address", text(req, "mailbox.alias_add"));
}

gboolean mailbox_page_show(Request *req, int status, const Mailbox *mailbox, GError **error)
{
	begin_mailbox(req, mailbox);
	return mailbox->deleted ? show_deleted(req, status, mailbox, error)
	                        : show_live(req, status, mailbox,
	                                  mailbox_detail_load(req->db, mailbox->id, error), error);
}

gboolean mailbox_page_show_opened(Request *req, MailboxOpened *opened, GError **error)
{
	const Mailbox *mailbox = opened->mailbox;

	begin_mailbox(req, mailbox);
	return mailbox->deleted
	               ? show_deleted(req, 200, mailbox, error)
	               : show_live(req, 200, mailbox,
	                         mailbox_detail_complete(req->db, mailbox->id, opened->has_more,
	                                 g_steal_pointer(&opened->users), error),
	                         error);
}

/* The words for a reply (RFC 5321 4.2.1, RFC 3463). */
static const char *reply_key(const SmtpReply *reply)
{
	if (reply->code < 400)
		return "delivery.taken";
	if (strcmp(reply->enhanced, "5.2.1") == 0)
		return "delivery.disabled";
	if (strcmp(reply->enhanced, "5.1.1") == 0)
		return "delivery.unknown";
	if (strcmp(reply->enhanced, "4.2.2") == 0 || strcmp(reply->enhanced, "5.2.2") == 0)
		return "delivery.full";
	return reply->code < 500 ? "delivery.later" : "delivery.refused";
}

void mailbox_page_delivery(Request *req, const SmtpReply *reply)
{
	if (reply == NULL) {
		page_set(req, "delivery.text", text(req, "delivery.no_answer"));
		return;
	}
	page_set(req, "delivery.text", text(req, reply_key(reply)));
	page_set(req, "delivery.reply", reply->text);
	page_set_flag(req, "delivery.ok", reply->code < 400);
}
