/* profile.c: the configuration profile for iPhone, iPad and Mac, behind the session or a one-time
 * link. It holds no password (the device asks), but the display name.
 */
#include "cgi-bin/client_setup.h"
#include "cgi-bin/error_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "lib/base/cms.h"
#include "lib/base/error.h"
#include "lib/mailbox/access_link.h"
#include "lib/mailbox/sender_name.h"

#define TYPE "application/x-apple-aspen-config"

/*
 * A UUID that is always the same for a name (RFC 4122 4.3, version 5), so that a profile that is
 * loaded again replaces the old one. Free: g_free().
 */
static char *stable_uuid(const char *name)
{
	/* of Poststelle's profiles */
	static const guint8 space[16] = {0x5c, 0x0b, 0x21, 0xd4, 0x8e, 0x37, 0x4f, 0x6a, 0x9b, 0x10,
	        0x7d, 0x52, 0xe6, 0xc3, 0x48, 0xaf};
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
	guint8 u[20];
	gsize size = sizeof(u);

	g_checksum_update(sum, space, sizeof(space));
	g_checksum_update(sum, (const guchar *)name, -1);
	g_checksum_get_digest(sum, u, &size);
	u[6] = (guint8)((u[6] & 0x0f) | 0x50);
	u[8] = (guint8)((u[8] & 0x3f) | 0x80);
	return g_strdup_printf(
	        "%02X%02X%02X%02X-%02X%02X-%02X%02X-%02X%02X-%02X%02X%02X%02X%02X%02X", u[0], u[1],
	        u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13], u[14],
	        u[15]);
}

static void set_ids(Request *req, const Mailbox *mailbox)
{
	g_autofree char *outer = g_strdup_printf(
	        "%s/mailboxes/%" G_GUINT64_FORMAT, req->app->config->base_url, mailbox->id);
	g_autofree char *inner = g_strconcat(outer, "#mail", NULL);
	g_autofree char *outer_uuid = stable_uuid(outer);
	g_autofree char *inner_uuid = stable_uuid(inner);

	page_setf(req, "id", "poststelle.mailbox.%s", outer_uuid);
	page_set(req, "uuid", outer_uuid);
	page_set(req, "mail_uuid", inner_uuid);
}

/* Signed (CMS, DER, the content inside) if the machine has a certificate for it. */
static gboolean send(Request *req, const Mailbox *mailbox, const GString *body, GError **error)
{
	const Config *config = req->app->config;
	g_autofree char *name =
	        g_strdup_printf("Content-Disposition: attachment; filename=\"%s.mobileconfig\"\r\n",
	                mailbox->address);

	if (*config->sign_certificate == '\0' || *config->sign_key == '\0')
		return page_send_raw(req, 200, TYPE, name, body->str, body->len);
	g_autoptr(GBytes) content = g_bytes_new_static(body->str, body->len);
	g_autoptr(GBytes) signed_body =
	        cms_sign(content, config->sign_certificate, config->sign_key, error);
	gsize size;
	if (signed_body == NULL)
		return FALSE;
	const char *octets = g_bytes_get_data(signed_body, &size);
	return page_send_raw(req, 200, TYPE, name, octets, size);
}

static gboolean send_profile(Request *req, guint64 mailbox_id, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_load_live(req->db, mailbox_id, error);
	const char *name = NULL;

	if (mailbox == NULL)
		return FALSE;
	g_autoptr(GPtrArray) users = mailbox_users(req->db, mailbox->id, error);
	g_autoptr(Setting) setting = users != NULL ? setting_load(req->db, error) : NULL;
	if (setting == NULL)
		return FALSE;
	sender_name_rule(mailbox->email_name, users, &name);
	if (name != NULL && *name != '\0')
		client_setup_set(req, "name", name);
	page_set(req, "address", mailbox->address);
	page_set_address(req, "shown", mailbox->address);
	set_ids(req, mailbox);
	client_setup_servers(req, setting);
	g_autoptr(GString) body = page_render(req, "profile.cst", error);
	return body != NULL && send(req, mailbox, body, error);
}

gboolean profile_show(Request *req, GError **error)
{
	return send_profile(req, req->ids[0], error);
}

gboolean profile_link_show(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	AccessLink link;

	if (access_link_find(req->db, req->token, &link, &failure))
		return send_profile(req, link.mailbox_id, error);
	if (!g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	error_page_text(req, 404, "page.link");
	return TRUE;
}
