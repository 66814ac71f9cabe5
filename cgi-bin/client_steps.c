/* client_steps.c: fills the steps for each mail program, from T.steps.CLIENT.1, .2, ... */
#include "cgi-bin/client_steps.h"

#include "cgi-bin/page.h"
#include "cgi-bin/text.h"

#define MAX_STEPS 9

static const char *const clients[] = {"outlook", "iphone", "android", "thunderbird"};

/* T.steps.CLIENT.PART; "iphone_link" instead of "iphone" where there is a link. NULL: none. */
static char *step(Request *req, const char *client, const char *part, const char *address)
{
	g_autofree char *key = g_strdup_printf("steps.%s.%s", client, part);

	return text_or_null(req, key) != NULL ? text_with(req, key, address, NULL) : NULL;
}

static const char *variant(guint index, gboolean link)
{
	return link && g_str_equal(clients[index], "iphone") ? "iphone_link" : clients[index];
}

void client_steps_page(Request *req, const char *address, gboolean link)
{
	HDF *list = page_node(req, "clients");

	for (guint i = 0; i < G_N_ELEMENTS(clients); i++) {
		HDF *item = page_item(list, i);
		g_autofree char *name = step(req, variant(i, link), "name", address);
		page_item_set(item, "name", name);
		for (guint number = 1; number <= MAX_STEPS; number++) {
			g_autofree char *part = g_strdup_printf("%u", number);
			g_autofree char *line = step(req, variant(i, link), part, address);
			g_autofree char *node = g_strconcat("steps.", part, NULL);
			page_item_set(item, node, line);
		}
	}
}

void client_steps_text(Request *req, const char *address, gboolean link, GString *out)
{
	for (guint i = 0; i < G_N_ELEMENTS(clients); i++) {
		g_autofree char *name = step(req, variant(i, link), "name", address);
		g_string_append_printf(out, "\n%s\n", name);
		for (guint number = 1; number <= MAX_STEPS; number++) {
			g_autofree char *part = g_strdup_printf("%u", number);
			g_autofree char *line = step(req, variant(i, link), part, address);
			if (line != NULL)
				g_string_append_printf(out, "%u. %s\n", number, line);
		}
	}
}
