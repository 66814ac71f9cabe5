/* ways_page.c: says of a mailbox which ways of mail lead to it. */
#include "cgi-bin/ways_page.h"

#include "cgi-bin/page.h"
#include "cgi-bin/text.h"
#include "lib/mailbox/alias_domain.h"
#include "lib/mailbox/catch_all.h"
#include "lib/mailbox/mail_list.h"

static void add_way(Request *req, const char *key, const char *about)
{
	HDF *list = page_node(req, "ways");
	guint count = 0;

	for (HDF *one = hdf_obj_child(list); one != NULL; one = hdf_obj_next(one))
		count++;
	g_autofree char *sentence = text_with(req, key, about, NULL);
	page_item_set(page_item(list, count), "text", sentence);
}

/* One sentence for each of the names, which are freed; FALSE if they are NULL. */
static gboolean add_ways(Request *req, const char *key, GPtrArray *names)
{
	for (guint i = 0; names != NULL && i < names->len; i++)
		add_way(req, key, names->pdata[i]);
	if (names != NULL)
		g_ptr_array_unref(names);
	return names != NULL;
}

gboolean ways_page_fill(Request *req, const Mailbox *mailbox, GError **error)
{
	return add_ways(req, "ways.listed", mail_list_of_mailbox(req->db, mailbox->id, error)) &&
	       add_ways(req, "ways.alias_domain",
	               alias_domain_names(req->db, mailbox->domain_id, error)) &&
	       add_ways(req, "ways.caught", catch_all_domains(req->db, mailbox->id, error));
}
