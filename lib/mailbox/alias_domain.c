/* alias_domain.c: makes a domain an alias of another one, and writes its addresses. */
#include "lib/mailbox/alias_domain.h"

#include "lib/base/error.h"
#include "lib/mailbox/address_change.h"
#include "lib/mailbox/address_row.h"
#include "lib/mailbox/postmaster.h"
#include "lib/mailbox/way.h"
#include "lib/office/change_log.h"
#include "lib/office/setting.h"
#include "lib/office/task.h"

static const char SQL_SET[] = "UPDATE domain SET alias_of = NULLIF(?, 0) WHERE id = ?";
static const char SQL_HAS_ALIAS[] = "SELECT 1 FROM domain WHERE alias_of = ? LIMIT 1";
static const char SQL_OWN_ADDRESS[] =
        "SELECT 1 FROM address WHERE domain_id = ? AND twin_of IS NULL LIMIT 1 LOCK IN SHARE MODE";
typedef struct {
	const Actor *actor;
	const Domain *domain;
	guint64 alias_of;
} AliasDomainWork;

/* 1: the query has a row. 0: none. -1: error. */
static int finds_row(Db *db, const char *sql, guint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, sql, "u", id);

	return rows == NULL ? -1 : db_rows_next(rows) ? 1 : 0;
}

static gboolean check_target(
        Db *db, const AliasDomainWork *work, const Domain *target, GError **error)
{
	int has_alias = finds_row(db, SQL_HAS_ALIAS, work->domain->id, error);

	if (has_alias < 0)
		return FALSE;
	if (has_alias == 0 && target->id != work->domain->id && target->alias_of == 0)
		return TRUE;
	ps_invalid(error, "alias_of", "loop", "an alias domain can't have or be one of an alias");
	return FALSE;
}

static gboolean move_in(Db *db, const AliasDomainWork *work, GError **error)
{
	const Domain *domain = work->domain;
	/* Search rows and notes of their mailboxes follow. */
	gboolean removed = postmaster_set(db, work->actor, domain, 0, error);
	int own = removed ? finds_row(db, SQL_OWN_ADDRESS, domain->id, error) : -1;

	if (own < 0)
		return FALSE;
	if (own == 0)
		return address_row_add_domain(db, domain->id, work->alias_of, error);
	ps_invalid(error, "alias_of", "addresses", "the domain has addresses of its own");
	return FALSE;
}

/* NULL and an error on the field if there is none. */
static Domain *target_of(Db *db, guint64 id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	Domain *target = domain_load(db, id, &failure);

	if (target == NULL && g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND))
		ps_invalid(error, "alias_of", "choice", "there is no such domain");
	else if (target == NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
	return target;
}

static gboolean log_alias(Db *db, const AliasDomainWork *work, const Domain *target, GError **error)
{
	g_autoptr(Domain) before =
	        work->domain->alias_of != 0 ? domain_load(db, work->domain->alias_of, error) : NULL;

	return (before != NULL || work->domain->alias_of == 0) &&
	       change_log_add(db, work->actor, 0, work->domain->display_name, "domain.changed",
	               "alias_of", before != NULL ? before->display_name : "",
	               target != NULL ? target->display_name : "", error);
}

static gboolean set_alias(Db *db, gpointer data, GError **error)
{
	const AliasDomainWork *work = data;
	const Domain *domain = work->domain;
	g_autofree char *every = g_strconcat("@", domain->name, NULL);
	g_autoptr(Domain) target = NULL;

	if (!way_begin(db, error))
		return FALSE;
	if (work->alias_of != 0) {
		target = target_of(db, work->alias_of, error);
		if (target == NULL || !check_target(db, work, target, error))
			return FALSE;
	}
	return db_execute(db, error, SQL_SET, "uu", work->alias_of, domain->id) >= 0 &&
	       address_row_remove_domain(db, domain->id, error) &&
	       (target == NULL || move_in(db, work, error)) && log_alias(db, work, target, error) &&
	       address_change_add(db, every, 0, error) &&
	       task_add(db, DOMAIN_SCRIPTS, 0, "", error) && setting_bump_domains(db, error);
}

gboolean alias_domain_set(
        Db *db, const Actor *actor, const Domain *domain, guint64 alias_of, GError **error)
{
	AliasDomainWork work = {.actor = actor, .domain = domain, .alias_of = alias_of};

	if (domain->alias_of == alias_of)
		return TRUE;
	if (!db_transaction(db, set_alias, &work, error))
		return FALSE;
	address_change_over(db, 0);
	return TRUE;
}
