/* domain_delete.c: a domain, its spellings, and a row in the change log. */
#include "lib/office/domain_delete.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/office/change_log.h"
#include "lib/office/domain.h"
#include "lib/office/setting.h"
#include "lib/office/task.h"

static const char SQL_USED[] =
        "SELECT address FROM (SELECT address FROM mailbox WHERE domain_id = ?"
        " UNION ALL SELECT address FROM address WHERE domain_id = ?) uses ORDER BY address LIMIT 1";
static const char SQL_FORGET_SPELLINGS[] = "DELETE FROM domain_spelling WHERE domain_id = ?";
static const char SQL_DELETE[] = "DELETE FROM domain WHERE id = ?";

typedef struct {
	const Actor *actor;
	guint64 id;
} DomainDeletion;

static gboolean refuse_used(Db *db, const Domain *domain, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_USED, "uu", domain->id, domain->id);

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows))
		return TRUE;
	g_set_error(error, PS_ERROR, PS_ERROR_CONFLICT,
	        "%s is used: %s is or was a mailbox's address; make the domain inactive",
	        domain->display_name, db_rows_text(rows, 0));
	return FALSE;
}

/* Whatever else names it keeps it, by a foreign key. */
static gboolean delete_domain_row(Db *db, const Domain *domain, GError **error)
{
	g_autoptr(GError) failure = NULL;
	gint64 deleted = db_execute(db, &failure, SQL_DELETE, "u", domain->id);

	if (deleted == 1)
		return TRUE;
	if (failure != NULL && strstr(failure->message, "foreign key") != NULL)
		g_set_error(error, PS_ERROR, PS_ERROR_CONFLICT, "%s is still used: %s",
		        domain->display_name, failure->message);
	else if (failure != NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
	else
		ps_conflict(error, "the domain");
	return FALSE;
}

static gboolean delete_domain(Db *db, gpointer data, GError **error)
{
	const DomainDeletion *work = data;
	g_autoptr(Domain) domain = domain_load(db, work->id, error);

	return domain != NULL && refuse_used(db, domain, error) &&
	       db_execute(db, error, SQL_FORGET_SPELLINGS, "u", work->id) >= 0 &&
	       delete_domain_row(db, domain, error) &&
	       change_log_add(db, work->actor, 0, domain->display_name, "domain.deleted", "", NULL,
	               NULL, error) &&
	       task_add(db, DOMAIN_SCRIPTS, 0, "", error) && setting_bump_domains(db, error);
}

gboolean domain_delete(Db *db, const Actor *actor, guint64 id, GError **error)
{
	DomainDeletion work = {actor, id};

	return db_transaction(db, delete_domain, &work, error);
}
