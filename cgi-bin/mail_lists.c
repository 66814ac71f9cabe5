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

static char *list_cursor(gconstpointer row)
{
	return g_strdup(((const MailList *)row)->address);
}

static gboolean show_lists(Request *req, int status, GError **error)
{
	ListAt at = pager_at(req, ADDRESS_MAX);
	g_autoptr(ListPage) page = mail_list_page(req->db, &at, error);

	if (page == NULL)
		return FALSE;
	page_begin(req, AREA_SETTINGS_EMAIL, text(req, "lists.title"));
	page_crumb(req, text(req, "lists.title"), NULL);
	HDF *rows = page_node(req, "r");
	for (guint i = 0; i < page->rows->len; i++)
		fill_list(req, page_item(rows, i), page->rows->pdata[i]);
	pager_fill_page(req, "/lists", page, &at, list_cursor);
	page_keep_typed(req);
	return page_send(req, status, "lists.cst", error);
}

gboolean mail_lists_show(Request *req, GError **error)
{
	const ListAt at = pager_at(req, ADDRESS_MAX);

	pager_keep(req, "/lists", &at);
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
