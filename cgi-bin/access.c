/* access.c: Zugangsdaten: servers, showing the password, making a new one. */
#include "cgi-bin/access_page.h"
#include "cgi-bin/field.h"
#include "cgi-bin/mailbox_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "lib/base/error.h"
#include "lib/base/password.h"
#include "lib/mailbox/access_link.h"
#include "lib/mailbox/mailbox_password.h"
#include "lib/mailbox/mailbox_right.h"
#include "lib/mailbox/mailbox_secret.h"
#include "lib/office/setting.h"

Mailbox *access_page_mailbox(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_load(req->db, req->ids[0], error);

	if (mailbox == NULL || !mailbox->deleted)
		return g_steal_pointer(&mailbox);
	g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "the mailbox is deleted");
	return NULL;
}

const char *access_page_key(const KeyRing *ring, const Mailbox *mailbox)
{
	if (keyring_is_empty(ring))
		return "none";
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

/* What was sent, to whom, and whether it was opened: an administrator sees all, others their own.
 */
static gboolean fill_sent(Request *req, const Mailbox *mailbox, GError **error)
{
	static const char *const states[] = {
	        [ACCESS_FAILED] = "sent.failed",
	        [ACCESS_PLAIN] = "sent.plain",
	        [ACCESS_WAITS] = "sent.waits",
	        [ACCESS_OPENED] = "sent.opened",
	        [ACCESS_EXPIRED] = "sent.expired",
	        [ACCESS_VOID] = "sent.void",
	};
	g_autoptr(GPtrArray) list = access_link_list(
	        req->db, mailbox->id, request_is_admin(req) ? 0 : req->session->user_id, error);

	if (list == NULL)
		return FALSE;
	HDF *rows = page_node(req, "sent");
	for (guint i = 0; i < list->len; i++) {
		const AccessSent *one = list->pdata[i];
		HDF *item = page_item(rows, i);
		g_autofree char *at = page_date_time(req, one->made_at);
		g_autofree char *state_at = page_date_time(req, one->state_at);
		g_autofree char *state = text_with(req, states[one->state], state_at, NULL);
		page_item_set(item, "at", at);
		page_item_set(item, "recipient", one->recipient);
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
	gboolean known = FALSE;
	g_autoptr(Setting) setting = setting_load(req->db, error);
	g_autoptr(KeyRing) ring =
	        setting != NULL ? keyring_load(req->app->config->key_file, error) : NULL;

	if (ring == NULL || !mailbox_secret_known(req->db, mailbox->id, &known, error) ||
	        !fill_sent(req, mailbox, error) || !access_page_vip_notice(req, mailbox, error) ||
	        !mailbox_page_waits(req, mailbox, error))
		return FALSE;
	mailbox_page_begin(req, mailbox, "access.title", text(req, "mailbox.access"));
	mailbox_page_servers(req, setting, "servers");
	page_set_flag(req, "m.known", known);
	page_set(req, "password", password);
	if (access_page_key(ring, mailbox) != NULL)
		page_set(req, "key", access_page_key(ring, mailbox));
	page_set_flag(req, "check", TRUE);
	return page_send(req, 200, "access.cst", error);
}

gboolean access_show(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = access_page_mailbox(req, error);

	return mailbox != NULL && access_page_show(req, mailbox, NULL, error);
}

gboolean access_password(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = access_page_mailbox(req, error);
	g_autoptr(GError) failure = NULL;

	if (mailbox == NULL)
		return FALSE;
	g_autoptr(KeyRing) ring = keyring_load(req->app->config->key_file, error);
	if (ring == NULL)
		return FALSE;
	Actor actor = request_actor(req);
	char *password = mailbox_password_show(req->db, ring, &actor, mailbox, &failure);
	if (g_error_matches(failure, PS_ERROR, PS_ERROR_INTERNAL)) {
		/* Moved from another mailbox, or changed. */
		request_log(req, "seal_broken", failure->message);
		page_set(req, "key", "broken");
	} else if (failure != NULL && !g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE; /* without the key the page says so */
	}
	gboolean ok = access_page_show(req, mailbox, password, error);
	password_free(password);
	return ok;
}

static gboolean show_new_password(Request *req, int status, const Mailbox *mailbox, GError **error)
{
	g_autoptr(GPtrArray) users = mailbox_users(req->db, mailbox->id, error);

	if (users == NULL)
		return FALSE;
	g_autofree char *names = mailbox_page_joined(users, G_STRUCT_OFFSET(MailboxUser, name));
	mailbox_page_begin(req, mailbox, "new_password.title", text(req, "access.new"));
	page_set_number(req, "f.version", mailbox->version);
	if (names != NULL) {
		g_autofree char *line = text_with(req, "new_password.users", names, NULL);
		page_set(req, "users", line);
	}
	page_set_flag(req, "conflict", status == 409);
	return page_send(req, status, "new_password.cst", error);
}

gboolean new_password_show(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = access_page_mailbox(req, error);

	return mailbox != NULL && show_new_password(req, 200, mailbox, error);
}

gboolean new_password_save(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = access_page_mailbox(req, error);
	g_autoptr(GError) failure = NULL;

	if (mailbox == NULL)
		return FALSE;
	g_autoptr(KeyRing) ring = keyring_load(req->app->config->key_file, error);
	if (ring == NULL)
		return FALSE;
	Actor actor = request_actor(req);
	if (mailbox_password_new(req->db, ring, &actor, mailbox->id, field_version(req), &failure))
		return page_redirect(req, "password_new", "/mailboxes/%" G_GUINT64_FORMAT "/access",
		        mailbox->id);
	if (g_error_matches(failure, PS_ERROR, PS_ERROR_CONFLICT))
		return show_new_password(req, 409, mailbox, error);
	if (access_page_no_key(req, &failure))
		return show_new_password(req, 422, mailbox, error);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}
