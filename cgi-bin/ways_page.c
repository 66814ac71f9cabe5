/* ways_page.c: says of a mailbox which ways of mail lead to it. */
#include "cgi-bin/ways_page.h"

#include "cgi-bin/domain_options.h"
#include "cgi-bin/format.h"
#include "cgi-bin/page.h"
#include "cgi-bin/text.h"
#include "lib/base/address_readable.h"
#include "lib/mailbox/way.h"
#include "lib/mailbox/way_member.h"
#include "lib/office/domain.h"

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

/* Addresses as people write them, with commas. Free: g_free(). */
static char *addresses_in_line(const GPtrArray *addresses)
{
	g_autofree char *lines = way_member_lines(addresses);
	g_auto(GStrv) each = g_strsplit(lines, "\n", -1);
	g_autofree char *line = g_strjoinv(", ", each);

	return address_readable(line);
}

static void add_forward(Request *req, const Forward *forward)
{
	if (!forward_is_on(forward, (guint64)g_get_real_time()))
		return;
	g_autofree char *to = addresses_in_line(forward->to);
	g_autofree char *until = format_day(req, forward->ends_on);
	g_autofree char *goes = text_with(req,
	        *forward->ends_on != '\0' ? "ways.forwarded_until" : "ways.forwarded", to, until,
	        NULL);
	g_autofree char *both = g_strconcat(
	        goes, " ", text(req, forward->keep_copy ? "ways.copy" : "ways.no_copy"), NULL);
	add_sentence(req, both);
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

gboolean ways_page_fill(
        Request *req, const Mailbox *mailbox, const MailboxDetail *detail, GError **error)
{
	const GPtrArray *domains = domain_options_list(req, error);

	if (domains == NULL)
		return FALSE;
	add_forward(req, detail->forward);
	for (guint i = 0; i < detail->lists->len; i++) {
		g_autofree char *list = address_readable(detail->lists->pdata[i]);
		add_way_sentence(req, "ways.listed", list);
	}
	for (guint i = 0; i < domains->len; i++) {
		const Domain *domain = domains->pdata[i];
		if (domain->alias_of == mailbox->domain_id)
			add_way_sentence(req, "ways.alias_domain", domain->display_name);
	}
	for (guint i = 0; i < domains->len; i++) {
		const Domain *domain = domains->pdata[i];
		if (domain->catch_all == mailbox->id)
			add_way_sentence(req, "ways.caught", domain->display_name);
	}
	return TRUE;
}
