/* domain.c: the office's domains: list, add, switch on and off. */
#include "lib/office/domain.h"

#include <string.h>

#include "cgi-bin/dns_records.h"
#include "cgi-bin/field.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/error.h"
#include "lib/office/setting.h"

#define MAX_TYPED 1000

static gboolean show_list(Request *req, int status, GError **error)
{
	g_autoptr(GPtrArray) domains = domain_list(req->db, error);

	if (domains == NULL)
		return FALSE;
	page_begin(req, AREA_DOMAINS, text(req, "domains.title"));
	HDF *list = page_node(req, "r");
	for (guint i = 0; i < domains->len; i++) {
		const Domain *domain = domains->pdata[i];
		HDF *item = page_item(list, i);
		g_autofree char *id = g_strdup_printf("%" G_GUINT64_FORMAT, domain->id);
		page_item_set(item, "i", id);
		page_item_set(item, "a", domain->display_name);
		if (strcmp(domain->name, domain->display_name) != 0)
			page_item_set(item, "p", domain->name);
		if (!domain->active)
			page_item_set(item, "x", "1");
	}
	page_keep_typed(req);
	return page_send(req, status, "domains.cst", error);
}

gboolean domains_show(Request *req, GError **error)
{
	return show_list(req, 200, error);
}

gboolean domains_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	const char *name = field_line(req, "name", MAX_TYPED);
	Actor actor = request_actor(req);
	guint64 id = 0;

	if (*name == '\0')
		field_error(req, "name", "empty");
	if (field_has_errors(req))
		return show_list(req, 422, error);
	if (domain_create(req->db, &actor, name, &id, &failure))
		return page_redirect(req, "domain_added", "/domains/%" G_GUINT64_FORMAT, id);
	if (field_take_error(req, &failure))
		return show_list(req, 422, error);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static gboolean show_one(Request *req, int status, const Domain *domain, GError **error)
{
	g_autofree char *title = text_with(req, "domain.title", domain->display_name, NULL);

	page_begin(req, AREA_DOMAINS, title);
	page_crumb(req, domain->display_name, NULL);
	page_set_number(req, "d.id", domain->id);
	page_set(req, "d.name", domain->display_name);
	if (strcmp(domain->name, domain->display_name) != 0)
		page_set(req, "d.ascii", domain->name);
	page_set_number(req, "f.version", domain->version);
	g_autoptr(Setting) setting = setting_load(req->db, error);
	if (setting == NULL)
		return FALSE;
	dns_records_fill(req, domain, setting);
	return page_send(req, status, "domain.cst", error);
}

gboolean domain_show(Request *req, GError **error)
{
	g_autoptr(Domain) domain = domain_load(req->db, req->ids[0], error);

	if (domain == NULL)
		return FALSE;
	page_set_flag(req, "f.active", domain->active);
	return show_one(req, 200, domain, error);
}

gboolean domain_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	guint64 version = field_version(req);
	gboolean active = field_ticked(req, "active");
	Actor actor = request_actor(req);

	if (!field_has_errors(req)) {
		if (domain_set_active(req->db, &actor, req->ids[0], version, active, &failure))
			return page_redirect(
			        req, "domain_saved", "/domains/%" G_GUINT64_FORMAT, req->ids[0]);
		if (!g_error_matches(failure, PS_ERROR, PS_ERROR_CONFLICT)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
	}
	g_autoptr(Domain) domain = domain_load(req->db, req->ids[0], error);
	if (domain == NULL)
		return FALSE;
	page_keep_typed(req);
	if (failure != NULL)
		page_set(req, "conflict.text",
		        text(req, domain->active ? "domain.conflict_active"
		                                 : "domain.conflict_inactive"));
	return show_one(req, failure != NULL ? 409 : 422, domain, error);
}
