/* domain.c: the office's domains: list, add, switch on and off. */
#include "lib/office/domain.h"

#include <string.h>

#include "cgi-bin/conflict.h"
#include "cgi-bin/dns_records.h"
#include "cgi-bin/domain_options.h"
#include "cgi-bin/field.h"
#include "cgi-bin/office_setting.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/text.h"
#include "lib/base/error.h"
#include "lib/mailbox/catch_all.h"
#include "lib/mailbox/domain_change.h"
#include "lib/mailbox/mailbox_typed.h"
#include "lib/mailbox/postmaster.h"
#include "lib/office/change_log.h"

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

static const ConflictField domain_fields[] = {
        {"active", "domain.active", CONFLICT_FLAG},
        {"postmaster", "field.postmaster", NULL},
        {"catch_all", "field.catch_all", NULL},
        {"alias_of", "field.alias_of", CONFLICT_DOMAIN},
};

/* What is saved; an alias domain has no postmaster and no catch-all of its own. */
static gboolean fill_domain_fields(
        Request *req, const Domain *domain, const Postmaster *postmaster, GError **error)
{
	const char *holder = postmaster->of[POSTMASTER].mailbox;
	gboolean own = domain->alias_of == 0;
	g_autofree char *caught_by = NULL;

	if (own && !catch_all_address(req->db, domain, &caught_by, error))
		return FALSE;
	page_set_number(req, "f.version", domain->version);
	page_set_flag(req, "f.active", domain->active);
	page_set(req, "f.postmaster", own && holder != NULL ? holder : "");
	page_set(req, "f.catch_all", caught_by != NULL ? caught_by : "");
	if (own)
		page_set(req, "f.alias_of", "");
	else
		page_set_number(req, "f.alias_of", domain->alias_of);
	conflict_note_shown(req, domain_fields, G_N_ELEMENTS(domain_fields));
	return TRUE;
}

/* Which domains it may be an alias of; f.alias_of is chosen. */
static gboolean fill_alias_of(Request *req, const Domain *domain, GError **error)
{
	guint64 chosen = 0;
	guint count = 0;

	g_ascii_string_to_unsigned(
	        hdf_get_value(req->hdf, "f.alias_of", ""), 10, 1, G_MAXUINT32, &chosen, NULL);
	if (!domain_options_fill(req, "dom", chosen, TRUE, &count, error))
		return FALSE;
	HDF *none = page_item(page_node(req, "dom"), count);
	page_item_set(none, "id", "");
	page_item_set(none, "name", text(req, "domain.alias_of_none"));
	page_item_set(none, "selected", chosen == 0 ? "1" : NULL);
	page_set_flag(req, "d.is_alias", domain->alias_of != 0 && chosen != 0);
	return TRUE;
}

/* Its form has f.NAME already. */
static gboolean show_domain(Request *req, int status, const Domain *domain,
        const Postmaster *postmaster, GError **error)
{
	const Setting *setting = office_setting(req, error);

	if (setting == NULL)
		return FALSE;
	g_autofree char *title = text_with(
	        req, status == 409 ? "conflict.title" : "domain.title", domain->display_name, NULL);
	page_begin(req, AREA_DOMAINS, title);
	page_crumb(req, domain->display_name, NULL);
	page_set_number(req, "d.id", domain->id);
	page_set(req, "d.name", domain->display_name);
	if (strcmp(domain->name, domain->display_name) != 0)
		page_set(req, "d.ascii", domain->name);
	fill_postmaster(req, postmaster);
	if (!fill_alias_of(req, domain, error))
		return FALSE;
	dns_records_fill(req, domain, setting, postmaster->of[POSTMASTER].reached);
	return page_send(req, status, "domain.cst", error);
}

gboolean domain_show(Request *req, GError **error)
{
	g_autoptr(Domain) domain = domain_load(req->db, req->ids[0], error);
	g_autoptr(Postmaster) postmaster =
	        domain != NULL ? postmaster_load(req->db, domain, error) : NULL;

	return postmaster != NULL && fill_domain_fields(req, domain, postmaster, error) &&
	       show_domain(req, 200, domain, postmaster, error);
}

/* Whether a field was sent; scripts that know none leave what it says as it is. */
static gboolean was_sent(Request *req, const char *name)
{
	return form_count(req->form, name) > 0;
}

/* 0: of none. */
static guint64 typed_alias(Request *req)
{
	return *field_line(req, "alias_of", MAX_TYPED) == '\0'
	               ? 0
	               : field_number(req, "alias_of", 1, G_MAXUINT32);
}

/* Who gets what goes to it; all that is wrong is noted. */
static gboolean read_domain_ways(
        Request *req, const Domain *domain, DomainWanted *wanted, GError **error)
{
	const char *postmaster = field_line(req, "postmaster", MAX_TYPED);
	const char *catch_all = field_line(req, "catch_all", MAX_TYPED);
	g_autoptr(GError) failure = NULL;

	wanted->has_postmaster = was_sent(req, "postmaster");
	wanted->catch_all = domain->catch_all;
	if (wanted->has_postmaster &&
	        !postmaster_find(req->db, domain, postmaster, &wanted->postmaster, &failure) &&
	        !field_take_failure(req, &failure, error))
		return FALSE;
	return !was_sent(req, "catch_all") ||
	       mailbox_typed(req->db, catch_all, "catch_all", &wanted->catch_all, &failure) ||
	       field_take_failure(req, &failure, error);
}

static gboolean save_typed_domain(Request *req, const Domain *domain, GError **error)
{
	Actor actor = request_actor(req);
	DomainWanted wanted = {
	        .version = field_version(req),
	        .active = field_ticked(req, "active"),
	        .alias_of = was_sent(req, "alias_of") ? typed_alias(req) : domain->alias_of,
	};

	/* An alias domain has no such fields. */
	if (wanted.alias_of == 0 && !read_domain_ways(req, domain, &wanted, error))
		return FALSE;
	return !field_has_errors(req) && domain_change(req->db, &actor, domain, &wanted, error);
}

/* By the change logs of the domain and of who has its postmaster@. */
static gboolean domain_conflict_who(
        Request *req, const Domain *saved, guint64 postmaster, GError **error)
{
	g_autofree char *login = NULL;
	g_autofree char *giver = NULL;
	guint64 at = 0, given_at = 0;

	if (!change_log_last_of(
	            req->db, saved->display_name, "domain.changed", &login, &at, error) ||
	        (postmaster != 0 && !change_log_last(req->db, postmaster, "alias.added", &giver,
	                                    &given_at, error)))
		return FALSE;
	conflict_who(req, given_at > at ? giver : login, MAX(at, given_at));
	return TRUE;
}

/* What is saved now beside what was typed, and the form to save the latter after all. */
static gboolean fill_domain_conflict(
        Request *req, const Domain *saved, const Postmaster *postmaster, GError **error)
{
	guint64 holder = postmaster->of[POSTMASTER].mailbox_id;

	if (!domain_conflict_who(req, saved, holder, error) ||
	        !fill_domain_fields(req, saved, postmaster, error) ||
	        domain_options_list(req, error) == NULL)
		return FALSE;
	conflict_fill(req, domain_fields, G_N_ELEMENTS(domain_fields));
	return TRUE;
}

gboolean domain_save(Request *req, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(Domain) domain = domain_load(req->db, req->ids[0], error);

	if (domain == NULL)
		return FALSE;
	if (save_typed_domain(req, domain, &failure))
		return page_redirect(
		        req, "domain_saved", "/domains/%" G_GUINT64_FORMAT, req->ids[0]);
	if (!field_take_failure(req, &failure, error))
		return FALSE;
	g_autoptr(Domain) now = domain_load(req->db, req->ids[0], error);
	g_autoptr(Postmaster) postmaster =
	        now != NULL ? postmaster_load(req->db, now, error) : NULL;
	if (postmaster == NULL)
		return FALSE;
	if (failure == NULL)
		page_keep_typed(req);
	else if (!fill_domain_conflict(req, now, postmaster, error))
		return FALSE;
	return show_domain(req, failure != NULL ? 409 : 422, now, postmaster, error);
}
