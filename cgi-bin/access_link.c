/* access_link.c: what a one-time link of access data leads to. Who holds the link needs no
 * sign-in; opening the page changes nothing (mail scanners do that), only the button shows the
 * password, once.
 */
#include "lib/mailbox/access_link.h"

#include "cgi-bin/access_data.h"
#include "cgi-bin/error_page.h"
#include "cgi-bin/guard.h"
#include "cgi-bin/language_switch.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/address_readable.h"
#include "lib/base/error.h"
#include "lib/base/password.h"
#include "lib/office/setting.h"

/* Unknown, expired and void links look alike. */
static gboolean link_gone(Request *req)
{
	error_page_text(req, 404, "page.link");
	return TRUE;
}

/* opened: the password was shown before; password: it is shown now. */
static gboolean show_link(
        Request *req, int status, const AccessLink *link, const char *password, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_load(req->db, link->mailbox_id, error);
	g_autoptr(Setting) setting = mailbox != NULL ? setting_load(req->db, error) : NULL;

	if (setting == NULL || !guard_form_token(req, error))
		return FALSE;
	g_autofree char *address = address_readable(mailbox->address);
	g_autofree char *title = text_with(req, "link.title", address, NULL);
	page_begin(req, AREA_NONE, title);
	page_crumb(req, title, NULL);
	page_set(req, "token", req->token);
	page_set(req, "password", password);
	/* The password is shown once: no link that takes it away. */
	if (req->session == NULL && password == NULL)
		language_switch_fill(req, req->path, "");
	page_set_flag(req, "opened", link->opened && password == NULL);
	if (*setting->office_name != '\0')
		page_set(req, "office", setting->office_name);
	if (*setting->contact != '\0') {
		g_autofree char *questions =
		        text_with(req, "mail.questions", setting->contact, NULL);
		page_set(req, "questions", questions);
	}
	return access_data_fill(req, mailbox, setting, TRUE, error) &&
	       page_send(req, status, "access_link.cst", error);
}

gboolean access_link_show(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	AccessLink link = {0};

	if (access_link_find(req->db, req->token, &link, &failure))
		return show_link(req, link.opened ? 410 : 200, &link, NULL, error);
	if (g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND))
		return link_gone(req);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

gboolean access_link_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(KeyRing) ring = keyring_load(req->app->config->key_file, error);
	AccessLink link = {0};

	if (ring == NULL)
		return FALSE;
	char *password = access_link_open(req->db, ring, req->token, &failure);
	if (password == NULL && !g_error_matches(failure, PS_ERROR, PS_ERROR_CONFLICT)) {
		if (g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND))
			return link_gone(req);
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	gboolean ok = access_link_find(req->db, req->token, &link, error) &&
	              show_link(req, password != NULL ? 200 : 410, &link, password, error);
	password_free(password);
	return ok;
}
