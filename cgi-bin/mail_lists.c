/* mail_lists.c: Verteiler: the list of them, and a new one. */
#include "lib/mailbox/mail_list.h"

#include "cgi-bin/field.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pager.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/address.h"

#define MAX_TYPED 1000

static void fill_list(Request *req, HDF *item, const MailList *list)
{
	g_autofree char *who = g_strconcat("value.who.", list->who, NULL);

	page_item_set_number(item, "i", list->id);
	page_item_set_address(item, "a", list->address);
	page_item_set_number(item, "c", list->count);
	page_item_set(item, "w", text(req, who));
	page_item_set(item, "x", list->active ? NULL : "1");
}

static gboolean show_lists(Request *req, int status, GError **error)
{
	const char *after = query_line(req, "after", ADDRESS_MAX);
	g_autoptr(GPtrArray) lists =
	        mail_list_page(req->db, g_str_is_ascii(after) ? after : "", error);

	if (lists == NULL)
		return FALSE;
	page_begin(req, AREA_SETTINGS_EMAIL, text(req, "lists.title"));
	page_crumb(req, text(req, "lists.title"), NULL);
	HDF *rows = page_node(req, "r");
	for (guint i = 0; i < MIN(lists->len, LIST_PAGE); i++)
		fill_list(req, page_item(rows, i), lists->pdata[i]);
	const MailList *last = lists->len > LIST_PAGE ? lists->pdata[LIST_PAGE - 1] : NULL;
	pager_fill(req, "/lists", *after == '\0', last != NULL ? last->address : NULL, NULL);
	page_keep_typed(req);
	return page_send(req, status, "lists.cst", error);
}

gboolean mail_lists_show(Request *req, GError **error)
{
	return show_lists(req, 200, error);
}

gboolean mail_lists_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	const char *address = field_line(req, "address", MAX_TYPED);
	Actor actor = request_actor(req);
	guint64 id = 0;

	if (!field_has_errors(req) && mail_list_create(req->db, &actor, address, &id, &failure))
		return page_redirect(req, "list_created", "/lists/%" G_GUINT64_FORMAT, id);
	if (failure != NULL && !field_take_error(req, &failure)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	return show_lists(req, 422, error);
}
