/* domain_options.c: fills a select with the domains of a worker's own copy.
 *
 * setting.domain_stamp, which the session's statement brings along with every request, says when
 * the copy is old.
 */
#include "cgi-bin/domain_options.h"

#include "cgi-bin/page.h"
#include "lib/office/domain.h"

typedef struct {
	guint64 stamp;
	GPtrArray *list; /* Domain */
} Copy;

void domain_options_free(App *app)
{
	Copy *copy = app->domains;

	if (copy == NULL)
		return;
	g_ptr_array_unref(copy->list);
	g_free(copy);
	app->domains = NULL;
}

/* The stamp was read before the list: a change in between makes the copy newer than its stamp,
 * and the next request reads once more. */
static Copy *current_copy(Request *req, GError **error)
{
	Copy *copy = req->app->domains;

	if (copy != NULL && copy->stamp == req->session->domain_stamp)
		return copy;
	GPtrArray *list = domain_list(req->db, error);
	if (list == NULL)
		return NULL;
	domain_options_free(req->app);
	copy = g_new0(Copy, 1);
	copy->stamp = req->session->domain_stamp;
	copy->list = list;
	req->app->domains = copy;
	return copy;
}

const GPtrArray *domain_options_list(Request *req, GError **error)
{
	const Copy *copy = current_copy(req, error);

	return copy != NULL ? copy->list : NULL;
}

gboolean domain_options_fill(Request *req, const char *node, guint64 chosen, gboolean active_only,
        guint *count, GError **error)
{
	Copy *copy = current_copy(req, error);

	if (copy == NULL)
		return FALSE;
	HDF *list = page_node(req, node);
	*count = 0;
	for (guint i = 0; i < copy->list->len; i++) {
		const Domain *domain = copy->list->pdata[i];

		if (active_only && (!domain->active || domain->alias_of != 0))
			continue;
		HDF *item = page_item(list, (*count)++);
		page_item_set_number(item, "id", domain->id);
		page_item_set(item, "name", domain->display_name);
		page_item_set(item, "selected", domain->id == chosen ? "1" : NULL);
	}
	return TRUE;
}

static const Domain *find_domain(Request *req, guint64 id)
{
	const Copy *copy = req->app->domains;

	for (guint i = 0; copy != NULL && i < copy->list->len; i++) {
		const Domain *domain = copy->list->pdata[i];
		if (domain->id == id)
			return domain;
	}
	return NULL;
}

const char *domain_options_name(Request *req, guint64 id)
{
	const Domain *domain = find_domain(req, id);

	return domain != NULL ? domain->display_name : NULL;
}

gboolean domain_options_active(Request *req, guint64 id)
{
	const Domain *domain = find_domain(req, id);

	return domain != NULL && domain->active;
}
