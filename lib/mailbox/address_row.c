/* address_row.c: writes rows of address, and their twins in alias domains. */
#include "lib/mailbox/address_row.h"

#include "lib/base/error.h"

static const char SQL_ADD[] =
        "INSERT INTO address (address, domain_id, mailbox_id, list_id, is_alias, created_at)"
        " SELECT ?, id, NULLIF(?, 0), NULLIF(?, 0), ?, " DB_NOW
        " FROM domain WHERE id = ? AND alias_of IS NULL";
/* One that would be too long isn't there in that domain. */
#define ADD_TWINS(join, where)                                                                     \
	"INSERT INTO address (address, domain_id, mailbox_id, is_alias, created_at, twin_of,"      \
	" list_id)"                                                                                \
	" SELECT CONCAT(SUBSTRING_INDEX(a.address, '@', 1), '@', d.name), d.id, a.mailbox_id, 1,"  \
	"        " DB_NOW ", a.id, a.list_id"                                                      \
	"  FROM address a JOIN domain d ON " join " WHERE " where                                  \
	"   AND CHAR_LENGTH(SUBSTRING_INDEX(a.address, '@', 1)) + CHAR_LENGTH(d.name) < 254"
static const char SQL_ADD_TWINS[] = ADD_TWINS("d.alias_of = a.domain_id", "a.id = ?");
static const char SQL_ADD_DOMAIN[] = ADD_TWINS("d.id = ?", "a.domain_id = ?");
static const char SQL_REMOVE_DOMAIN[] =
        "DELETE FROM address WHERE domain_id = ? AND twin_of IS NOT NULL";
static const char SQL_REMOVE_LIST[] = "DELETE FROM address WHERE list_id = ?";
static const char SQL_REMOVE[] = "DELETE FROM address WHERE id = ? OR twin_of = ?";

static gboolean insert_address(Db *db, const char *address, guint64 domain_id, guint64 mailbox_id,
        guint64 list_id, gboolean is_alias, GError **error)
{
	gint64 added = db_execute(
	        db, error, SQL_ADD, "auutu", address, mailbox_id, list_id, is_alias, domain_id);

	if (added == 0)
		ps_invalid(
		        error, "address", "alias_domain", "its domain is an alias of another one");
	return added == 1 && db_execute(db, error, SQL_ADD_TWINS, "u", db_insert_id(db)) >= 0;
}

gboolean address_row_add(Db *db, const char *address, guint64 domain_id, guint64 mailbox_id,
        gboolean is_alias, GError **error)
{
	return insert_address(db, address, domain_id, mailbox_id, 0, is_alias, error);
}

gboolean address_row_add_list(
        Db *db, const char *address, guint64 domain_id, guint64 list_id, GError **error)
{
	return insert_address(db, address, domain_id, 0, list_id, FALSE, error);
}

gboolean address_row_remove_list(Db *db, guint64 list_id, GError **error)
{
	return db_execute(db, error, SQL_REMOVE_LIST, "u", list_id) >= 0;
}

gboolean address_row_remove(Db *db, guint64 id, GError **error)
{
	return db_execute(db, error, SQL_REMOVE, "uu", id, id) >= 0;
}

gboolean address_row_add_domain(Db *db, guint64 domain_id, guint64 alias_of, GError **error)
{
	return db_execute(db, error, SQL_ADD_DOMAIN, "uu", domain_id, alias_of) >= 0;
}

gboolean address_row_remove_domain(Db *db, guint64 domain_id, GError **error)
{
	return db_execute(db, error, SQL_REMOVE_DOMAIN, "u", domain_id) >= 0;
}
