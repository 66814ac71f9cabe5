/* domain.c: the office's domains: list, add, switch on and off. */
#include "lib/office/domain.h"

#include <string.h>

#include "cgi-bin/dns_records.h"
#include "cgi-bin/domain_options.h"
#include "cgi-bin/field.h"
#include "cgi-bin/office_setting.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/error.h"
#include "lib/mailbox/alias_domain.h"
#include "lib/mailbox/catch_all.h"
#include "lib/mailbox/mailbox_typed.h"
#include "lib/mailbox/postmaster.h"
#include "lib/mailbox/way.h"

#define MAX_TYPED 1000

static const Domain *find_by_id(const GPtrArray *domains, guint64 id)
{
	for (guint i = 0; i < domains->len; i++)
		if (((const Domain *)domains->pdata[i])->id == id)
			return domains->pdata[i];
	return NULL;
}

static gboolean show_list(Request *req, int status, GError **error)
{
	g_autoptr(GPtrArray) domains = domain_list(req->db, error);

	if (domains == NULL)
		return FALSE;
	page_begin(req, AREA_DOMAINS, text(req, "domains.title"));
	page_set(req, "label.name", text(req, "domains.add_name"));
	HDF *list = page_node(req, "r");
	for (guint i = 0; i < domains->len; i++) {
		const Domain *domain = domains->pdata[i];
		HDF *item = page_item(list, i);
		page_item_set_number(item, "i", domain->id);
		page_item_set(item, "a", domain->display_name);
		if (strcmp(domain->name, domain->display_name) != 0)
			page_item_set(item, "p", domain->name);
		if (!domain->active)
			page_item_set(item, "x", "1");
		const Domain *of = find_by_id(domains, domain->alias_of);
		page_item_set(item, "o", of != NULL ? of->display_name : NULL);
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

/* Who has postmaster@ and abuse@, and a warning if mail to one of them comes back. */
static void fill_postmaster(Request *req, const Postmaster *postmaster)
{
	const PostmasterOf *abuse = &postmaster->of[ABUSE];

	HDF *missing = page_node(req, "missing");
	for (guint i = 0, count = 0; i < POSTMASTER_COUNT; i++)
		if (!postmaster->of[i].reached)
			page_item_set_address(
			        page_item(missing, count++), "a", postmaster->of[i].address);
	if (abuse->mailbox_id != 0 && abuse->mailbox_id != postmaster->of[POSTMASTER].mailbox_id) {
		page_set_address(req, "abuse.address", abuse->address);
		page_set(req, "abuse.mailbox", abuse->mailbox);
	}
}

/* 0: of none. */
static guint64 typed_alias(Request *req)
{
	return *field_line(req, "alias_of", MAX_TYPED) == '\0'
	               ? 0
	               : field_number(req, "alias_of", 1, G_MAXUINT32);
}

/* Which domains it may be an alias of. */
static gboolean fill_alias_of(Request *req, const Domain *domain, guint64 chosen, GError **error)
{
	guint count = 0;

	if (!domain_options_fill(req, "dom", chosen, TRUE, &count, error))
		return FALSE;
	HDF *none = page_item(page_node(req, "dom"), count);
	page_item_set(none, "id", "");
	page_item_set(none, "name", text(req, "domain.alias_of_none"));
	page_item_set(none, "selected", chosen == 0 ? "1" : NULL);
	page_set_flag(req, "d.is_alias", domain->alias_of != 0);
	return TRUE;
}

/* What was typed stands there, or who has it. */
static gboolean show_one(Request *req, int status, const Domain *domain, GError **error)
{
	g_autoptr(Postmaster) postmaster = postmaster_load(req->db, domain, error);
	g_autofree char *caught_by = NULL;

	if (postmaster == NULL || !catch_all_address(req->db, domain, &caught_by, error))
		return FALSE;
	g_autofree char *title = text_with(req, "domain.title", domain->display_name, NULL);

	page_begin(req, AREA_DOMAINS, title);
	page_crumb(req, domain->display_name, NULL);
	page_set_number(req, "d.id", domain->id);
	page_set(req, "d.name", domain->display_name);
	if (strcmp(domain->name, domain->display_name) != 0)
		page_set(req, "d.ascii", domain->name);
	page_set_number(req, "f.version", domain->version);
	const Setting *setting = office_setting(req, error);
	if (setting == NULL)
		return FALSE;
	fill_postmaster(req, postmaster);
	if (!fill_alias_of(req, domain, status == 200 ? domain->alias_of : typed_alias(req), error))
		return FALSE;
	if (status == 200 && postmaster->of[POSTMASTER].mailbox != NULL)
		page_set(req, "f.postmaster", postmaster->of[POSTMASTER].mailbox);
	if (status == 200 && caught_by != NULL)
		page_set(req, "f.catch_all", caught_by);
	dns_records_fill(req, domain, setting, postmaster->of[POSTMASTER].reached);
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

/* Whether a field was sent; scripts that know none leave what it says as it is. */
static gboolean was_sent(Request *req, const char *name)
{
	return form_count(req->form, name) > 0;
}

/* Who gets what goes to it; an alias domain has no such fields. */
typedef struct {
	gboolean has_postmaster;
	guint64 postmaster, catch_all, alias_of;
} DomainWays;

static gboolean read_domain_ways(
        Request *req, const Domain *domain, DomainWays *ways, GError **error)
{
	const char *postmaster = field_line(req, "postmaster", MAX_TYPED);
	const char *catch_all = field_line(req, "catch_all", MAX_TYPED);

	ways->alias_of = was_sent(req, "alias_of") ? typed_alias(req) : domain->alias_of;
	ways->has_postmaster = ways->alias_of == 0 && was_sent(req, "postmaster");
	ways->catch_all = ways->alias_of == 0 ? domain->catch_all : 0;
	if (ways->has_postmaster &&
	        !postmaster_find(req->db, domain, postmaster, &ways->postmaster, error))
		return FALSE;
	return ways->alias_of != 0 || !was_sent(req, "catch_all") ||
	       mailbox_typed(req->db, catch_all, "catch_all", &ways->catch_all, error);
}

static gboolean save(Request *req, const Domain *domain, GError **error)
{
	guint64 version = field_version(req);
	gboolean active = field_ticked(req, "active");
	Actor actor = request_actor(req);
	DomainWays ways = {0};

	return read_domain_ways(req, domain, &ways, error) && !field_has_errors(req) &&
	       domain_set_active(req->db, &actor, domain->id, version, active, error) &&
	       (active == domain->active || way_note_domain(req->db, domain->id, error)) &&
	       alias_domain_set(req->db, &actor, domain, ways.alias_of, error) &&
	       (!ways.has_postmaster ||
	               postmaster_set(req->db, &actor, domain, ways.postmaster, error)) &&
	       catch_all_set(req->db, &actor, domain, ways.catch_all, error);
}

gboolean domain_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(Domain) domain = domain_load(req->db, req->ids[0], error);

	if (domain == NULL)
		return FALSE;
	if (save(req, domain, &failure))
		return page_redirect(
		        req, "domain_saved", "/domains/%" G_GUINT64_FORMAT, req->ids[0]);
	if (!field_take_failure(req, &failure, error))
		return FALSE;
	gboolean conflict = failure != NULL;
	g_autoptr(Domain) now = domain_load(req->db, req->ids[0], error);
	if (now == NULL)
		return FALSE;
	page_keep_typed(req);
	if (conflict)
		page_set(req, "conflict.text",
		        text(req, now->active ? "domain.conflict_active"
		                              : "domain.conflict_inactive"));
	return show_one(req, conflict ? 409 : 422, now, error);
}
