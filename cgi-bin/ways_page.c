/* ways_page.c: says of a mailbox which ways of mail lead to it. */
#include "cgi-bin/ways_page.h"

#include "cgi-bin/page.h"
#include "cgi-bin/text.h"
#include "lib/base/address_readable.h"
#include "lib/mailbox/alias_domain.h"
#include "lib/mailbox/catch_all.h"
#include "lib/mailbox/forward.h"
#include "lib/mailbox/mail_list.h"
#include "lib/mailbox/way.h"
#include "lib/mailbox/way_member.h"

static void add_sentence(Request *req, const char *sentence)
{
	HDF *list = page_node(req, "ways");
	guint count = 0;

	for (HDF *one = hdf_obj_child(list); one != NULL; one = hdf_obj_next(one))
		count++;
	page_item_set(page_item(list, count), "text", sentence);
}

static void add_way_sentence(Request *req, const char *key, const char *about)
{
	g_autofree char *sentence = text_with(req, key, about, NULL);

	add_sentence(req, sentence);
}

/* One sentence for each of the names, which are freed; FALSE if they are NULL. */
static gboolean add_ways(Request *req, const char *key, GPtrArray *names)
{
	for (guint i = 0; names != NULL && i < names->len; i++)
		add_way_sentence(req, key, names->pdata[i]);
	if (names != NULL)
		g_ptr_array_unref(names);
	return names != NULL;
}

/* Addresses as people write them, with commas. Free: g_free(). */
static char *addresses_in_line(const GPtrArray *addresses)
{
	g_autofree char *lines = way_member_lines(addresses);
	g_auto(GStrv) each = g_strsplit(lines, "\n", -1);
	g_autofree char *line = g_strjoinv(", ", each);

	return address_readable(line);
}

static gboolean add_forward(Request *req, guint64 mailbox_id, GError **error)
{
	g_autoptr(Forward) forward = forward_load(req->db, mailbox_id, error);

	if (forward == NULL)
		return FALSE;
	if (!forward_is_on(forward, (guint64)g_get_real_time()))
		return TRUE;
	g_autofree char *to = addresses_in_line(forward->to);
	g_autofree char *goes = text_with(req,
	        *forward->ends_on != '\0' ? "ways.forwarded_until" : "ways.forwarded", to,
	        forward->ends_on, NULL);
	g_autofree char *both = g_strconcat(
	        goes, " ", text(req, forward->keep_copy ? "ways.copy" : "ways.no_copy"), NULL);
	add_sentence(req, both);
	return TRUE;
}

gboolean ways_page_goes(Request *req, guint64 mailbox_id, GError **error)
{
	const WaySource source = {.mailbox_id = mailbox_id};
	g_autoptr(GPtrArray) now = way_now(req->db, &source, error);

	if (now == NULL)
		return FALSE;
	if (now->len == 0)
		return TRUE;
	g_autofree char *addresses = addresses_in_line(now);
	g_autofree char *goes = text_with(req, "ways.goes", addresses, NULL);
	page_set(req, "delivery.goes", goes);
	return TRUE;
}

gboolean ways_page_fill(Request *req, const Mailbox *mailbox, GError **error)
{
	return add_forward(req, mailbox->id, error) &&
	       add_ways(req, "ways.listed", mail_list_of_mailbox(req->db, mailbox->id, error)) &&
	       add_ways(req, "ways.alias_domain",
	               alias_domain_names(req->db, mailbox->domain_id, error)) &&
	       add_ways(req, "ways.caught", catch_all_domains(req->db, mailbox->id, error));
}
