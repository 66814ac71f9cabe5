/* my.c: Meine Postfächer: the mailboxes that the signed-in user is assigned to. */
#include "cgi-bin/absence_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "lib/mailbox.h"

gboolean my_show(Request *req, GError **error)
{
	g_autoptr(GPtrArray) mailboxes = mailbox_of_user(req->db, req->session->user_id, error);

	if (mailboxes == NULL)
		return FALSE;
	page_begin(req, AREA_MY, text(req, "nav.my"));
	HDF *list = page_node(req, "r");
	for (guint i = 0; i < mailboxes->len; i++) {
		const Mailbox *mailbox = mailboxes->pdata[i];
		HDF *item = page_item(list, i);
		g_autofree char *id = g_strdup_printf("%" G_GUINT64_FORMAT, mailbox->id);
		g_autofree char *used = page_bytes(req, mailbox->bytes);
		g_autofree char *limit = page_bytes(req, mailbox->quota_mb * 1024 * 1024);
		g_autofree char *usage =
		        mailbox->quota_mb > 0
		                ? text_with(req, "mailbox.usage_of", used, limit, NULL)
		                : text_with(req, "mailbox.usage", used, NULL);
		page_item_set(item, "i", id);
		page_item_set(item, "a", mailbox->address);
		if (*mailbox->email_name != '\0')
			page_item_set(item, "n", mailbox->email_name);
		if (!mailbox->active || !mailbox->domain_active)
			page_item_set(item, "x", "1");
		g_autofree char *absence = absence_page_state(
		        req, mailbox->absent, mailbox->absent_from, mailbox->absent_until);
		page_item_set(item, "o", absence);
		if (mailbox->vip)
			page_item_set(item, "v", "1");
		page_item_set(item, "s", usage);
	}
	return page_send(req, 200, "my.cst", error);
}
