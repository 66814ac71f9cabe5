/* access_page.c: shows Zugangsdaten: servers, password, and what was sent to whom. */
#include "cgi-bin/access_page.h"

#include "cgi-bin/access_data.h"
#include "cgi-bin/format.h"
#include "cgi-bin/mailbox_page.h"
#include "cgi-bin/office_setting.h"
#include "cgi-bin/page.h"
#include "cgi-bin/qr.h"
#include "cgi-bin/text.h"
#include "cgi-bin/ways_page.h"
#include "lib/base/error.h"
#include "lib/mailbox/mailbox_right.h"

const char *access_page_key(const KeyRing *ring, const Mailbox *mailbox)
{
	if (keyring_is_empty(ring))
		return "none";
	if (!mailbox->sealed)
		return "unknown";
	return keyring_has(ring, mailbox->key_id) ? NULL : "lost";
}

gboolean access_page_no_key(Request *req, GError **failure)
{
	if (g_strcmp0(ps_error_reason(*failure), "no_key") != 0)
		return FALSE;
	g_clear_error(failure);
	page_set(req, "no_key", text(req, "error.new_password.no_key"));
	return TRUE;
}

GPtrArray *access_page_sent(Request *req, const Mailbox *mailbox, GError **error)
{
	return access_link_list(
	        req->db, mailbox->id, request_is_admin(req) ? 0 : req->session->user_id, error);
}

char *access_page_state(Request *req, const AccessSent *sent)
{
	static const char *const states[] = {
	        [ACCESS_FAILED] = "sent.failed",
	        [ACCESS_PLAIN] = "sent.plain",
	        [ACCESS_WAITS] = "sent.waits",
	        [ACCESS_OPENED] = "sent.opened",
	        [ACCESS_EXPIRED] = "sent.expired",
	        [ACCESS_VOID] = "sent.void",
	        [ACCESS_BOUNCED] = "sent.bounced",
	};
	g_autofree char *at = format_date_time(req, sent->state_at);

	return text_with(req, states[sent->state], at, NULL);
}

static gboolean fill_sent(Request *req, const Mailbox *mailbox, GError **error)
{
	g_autoptr(GPtrArray) list = access_page_sent(req, mailbox, error);

	if (list == NULL)
		return FALSE;
	HDF *rows = page_node(req, "sent");
	for (guint i = 0; i < list->len; i++) {
		const AccessSent *one = list->pdata[i];
		HDF *item = page_item(rows, i);
		g_autofree char *at = format_date_time(req, one->made_at);
		g_autofree char *state = access_page_state(req, one);
		page_item_set(item, "at", at);
		page_item_set_address(item, "recipient", one->recipient);
		page_item_set(item, "actor", one->actor);
		page_item_set(item, "state", state);
	}
	return TRUE;
}

gboolean access_page_vip_notice(Request *req, const Mailbox *mailbox, GError **error)
{
	int assigned = mailbox->vip ? mailbox_right_assigned(
	                                      req->db, req->session->user_id, mailbox->id, error)
	                            : 1;

	page_set_flag(req, "vip_notice", assigned == 0);
	return assigned >= 0;
}

gboolean access_page_show(
        Request *req, const Mailbox *mailbox, const char *password, GError **error)
{
	const Setting *setting = office_setting(req, error);
	g_autoptr(KeyRing) ring =
	        setting != NULL ? keyring_load(req->app->config->key_file, error) : NULL;
	g_autoptr(MailboxDetail) detail =
	        ring != NULL ? mailbox_detail_load(req->db, mailbox->id, error) : NULL;

	if (detail == NULL || !fill_sent(req, mailbox, error) ||
	        !access_page_vip_notice(req, mailbox, error) ||
	        !mailbox_page_waits(req, mailbox, error))
		return FALSE;
	mailbox_page_begin(req, mailbox, "access.title", text(req, "mailbox.access"));
	if (!access_data_fill(req, mailbox, setting, FALSE, error) ||
	        !ways_page_fill(req, mailbox, detail, error))
		return FALSE;
	page_set_flag(req, "m.known", mailbox->known);
	page_set_flag(req, "m.own_only", mailbox->own_only);
	page_set(req, "password", password);
	if (access_page_key(ring, mailbox) != NULL)
		page_set(req, "key", access_page_key(ring, mailbox));
	page_set_flag(req, "check", TRUE);
	return page_send(req, 200, "access.cst", error);
}

void access_page_link(Request *req, guint64 expires_at, const char *token)
{
	g_autofree char *link = g_strconcat(req->app->config->base_url, "/access/", token, NULL);
	g_autofree char *until = format_date_time(req, expires_at);
	g_autofree char *once = text_with(req, "send.once", until, NULL);
	guint size = 0;
	g_autofree char *path = qr_path(link, &size);

	page_set(req, "once", once);
	page_set(req, "link", link);
	page_set(req, "qr.path", path);
	page_set_number(req, "qr.size", size);
}
