/* links.c: the start page, and the pages of plain links that the breadcrumbs lead over. */
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"

typedef struct {
	const char *key, *path;
	gboolean admin; /* only administrators may go there */
} Link;

gboolean start_show(Request *req, GError **error)
{
	(void)error;
	return page_redirect(req, NULL, request_is_admin(req) ? "/mailboxes" : "/my");
}

static gboolean show_links(
        Request *req, const char *title, const Link *links, gsize count, GError **error)
{
	HDF *list = page_node(req, "links");
	guint shown = 0;

	for (gsize i = 0; i < count; i++) {
		if (links[i].admin && !request_is_admin(req))
			continue;
		HDF *item = page_item(list, shown++);
		g_autofree char *href = g_strconcat(req->prefix, links[i].path, NULL);
		page_item_set(item, "href", href);
		page_item_set(item, "text", text(req, links[i].key));
	}
	page_set(req, "page.title", title);
	return page_send(req, 200, "links.cst", error);
}

gboolean extras_show(Request *req, GError **error)
{
	static const Link links[] = {
	        {"nav.settings", "/settings", FALSE},
	        {"nav.users", "/users", TRUE},
	        {"nav.domains", "/domains", TRUE},
	        {"nav.changes", "/changes", TRUE},
	        {"health.title", "/status", TRUE},
	        {"help.title", "/help", FALSE},
	};

	page_begin(req, AREA_NONE, text(req, "nav.extras"));
	page_crumb(req, text(req, "nav.extras"), NULL);
	return show_links(req, text(req, "nav.extras"), links, G_N_ELEMENTS(links), error);
}

gboolean settings_show(Request *req, GError **error)
{
	static const Link links[] = {
	        {"nav.base_settings", "/mailboxes", TRUE},
	        {"health.title", "/status", TRUE},
	        {"nav.account", "/account", FALSE},
	};

	page_begin(req, AREA_NONE, text(req, "nav.settings"));
	page_crumb(req, text(req, "nav.extras"), "/extras");
	page_crumb(req, text(req, "nav.settings"), NULL);
	return show_links(req, text(req, "nav.settings"), links, G_N_ELEMENTS(links), error);
}
