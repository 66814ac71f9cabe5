/* domain.c: adds, lists and switches the office's domains. */
#include "lib/office/domain.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/base/error.h"
#include "lib/base/text_check.h"
#include "lib/office/change_log.h"
#include "lib/office/notice.h"
#include "lib/office/setting.h"
#include "lib/office/task.h"

#define COLUMNS "id, name, display_name, active, version, catch_all, alias_of"
enum { C_ID, C_NAME, C_DISPLAY_NAME, C_ACTIVE, C_VERSION, C_CATCH_ALL, C_ALIAS_OF };
static const char SQL_LIST[] = "SELECT " COLUMNS " FROM domain ORDER BY name";
static const char SQL_LOAD[] = "SELECT " COLUMNS " FROM domain WHERE id = ?";
static const char SQL_IS_OWN[] = "SELECT 1 FROM domain WHERE name = ?";
static const char SQL_LOGIN[] = "SELECT o.name FROM domain d JOIN domain o ON o.id = d.alias_of"
                                " WHERE d.name = ?";
static const char SQL_CREATE[] =
        "INSERT INTO domain (name, display_name, created_at) VALUES (?, ?, " DB_NOW ")";
static const char SQL_SPELL[] =
        "INSERT IGNORE INTO domain_spelling (spelling, domain_id) VALUES (?, ?), (?, ?), (?, ?)";
static const char SQL_SET_ACTIVE[] =
        "UPDATE domain SET active = ?, version = version + 1 WHERE id = ? AND version = ?";

static Domain *row_to_domain(DbRows *rows)
{
	Domain *domain = g_new0(Domain, 1);

	domain->id = db_rows_u64(rows, C_ID);
	domain->name = g_strdup(db_rows_text(rows, C_NAME));
	domain->display_name = g_strdup(db_rows_text(rows, C_DISPLAY_NAME));
	domain->active = db_rows_u64(rows, C_ACTIVE) != 0;
	domain->version = db_rows_u64(rows, C_VERSION);
	domain->alias_of = db_rows_u64(rows, C_ALIAS_OF);
	domain->catch_all = db_rows_u64(rows, C_CATCH_ALL);
	return domain;
}

void domain_free(Domain *domain)
{
	if (domain == NULL)
		return;
	g_free(domain->name);
	g_free(domain->display_name);
	g_free(domain);
}

GPtrArray *domain_list(Db *db, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LIST, "");

	if (rows == NULL)
		return NULL;
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)domain_free);
	while (db_rows_next(rows))
		g_ptr_array_add(list, row_to_domain(rows));
	return list;
}

Domain *domain_load(Db *db, guint64 id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LOAD, "u", id);

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows))
		return row_to_domain(rows);
	g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "no such domain");
	return NULL;
}

gboolean domain_is_own(Db *db, const char *typed, char **name, GError **error)
{
	g_autofree char *ascii = address_domain(typed, "domain", NULL, NULL);

	*name = NULL;
	if (ascii == NULL)
		return TRUE;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_IS_OWN, "a", ascii);
	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows))
		*name = g_steal_pointer(&ascii);
	return TRUE;
}

char *domain_of_login(Db *db, const char *name, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LOGIN, "a", name);

	if (rows == NULL)
		return NULL;
	return g_strdup(db_rows_next(rows) ? db_rows_text(rows, 0) : name);
}

typedef struct {
	const Actor *actor;
	guint64 id, version;
	gboolean active;
	char *name, *display_name;
} DomainWork;

/* By what the mail servers find it: the A-label, and what people type, composed and decomposed. */
static gboolean add_spellings(Db *db, const DomainWork *work, GError **error)
{
	g_autofree char *decomposed = g_utf8_normalize(work->display_name, -1, G_NORMALIZE_NFD);

	return db_execute(db, error, SQL_SPELL, "sususu", work->name, work->id, work->display_name,
	               work->id, decomposed, work->id) > 0;
}

static gboolean create_domain(Db *db, gpointer data, GError **error)
{
	DomainWork *work = data;

	if (db_execute(db, error, SQL_CREATE, "as", work->name, work->display_name) != 1)
		return FALSE;
	work->id = db_insert_id(db);
	return add_spellings(db, work, error) &&
	       change_log_add(db, work->actor, 0, work->display_name, "domain.created", "", NULL,
	               NULL, error) &&
	       task_add(db, DOMAIN_SCRIPTS, 0, "", error) && setting_bump_domains(db, error);
}

gboolean domain_create(Db *db, const Actor *actor, const char *typed, guint64 *id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *display = NULL;

	if (g_utf8_validate(typed, -1, NULL) && text_has_invisible(typed)) {
		ps_invalid(error, "name", "invisible", "the domain has an invisible character");
		return FALSE;
	}
	g_autofree char *name = address_domain(typed, "name", &display, error);
	DomainWork work = {.actor = actor, .name = name, .display_name = display};
	if (name == NULL)
		return FALSE;
	/* RFC 1123 2.1: that would be an address literal. */
	if (strspn(strrchr(name, '.') + 1, "0123456789") == strlen(strrchr(name, '.') + 1)) {
		ps_invalid(error, "name", "domain", "a domain doesn't end with a number");
		return FALSE;
	}
	if (!db_transaction(db, create_domain, &work, &failure)) {
		if (db_error_is_duplicate(failure, "domain_name"))
			ps_invalid(error, "name", "taken", "the domain %s exists already", name);
		else
			g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	*id = work.id;
	return TRUE;
}

static gboolean switch_domain(Db *db, gpointer data, GError **error)
{
	DomainWork *work = data;
	g_autoptr(Domain) domain = domain_load(db, work->id, error);

	if (domain == NULL)
		return FALSE;
	gint64 changed =
	        db_execute(db, error, SQL_SET_ACTIVE, "tuu", work->active, work->id, work->version);
	if (changed < 0)
		return FALSE;
	if (changed == 0)
		return ps_conflict(error, "the domain");
	if (domain->active == work->active)
		return TRUE;
	if (!work->active &&
	        !notice_add_domain(db, NOTICE_INACTIVE, work->actor, domain->id, error))
		return FALSE;
	return change_log_add(db, work->actor, 0, domain->display_name, "domain.changed", "active",
	               domain->active ? "1" : "0", work->active ? "1" : "0", error) &&
	       setting_bump_domains(db, error);
}

gboolean domain_set_active(
        Db *db, const Actor *actor, guint64 id, guint64 version, gboolean active, GError **error)
{
	DomainWork work = {.actor = actor, .id = id, .version = version, .active = active};

	return db_transaction(db, switch_domain, &work, error);
}
