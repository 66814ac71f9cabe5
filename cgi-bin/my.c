/* my.c: Meine Postfächer: the mailboxes that the signed-in user is assigned to, and what the users
 * of VIP mailboxes and administrators are told. */
#include <string.h>

#include "cgi-bin/absence_page.h"
#include "cgi-bin/field.h"
#include "cgi-bin/first_steps.h"
#include "cgi-bin/format.h"
#include "cgi-bin/mailbox_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pager.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/address.h"
#include "lib/office/notice.h"

static void fill_own(Request *req, HDF *item, const Mailbox *mailbox)
{
	page_item_set_number(item, NULL, mailbox->id);
	page_item_set_address(item, "a", mailbox->address);
	if (*mailbox->email_name != '\0')
		page_item_set(item, "n", mailbox->email_name);
	if (!mailbox->active || !mailbox->domain_active)
		page_item_set(item, "x", "1");
	if (mailbox->vip)
		page_item_set(item, "v", "1");
	page_item_take(item, "s", mailbox_page_usage_text(req, mailbox));
	if (mailbox->quota_mb > 0)
		page_item_take(item, "p", format_percent(mailbox->bytes, mailbox->quota_mb));
	page_item_take(item, "o",
	        absence_page_state(
	                req, mailbox->absent, mailbox->absent_from, mailbox->absent_until));
}

static char *own_cursor(gconstpointer row)
{
	return g_strdup(((const Mailbox *)row)->address);
}

static gboolean fill_all_own(Request *req, GError **error)
{
	ListAt at = pager_at(req, ADDRESS_MAX);
	g_autoptr(ListPage) page = mailbox_of_user(req->db, req->session->user_id, &at, error);

	if (page == NULL)
		return FALSE;
	HDF *list = page_node(req, "r");
	for (guint i = 0; i < page->rows->len; i++)
		fill_own(req, page_item(list, i), page->rows->pdata[i]);
	pager_fill_page(req, "/my", page, &at, own_cursor);
	return TRUE;
}

static const char *notice_actor(Request *req, const Notice *notice)
{
	if (*notice->actor != '\0')
		return notice->actor;
	return text(req,
	        strcmp(notice->kind, NOTICE_SEND_LIMIT) == 0 ? "my.by_itself" : "my.command_line");
}

static gboolean fill_notices(Request *req, GError **error)
{
	g_autoptr(GPtrArray) notices = notice_list(
	        req->db, req->session->user_id, pager_number(req, "told_before"), error);

	if (notices == NULL)
		return FALSE;
	HDF *list = page_node(req, "notices");
	for (guint i = 0; i < MIN(notices->len, NOTICE_PAGE); i++) {
		const Notice *notice = notices->pdata[i];
		HDF *item = page_item(list, i);
		g_autofree char *when = format_date_time(req, notice->at);
		g_autofree char *key = g_strconcat("notice.", notice->kind, NULL);
		g_autofree char *what = text_with(req, key, notice->person, NULL);
		page_item_set(item, "t", when);
		page_item_set_address(item, "a", notice->address);
		page_item_set(item, "w", what);
		page_item_set(item, "u", notice_actor(req, notice));
		if (!notice->is_deleted && (notice->is_own || req->session->is_admin))
			page_item_take(item, "href",
			        g_strdup_printf("%s/mailboxes/%" G_GUINT64_FORMAT "/access",
			                req->prefix, notice->mailbox_id));
	}
	if (notices->len > NOTICE_PAGE)
		page_setf(req, "older_href", "%s/my?told_before=%" G_GUINT64_FORMAT, req->prefix,
		        ((const Notice *)notices->pdata[NOTICE_PAGE - 1])->id);
	return TRUE;
}

gboolean my_show(Request *req, GError **error)
{
	page_begin(req, AREA_MY, text(req, "nav.my"));
	if (!fill_all_own(req, error) || !fill_notices(req, error))
		return FALSE;
	if (hdf_get_obj(req->hdf, "r.0") == NULL && req->session->is_admin &&
	        !first_steps_fill(req, error))
		return FALSE;
	return page_send(req, 200, "my.cst", error);
}
