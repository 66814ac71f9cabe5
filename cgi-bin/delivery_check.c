/* delivery_check.c: Zustellung prüfen: what the office's own mail server says about an address. */
#include "cgi-bin/access_page.h"
#include "cgi-bin/mailbox_page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/ways_page.h"
#include "lib/mail/smtp_probe.h"

gboolean delivery_check_save(Request *req, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_page_load(req, error);
	g_autoptr(GError) failure = NULL;

	if (mailbox == NULL)
		return FALSE;
	g_autoptr(SmtpReply) reply = smtp_probe(req->app->config->check_host,
	        req->app->config->check_port, mailbox->address, &failure);
	if (reply == NULL)
		request_log(req, "delivery_check_failed", failure->message);
	mailbox_page_delivery(req, reply);
	if (reply != NULL && !ways_page_goes(req, mailbox->id, error))
		return FALSE;
	if (!request_is_admin(req))
		return access_page_show(req, mailbox, NULL, error);
	mailbox_page_fields(req, mailbox);
	return mailbox_page_show(req, 200, mailbox, error);
}
