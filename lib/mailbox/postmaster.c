/* postmaster.c: finds and sets who gets the mail to postmaster@ and abuse@ of a domain. */
#include "lib/mailbox/postmaster.h"

#include "lib/base/error.h"
#include "lib/mailbox/alias.h"
#include "lib/mailbox/mailbox_typed.h"

static const char *const LOCAL_PARTS[POSTMASTER_COUNT] = {"postmaster", "abuse"};

static const char SQL_OF[] =
        "SELECT a.id, a.is_alias, m.id, m.address,"
        "       m.deleted = 0 AND m.active = 1 AND md.active = 1 AND ad.active = 1"
        "  FROM address a JOIN mailbox m ON m.id = a.mailbox_id"
        "  JOIN domain md ON md.id = m.domain_id JOIN domain ad ON ad.id = a.domain_id"
        " WHERE a.address = ?";
enum { OF_ALIAS, OF_IS_ALIAS, OF_MAILBOX, OF_ADDRESS, OF_REACHED };

void postmaster_free(Postmaster *postmaster)
{
	if (postmaster == NULL)
		return;
	for (guint i = 0; i < POSTMASTER_COUNT; i++) {
		g_free(postmaster->of[i].address);
		g_free(postmaster->of[i].mailbox);
	}
	g_free(postmaster);
}

Postmaster *postmaster_load(Db *db, const Domain *domain, GError **error)
{
	g_autoptr(Postmaster) postmaster = g_new0(Postmaster, 1);

	for (guint i = 0; i < POSTMASTER_COUNT; i++) {
		PostmasterOf *of = &postmaster->of[i];
		of->address = g_strdup_printf("%s@%s", LOCAL_PARTS[i], domain->name);
		g_autoptr(DbRows) rows = db_query(db, error, SQL_OF, "a", of->address);
		if (rows == NULL)
			return NULL;
		if (!db_rows_next(rows))
			continue;
		of->alias_id = db_rows_u64(rows, OF_ALIAS);
		of->is_alias = db_rows_u64(rows, OF_IS_ALIAS) != 0;
		of->mailbox_id = db_rows_u64(rows, OF_MAILBOX);
		of->mailbox = g_strdup(db_rows_text(rows, OF_ADDRESS));
		of->reached = db_rows_u64(rows, OF_REACHED) != 0;
	}
	return g_steal_pointer(&postmaster);
}

gboolean postmaster_find(
        Db *db, const Domain *domain, const char *typed, guint64 *mailbox_id, GError **error)
{
	g_autoptr(Postmaster) now = postmaster_load(db, domain, error);

	*mailbox_id = 0;
	if (now == NULL)
		return FALSE;
	const PostmasterOf *postmaster = &now->of[POSTMASTER];
	gboolean is_mailbox = postmaster->mailbox_id != 0 && !postmaster->is_alias;
	if (!mailbox_typed(db, typed, "postmaster", mailbox_id, error))
		return FALSE;
	if (is_mailbox && *mailbox_id != postmaster->mailbox_id) {
		ps_invalid(
		        error, "postmaster", "own", "%s is a mailbox itself", postmaster->address);
		return FALSE;
	}
	return TRUE;
}

static gboolean give(Db *db, const Actor *actor, const Domain *domain, const PostmasterOf *of,
        guint64 mailbox_id, GError **error)
{
	if (of->mailbox_id == mailbox_id || (of->mailbox_id != 0 && !of->is_alias))
		return TRUE;
	return alias_move(db, actor, of->address, domain->id, of->mailbox_id, of->alias_id,
	        mailbox_id, error);
}

gboolean postmaster_set(
        Db *db, const Actor *actor, const Domain *domain, guint64 mailbox_id, GError **error)
{
	g_autoptr(Postmaster) now = postmaster_load(db, domain, error);

	if (now == NULL)
		return FALSE;
	const PostmasterOf *abuse = &now->of[ABUSE];
	guint64 before = now->of[POSTMASTER].mailbox_id;
	gboolean abuse_stays =
	        abuse->mailbox_id != 0 &&
	        (mailbox_id == before || (mailbox_id == 0 && abuse->mailbox_id != before));
	return give(db, actor, domain, &now->of[POSTMASTER], mailbox_id, error) &&
	       (abuse_stays || give(db, actor, domain, abuse, mailbox_id, error));
}
