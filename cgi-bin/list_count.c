/* list_count.c: remembers how many a list holds, or that it holds far more than is counted. */
#include "cgi-bin/list_count.h"

#include "lib/mailbox/mailbox_hits.h"

#define KEPT_LISTS 100

void list_count_free(App *app)
{
	g_clear_pointer(&app->lists, g_hash_table_unref);
}

typedef struct {
	gint64 until;
	gboolean far; /* it holds far more; else not so many, which is a while not asked again */
	MailboxTotal total;
} Known;

static const Known *known_of(const App *app, const char *key)
{
	const Known *known = app->lists != NULL ? g_hash_table_lookup(app->lists, key) : NULL;

	return known != NULL && g_get_monotonic_time() < known->until ? known : NULL;
}

static void remember(App *app, const char *key, Known known)
{
	known.until = g_get_monotonic_time() + APP_KEPT_US;
	if (app->lists == NULL)
		app->lists = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (g_hash_table_size(app->lists) >= KEPT_LISTS)
		g_hash_table_remove_all(app->lists);
	g_hash_table_insert(app->lists, g_strdup(key), g_memdup2(&known, sizeof(known)));
}

/* Switching a domain moves mailboxes of any number from one list to another. */
static gboolean count_hits(Request *req, const char *list, MailboxPage *page, GError **error)
{
	g_autofree char *key =
	        g_strdup_printf("f%" G_GUINT64_FORMAT " %s", req->session->domain_stamp, list);
	const Known *known = known_of(req->app, key);
	gboolean far = FALSE;

	page->total = (MailboxTotal){.known = TRUE, .more = TRUE, .count = MAILBOX_TOTAL_MAX};
	if (known != NULL && known->far)
		return TRUE;
	if (!mailbox_hits_count(
	            req->db, page->search, &page->total.count, &page->total.more, error))
		return FALSE;
	if (!page->total.more || known != NULL)
		return TRUE;
	if (!mailbox_hits_far(req->db, page->search, &far, error))
		return FALSE;
	remember(req->app, key, (Known){.far = far});
	return TRUE;
}

/* What it holds changes together with a line of the change log, or as storage does. */
gboolean list_count(Request *req, const char *list, MailboxPage *page, GError **error)
{
	if (page->total.known)
		return TRUE;
	if (page->previous == NULL && page->next == NULL) {
		page->total = (MailboxTotal){.known = TRUE, .count = page->rows->len};
		return TRUE;
	}
	g_autofree char *key =
	        g_strdup_printf("n%" G_GUINT64_FORMAT " %s", req->session->changed, list);
	const Known *known = known_of(req->app, key);
	if (known != NULL) {
		page->total = known->total;
		return TRUE;
	}
	if (!mailbox_list_total(req->db, page, error) ||
	        (!page->total.known && !count_hits(req, list, page, error)))
		return FALSE;
	remember(req->app, key, (Known){.total = page->total});
	return TRUE;
}
