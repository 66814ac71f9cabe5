/* first_steps.c: finds out what an office without a mailbox has to do first. */
#include "cgi-bin/first_steps.h"

#include "cgi-bin/domain_options.h"
#include "cgi-bin/office_setting.h"
#include "cgi-bin/page.h"
#include "lib/mailbox/mailbox_list.h"

gboolean first_steps_fill(Request *req, GError **error)
{
	const MailboxFilter all = {.q = "", .after = ""};
	g_autoptr(MailboxPage) page = mailbox_list(req->db, &all, error);
	const Setting *setting = page != NULL ? office_setting(req, error) : NULL;
	guint domains = 0;

	if (setting == NULL || !domain_options_fill(req, "first.dom", 0, TRUE, &domains, error))
		return FALSE;
	if (page->rows->len > 0)
		return TRUE;
	page_set_flag(req, "first.any", TRUE);
	page_set_flag(req, "first.settings", *setting->office_name == '\0');
	page_set_flag(req, "first.domain", domains == 0);
	return TRUE;
}
