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

static gboolean fill_all_own(Request *req, GError **error)
{
	const char *after = query_line(req, "after", ADDRESS_MAX);
	g_autoptr(GPtrArray) mailboxes = mailbox_of_user(
	        req->db, req->session->user_id, g_str_is_ascii(after) ? after : "", error);

	if (mailboxes == NULL)
		return FALSE;
	HDF *list = page_node(req, "r");
	for (guint i = 0; i < MIN(mailboxes->len, LIST_PAGE); i++)
		fill_own(req, page_item(list, i), mailboxes->pdata[i]);
	const Mailbox *last = mailboxes->len > LIST_PAGE ? mailboxes->pdata[LIST_PAGE - 1] : NULL;
	pager_fill(req, "/my", *after == '\0', last != NULL ? last->address : NULL, NULL);
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
	guint64 before = 0;

	g_ascii_string_to_unsigned(query_line(req, "before", 20), 10, 1, G_MAXINT64, &before, NULL);
	g_autoptr(GPtrArray) notices = notice_list(req->db, req->session->user_id, before, error);
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
	}
	if (notices->len > NOTICE_PAGE)
		page_setf(req, "older_href", "%s/my?before=%" G_GUINT64_FORMAT, req->prefix,
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
