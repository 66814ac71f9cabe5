/* domain_change.c: a domain's state, its ways and whose alias it is, in one transaction. */
#include "lib/mailbox/domain_change.h"

#include "lib/mailbox/address_change.h"
#include "lib/mailbox/alias_domain.h"
#include "lib/mailbox/catch_all.h"
#include "lib/mailbox/postmaster.h"
#include "lib/mailbox/way.h"

typedef struct {
	const Actor *actor;
	const Domain *domain;
	const DomainWanted *wanted;
} DomainChange;

static gboolean change_domain(Db *db, gpointer data, GError **error)
{
	const DomainChange *change = data;
	const Actor *actor = change->actor;
	const Domain *domain = change->domain;
	const DomainWanted *wanted = change->wanted;

	return way_begin(db, error) &&
	       domain_set_active(db, actor, domain->id, wanted->version, wanted->active, error) &&
	       (wanted->active == domain->active || way_note_domain(db, domain->id, error)) &&
	       alias_domain_set(db, actor, domain, wanted->alias_of, error) &&
	       (!wanted->has_postmaster ||
	               postmaster_set(db, actor, domain, wanted->postmaster, error)) &&
	       catch_all_set(db, actor, domain, wanted->catch_all, error);
}

gboolean domain_change(Db *db, const Actor *actor, const Domain *domain, const DomainWanted *wanted,
        GError **error)
{
	DomainChange change = {.actor = actor, .domain = domain, .wanted = wanted};
	g_autoptr(Postmaster) before = postmaster_load(db, domain, error);

	if (before == NULL || !db_transaction(db, change_domain, &change, error))
		return FALSE;
	address_change_over(db, 0);
	for (guint i = 0; i < POSTMASTER_COUNT; i++)
		if (before->of[i].mailbox_id != 0)
			address_change_over(db, before->of[i].mailbox_id);
	if (wanted->postmaster != 0)
		address_change_over(db, wanted->postmaster);
	return TRUE;
}
