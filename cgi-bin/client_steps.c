/* client_steps.c: fills the steps for each mail program, from T.steps.CLIENT.1, .2, ... */
#include "cgi-bin/client_steps.h"

#include "cgi-bin/page.h"
#include "cgi-bin/text.h"

#define MAX_STEPS 9

static const char *const clients[] = {
        "outlook", "iphone", "mac", "android", "thunderbird", "thunderbird_android"};

/* "iphone_link" instead of "iphone" where there is a link. */
static const char *variant(const char *client, gboolean link)
{
	return link && g_str_equal(client, "iphone") ? "iphone_link" : client;
}

void client_steps_page(Request *req, const char *address, const char *name, gboolean link)
{
	HDF *list = page_node(req, "clients");
	g_autofree char *named = name != NULL ? text_with(req, "steps.name", name, NULL)
	                                      : g_strdup(text(req, "steps.own_name"));

	for (guint i = 0; i < G_N_ELEMENTS(clients); i++) {
		HDF *item = page_item(list, i);
		const char *client = variant(clients[i], link);
		g_autofree char *title = g_strdup_printf("steps.%s.name", client);
		page_item_set(item, "name", text(req, title));
		for (guint number = 1; number <= MAX_STEPS; number++) {
			g_autofree char *key = g_strdup_printf("steps.%s.%u", client, number);
			g_autofree char *node = g_strdup_printf("steps.%u", number);
			if (text_or_null(req, key) == NULL)
				break;
			g_autofree char *line = text_with(req, key, address, named, NULL);
			page_item_set(item, node, line);
		}
	}
}

void client_steps_text(Request *req, GString *out)
{
	for (HDF *client = hdf_get_child(req->hdf, "clients"); client != NULL;
	        client = hdf_obj_next(client)) {
		guint number = 0;
		g_string_append_printf(out, "\n%s\n", hdf_get_value(client, "name", ""));
		for (HDF *step = hdf_get_child(client, "steps"); step != NULL;
		        step = hdf_obj_next(step))
			g_string_append_printf(out, "%u. %s\n", ++number, hdf_obj_value(step));
	}
}
