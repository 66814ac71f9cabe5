/* attention.c: writes what needs a look, each as a link to the list of just those mailboxes. */
#include "cgi-bin/attention.h"

#include "cgi-bin/page.h"
#include "cgi-bin/text.h"
#include "lib/mailbox/mailbox_attention.h"

gboolean attention_fill(Request *req, GError **error)
{
	MailboxAttention found = {0};
	HDF *list = page_node(req, "attention");
	guint shown = 0;

	if (!mailbox_attention(req->db, &found, error))
		return FALSE;
	const struct {
		const char *text_key, *path;
		guint64 count;
	} links[] = {
	        {"attention.known", "/mailboxes?state=known", found.known},
	        {"attention.unassigned", "/mailboxes?state=unassigned", found.unassigned},
	        {"attention.full", "/mailboxes?state=full", found.full},
	        {"attention.ending", "/mailboxes?state=deleted", found.ending},
	};
	for (guint i = 0; i < G_N_ELEMENTS(links); i++) {
		if (links[i].count == 0)
			continue;
		HDF *item = page_item(list, shown++);
		g_autofree char *count =
		        links[i].count > MAILBOX_ATTENTION_MAX
		                ? g_strdup(text(req, "attention.more"))
		                : g_strdup_printf("%" G_GUINT64_FORMAT, links[i].count);
		g_autofree char *line = text_with(req, links[i].text_key, count, NULL);
		g_autofree char *href = g_strconcat(req->prefix, links[i].path, NULL);
		page_item_set(item, "text", line);
		page_item_set(item, "href", href);
	}
	return TRUE;
}
