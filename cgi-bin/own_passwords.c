/* own_passwords.c: Eigene Passwörter of a mailbox: a user's, one a device, made here and seen once;
 * administrators see whose there are, and can revoke them. */
#include <string.h>

#include "cgi-bin/access_data.h"
#include "cgi-bin/access_page.h"
#include "cgi-bin/field.h"
#include "cgi-bin/format.h"
#include "cgi-bin/mailbox_page.h"
#include "cgi-bin/office_setting.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/error.h"
#include "lib/base/password.h"
#include "lib/base/token.h"
#include "lib/mailbox/access_link.h"
#include "lib/mailbox/mailbox_right.h"
#include "lib/mailbox/own_password.h"

#define MAX_NAME (4 * OWN_PASSWORD_NAME_MAX)

/* When and by what it was used last, in words. Free: g_free(). */
static char *last_use(Request *req, const OwnPassword *one)
{
	static const char *const services[] = {"IMAP", "POP3", "SMTP"};
	guint last = 0;

	for (guint i = 1; i < G_N_ELEMENTS(services); i++)
		if (one->at[i] > one->at[last])
			last = i;
	if (one->at[last] == 0)
		return g_strdup(text(req, "own.never"));
	g_autofree char *when = format_date_time(req, one->at[last]);
	return text_with(req, "own.used", when, services[last], NULL);
}

/* All of them for an administrator, the own ones for everybody else. */
static gboolean fill_own_passwords(Request *req, const Mailbox *mailbox, GError **error)
{
	guint64 own = request_is_admin(req) ? 0 : req->session->user_id;
	g_autoptr(GPtrArray) list = own_password_list(req->db, mailbox->id, own, error);

	if (list == NULL)
		return FALSE;
	HDF *rows = page_node(req, "own");
	for (guint i = 0; i < list->len; i++) {
		const OwnPassword *one = list->pdata[i];
		HDF *item = page_item(rows, i);
		g_autofree char *made = format_date_time(req, one->made_at);
		g_autofree char *used = last_use(req, one);
		page_item_set_number(item, "id", one->id);
		page_item_set(item, "name", one->name);
		page_item_set(item, "user", one->user);
		page_item_set(item, "made", made);
		page_item_set(item, "used", used);
	}
	return TRUE;
}

static gboolean show_own(Request *req, int status, const Mailbox *mailbox, GError **error)
{
	int assigned = mailbox_right_assigned(req->db, req->session->user_id, mailbox->id, error);

	if (assigned < 0 || !fill_own_passwords(req, mailbox, error))
		return FALSE;
	mailbox_page_begin(req, mailbox, "own.title", text(req, "own.head"));
	page_set(req, "label.name", text(req, "own.device"));
	page_set_flag(req, "mine", assigned > 0);
	page_set_flag(req, "all", request_is_admin(req));
	page_set_flag(req, "m.own_only", mailbox->own_only);
	return page_send(req, status, "own_passwords.cst", error);
}

gboolean own_passwords_show(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_page_load(req, error);

	return mailbox != NULL && show_own(req, 200, mailbox, error);
}

/* With everything that the device needs. */
static gboolean show_made(
        Request *req, const Mailbox *mailbox, const char *password, GError **error)
{
	const Setting *setting = office_setting(req, error);

	if (setting == NULL || !access_data_fill(req, mailbox, setting, password == NULL, error))
		return FALSE;
	page_set(req, "made", field_line(req, "name", MAX_NAME));
	page_set_flag(req, "page.done", TRUE);
	page_set(req, "password", password);
	return show_own(req, 200, mailbox, error);
}

static gboolean make_device_link(
        Request *req, const Mailbox *mailbox, const char *name, GError **error)
{
	Actor actor = request_actor(req);
	g_autofree char *token = token_new();
	guint64 expires_at = 0;

	if (!own_password_check_name(name, error) ||
	        !access_link_create_own(req->db, &actor, mailbox, name, token, &expires_at, error))
		return FALSE;
	access_page_link(req, expires_at, token);
	return TRUE;
}

/* A form that can't be taken (422), or what else went wrong. */
static gboolean refuse(Request *req, const Mailbox *mailbox, GError **failure, GError **error)
{
	if (*failure != NULL && !field_take_error(req, failure)) {
		g_propagate_error(error, g_steal_pointer(failure));
		return FALSE;
	}
	page_keep_typed(req);
	return show_own(req, 422, mailbox, error);
}

gboolean own_passwords_save(Request *req, GError **error)
{
	static const char *const deliveries[] = {"page", "link", NULL};
	g_autoptr(Mailbox) mailbox = mailbox_page_load(req, error);
	g_autoptr(GError) failure = NULL;
	Actor actor = request_actor(req);

	if (mailbox == NULL)
		return FALSE;
	const char *name = field_line(req, "name", MAX_NAME);
	const char *delivery = form_find(req->form, "delivery") != NULL
	                               ? field_choice(req, "delivery", deliveries)
	                               : deliveries[0];
	if (field_has_errors(req))
		return refuse(req, mailbox, &failure, error);
	if (strcmp(delivery, "link") == 0)
		return make_device_link(req, mailbox, name, &failure)
		               ? show_made(req, mailbox, NULL, error)
		               : refuse(req, mailbox, &failure, error);
	char *password = own_password_make(req->db, &actor, mailbox->id, name, FALSE, &failure);
	if (password == NULL)
		return refuse(req, mailbox, &failure, error);
	gboolean ok = show_made(req, mailbox, password, error);
	password_free(password);
	return ok;
}

gboolean own_password_revoke_save(Request *req, GError **error)
{
	guint64 own = request_is_admin(req) ? 0 : req->session->user_id;
	Actor actor = request_actor(req);

	return own_password_revoke(req->db, &actor, req->ids[0], req->ids[1], own, error) &&
	       page_redirect(
	               req, "own_revoked", "/my/%" G_GUINT64_FORMAT "/passwords", req->ids[0]);
}
