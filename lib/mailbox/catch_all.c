/* catch_all.c: sets and names the mailbox that catches what goes to a domain's unknown addresses.
 */
#include "lib/mailbox/catch_all.h"

#include "lib/mailbox/address_change.h"
#include "lib/office/change_log.h"
#include "lib/office/setting.h"

static const char SQL_SET[] = "UPDATE domain SET catch_all = NULLIF(?, 0) WHERE id = ?";
static const char SQL_ADDRESS[] =
        "SELECT m.address FROM mailbox m WHERE m.id = ? AND m.deleted < 2";

typedef struct {
	const Actor *actor;
	const Domain *domain;
	guint64 mailbox_id;
} CatchWork;

static char *address_of(Db *db, guint64 mailbox_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_ADDRESS, "u", mailbox_id);

	if (rows == NULL)
		return NULL;
	return g_strdup(db_rows_next(rows) ? db_rows_text(rows, 0) : "");
}

static gboolean set_catch_all(Db *db, gpointer data, GError **error)
{
	const CatchWork *work = data;
	const Domain *domain = work->domain;
	g_autofree char *every = g_strconcat("@", domain->name, NULL);
	g_autofree char *old = address_of(db, domain->catch_all, error);
	g_autofree char *now = old != NULL ? address_of(db, work->mailbox_id, error) : NULL;

	return now != NULL &&
	       db_execute(db, error, SQL_SET, "uu", work->mailbox_id, domain->id) >= 0 &&
	       change_log_add(db, work->actor, 0, domain->display_name, "domain.changed",
	               "catch_all", old, now, error) &&
	       address_change_add(db, every, 0, error) && setting_bump_domains(db, error);
}

gboolean catch_all_set(
        Db *db, const Actor *actor, const Domain *domain, guint64 mailbox_id, GError **error)
{
	CatchWork work = {.actor = actor, .domain = domain, .mailbox_id = mailbox_id};

	if (domain->catch_all == mailbox_id)
		return TRUE;
	if (!db_transaction(db, set_catch_all, &work, error))
		return FALSE;
	address_change_over(db, 0);
	return TRUE;
}

gboolean catch_all_address(Db *db, const Domain *domain, char **address, GError **error)
{
	g_autofree char *found = address_of(db, domain->catch_all, error);

	*address = found != NULL && *found != '\0' ? g_steal_pointer(&found) : NULL;
	return *address != NULL || found != NULL;
}
