/* ways_page.c: says of a mailbox which ways of mail lead to it. */
#include "cgi-bin/ways_page.h"

#include "cgi-bin/page.h"
#include "cgi-bin/text.h"
#include "lib/mailbox/catch_all.h"

static void add_way(Request *req, const char *key, const char *about)
{
	HDF *list = page_node(req, "ways");
	guint count = 0;

	for (HDF *one = hdf_obj_child(list); one != NULL; one = hdf_obj_next(one))
		count++;
	g_autofree char *sentence = text_with(req, key, about, NULL);
	page_item_set(page_item(list, count), "text", sentence);
}

gboolean ways_page_fill(Request *req, const Mailbox *mailbox, GError **error)
{
	g_autoptr(GPtrArray) domains = catch_all_domains(req->db, mailbox->id, error);

	for (guint i = 0; domains != NULL && i < domains->len; i++)
		add_way(req, "ways.caught", domains->pdata[i]);
	return domains != NULL;
}
