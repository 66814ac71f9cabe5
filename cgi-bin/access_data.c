/* access_data.c: fills address, name, servers and steps, the same for pages and the mail. */
#include "cgi-bin/access_data.h"

#include <string.h>

#include "cgi-bin/client_steps.h"
#include "cgi-bin/mailbox_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/text.h"
#include "lib/base/address_readable.h"
#include "lib/mailbox/sender_name.h"

gboolean access_data_fill(
        Request *req, const Mailbox *mailbox, const Setting *setting, gboolean link, GError **error)
{
	g_autofree char *address = address_readable(mailbox->address);
	g_autoptr(GPtrArray) users = mailbox_users(req->db, mailbox->id, error);
	const char *name = NULL;

	if (users == NULL)
		return FALSE;
	if (sender_name_rule(mailbox->email_name, users, &name) != SENDER_NAME_FIXED)
		name = NULL;
	page_set(req, "m.address", address);
	if (strcmp(address, mailbox->address) != 0) {
		g_autofree char *help = text_with(req, "access.ascii", mailbox->address, NULL);
		page_set(req, "m.ascii", mailbox->address);
		page_set(req, "m.ascii_help", help);
	}
	page_set(req, "m.name", name);
	if (*setting->webmail_url != '\0')
		page_set(req, "webmail.href", setting->webmail_url);
	mailbox_page_servers(req, setting, "servers");
	client_steps_page(req, address, name, link);
	return TRUE;
}
