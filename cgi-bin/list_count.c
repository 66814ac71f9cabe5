/* list_count.c: remembers the lists that hold far more than is counted. */
#include "cgi-bin/list_count.h"

#define KEPT_US (5 * G_USEC_PER_SEC)
#define KEPT_LISTS 100

void list_count_free(App *app)
{
	g_clear_pointer(&app->long_lists, g_hash_table_unref);
}

/* Switching a domain moves mailboxes of any number from one list to another. */
static char *list_key(const Request *req, const char *key)
{
	return g_strdup_printf("%" G_GUINT64_FORMAT " %s", req->session->domain_stamp, key);
}

typedef struct {
	gint64 until;
	gboolean far; /* it holds far more; else not so many, which is a while not asked again */
} Known;

static const Known *known_of(const App *app, const char *key)
{
	const Known *known =
	        app->long_lists != NULL ? g_hash_table_lookup(app->long_lists, key) : NULL;

	return known != NULL && g_get_monotonic_time() < known->until ? known : NULL;
}

static void remember(App *app, const char *key, gboolean far)
{
	Known known = {g_get_monotonic_time() + KEPT_US, far};

	if (app->long_lists == NULL)
		app->long_lists = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (g_hash_table_size(app->long_lists) >= KEPT_LISTS)
		g_hash_table_remove_all(app->long_lists);
	g_hash_table_insert(app->long_lists, g_strdup(key), g_memdup2(&known, sizeof(known)));
}

gboolean list_count(Request *req, const char *key, const MailboxSearch *search, guint *count,
        gboolean *more, GError **error)
{
	g_autofree char *whole = list_key(req, key);
	const Known *known = known_of(req->app, whole);
	gboolean far = FALSE;

	*count = MAILBOX_TOTAL_MAX;
	*more = TRUE;
	if (known != NULL && known->far)
		return TRUE;
	if (!mailbox_hits_count(req->db, search, count, more, error))
		return FALSE;
	if (!*more || known != NULL)
		return TRUE;
	if (!mailbox_hits_far(req->db, search, &far, error))
		return FALSE;
	remember(req->app, whole, far);
	return TRUE;
}
