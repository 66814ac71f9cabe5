/* attention.c: writes what needs a look, each as a link to where it is told.
 *
 * Passwords and assignments change together with a line of the change log. What changes without
 * one, storage, time and machines, may be seen some seconds later.
 */
#include "cgi-bin/attention.h"

#include "cgi-bin/page.h"
#include "cgi-bin/text.h"
#include "lib/mailbox/mailbox_attention.h"
#include "lib/office/health.h"

typedef struct {
	MailboxAttention found;
	guint64 machines; /* health_count() */
	guint64 changed;
	gint64 until;
} Kept;

void attention_free(App *app)
{
	g_clear_pointer(&app->attention, g_free);
}

static const Kept *current_attention(Request *req, GError **error)
{
	Kept *kept = req->app->attention;
	gint64 now = g_get_monotonic_time();
	MailboxAttention found = {0};
	guint64 machines = 0;

	if (kept != NULL && kept->changed == req->session->changed && now < kept->until)
		return kept;
	if (!mailbox_attention(req->db, &found, error) || !health_count(req->db, &machines, error))
		return NULL;
	if (kept == NULL)
		kept = req->app->attention = g_new(Kept, 1);
	*kept = (Kept){found, machines, req->session->changed, now + APP_KEPT_US};
	return kept;
}

gboolean attention_fill(Request *req, GError **error)
{
	const Kept *kept = current_attention(req, error);
	HDF *list = page_node(req, "attention");
	guint shown = 0;

	if (kept == NULL)
		return FALSE;
	const MailboxAttention *found = &kept->found;
	const struct {
		const char *text_key, *path;
		guint64 count;
	} links[] = {
	        {"attention.known", "/mailboxes?state=known", found->known},
	        {"attention.unassigned", "/mailboxes?state=unassigned", found->unassigned},
	        {"attention.full", "/mailboxes?state=full", found->full},
	        {"attention.ending", "/mailboxes?state=ending", found->ending},
	        {"attention.machines", "/status", kept->machines},
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
