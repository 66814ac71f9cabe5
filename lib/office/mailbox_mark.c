/* mailbox_mark.c: computes who is assigned to a mailbox, and whether its password is known to who
 * shouldn't know it. */
#include "lib/office/mailbox_mark.h"

#include "lib/db/db_bulk.h"

#define UNASSIGNED                                                                                 \
	"(NOT EXISTS (SELECT 1 FROM assignment kc FORCE INDEX (assignment_mailbox)"                \
	" WHERE kc.mailbox_id = m.id AND kc.removed_at = 0))"
/*
 * Who may still know the password of mailbox m: somebody who was assigned and active at the same
 * time while it was the one, and isn't both now; somebody who has looked at it, and is deactivated,
 * or neither assigned nor an administrator. Not where own passwords alone log in.
 */
#define ASSIGNED                                                                                   \
	"EXISTS (SELECT 1 FROM assignment kn"                                                      \
	" WHERE kn.mailbox_id = m.id AND kn.user_id = ku.id AND kn.removed_at = 0)"
#define KNOWN                                                                                       \
	"(m.own_only = 0 AND (EXISTS (SELECT 1 FROM assignment ka FORCE INDEX (assignment_mailbox)" \
	"  STRAIGHT_JOIN user ku ON ku.id = ka.user_id"                                             \
	"  WHERE ka.mailbox_id = m.id"                                                              \
	"    AND (ka.removed_at = 0 OR ka.removed_at > m.password_changed_at)"                      \
	"    AND IF(ku.active, ka.removed_at > 0 AND NOT " ASSIGNED ","                             \
	"           ku.deactivated_at > GREATEST(ka.assigned_at, m.password_changed_at))"           \
	"    AND NOT (ka.removed_at > 0 AND EXISTS (SELECT 1 FROM user_inactive ki"                 \
	"     WHERE ki.user_id = ka.user_id AND ki.ended_at >= ka.removed_at"                       \
	"       AND ki.began_at <= GREATEST(ka.assigned_at, m.password_changed_at))))"              \
	" OR EXISTS (SELECT 1 FROM password_seen ks STRAIGHT_JOIN user ku ON ku.id = ks.user_id"    \
	"  WHERE ks.mailbox_id = m.id AND ks.seen_at > m.password_changed_at"                       \
	"    AND (ku.active = 0 OR (ku.role <> 'admin' AND NOT " ASSIGNED ")))))"

#define SET                                                                                        \
	"UPDATE mailbox m SET m.unassigned = " UNASSIGNED ", m.known = " KNOWN                     \
	", m.people = " MAILBOX_MARK_PEOPLE
#define ABSENT "EXISTS (SELECT 1 FROM absence kz WHERE kz.mailbox_id = m.id AND kz.active = 1)"
#define HAS_WAYS                                                                                   \
	"(EXISTS (SELECT 1 FROM forward_to kf WHERE kf.mailbox_id = m.id)"                         \
	" OR EXISTS (SELECT 1 FROM address kb JOIN mail_list_member kx ON kx.address_id = kb.id"   \
	"  WHERE kb.mailbox_id = m.id))"
#define HAS_OWN "EXISTS (SELECT 1 FROM own_password ko WHERE ko.mailbox_id = m.id)"
static const char SQL_LOCK_ONE[] = "SELECT id FROM mailbox WHERE id = ? FOR UPDATE";
static const char SQL_SET_ONE[] = SET " WHERE m.id = ?";
static const char SQL_LOCK[] =
        "SELECT id FROM mailbox WHERE id IN " DB_LIST_PAGE_PLACES " ORDER BY id FOR UPDATE";
static const char SQL_SET[] = SET " WHERE m.id IN " DB_LIST_PAGE_PLACES;
static const char SQL_OF_USER[] =
        "SELECT mailbox_id FROM assignment WHERE user_id = ?"
        " UNION SELECT mailbox_id FROM password_seen WHERE user_id = ? ORDER BY 1";
static const char SQL_ABSENT[] = "UPDATE mailbox SET absent = ? WHERE id = ?";
static const char SQL_OWN[] = "UPDATE mailbox SET has_own = 1 WHERE id = ?";
static const char SQL_WAYS[] = "UPDATE mailbox SET has_ways = 1 WHERE id = ? AND has_ways = 0";
/* Few have to be written, so that few are locked. */
static const char SQL_UNMARKED[] =
        "SELECT DISTINCT m.id FROM mail_list_member x JOIN address a ON a.id = x.address_id"
        " JOIN mailbox m ON m.id = a.mailbox_id WHERE x.list_id = ? AND m.has_ways = 0 ORDER BY 1";
static const char SQL_MISSED[] =
        "SELECT m.id FROM mailbox m WHERE m.has_ways < " HAS_WAYS " ORDER BY m.id";
static const char SQL_WRONG[] =
        "SELECT m.address FROM mailbox m WHERE m.deleted < 2"
        " AND (m.unassigned <> " UNASSIGNED " OR m.known <> " KNOWN
        " OR m.people <> " MAILBOX_MARK_PEOPLE " OR m.absent <> " ABSENT " OR m.has_own <> " HAS_OWN
        " OR m.has_ways < " HAS_WAYS ") ORDER BY m.id LIMIT 1000";

gboolean mailbox_mark_refresh(Db *db, guint64 mailbox_id, GError **error)
{
	g_autoptr(DbRows) locked = db_query(db, error, SQL_LOCK_ONE, "u", mailbox_id);

	return locked != NULL && db_execute(db, error, SQL_SET_ONE, "u", mailbox_id) >= 0;
}

gboolean mailbox_mark_refresh_user(Db *db, guint64 user_id, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_autoptr(DbRows) rows = db_query(db, error, SQL_OF_USER, "uu", user_id, user_id);

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows)) {
		guint64 id = db_rows_u64(rows, 0);
		g_array_append_val(ids, id);
	}
	for (guint first = 0; first < ids->len; first += DB_LIST_PAGE) {
		g_autoptr(DbValues) values = db_values_new();
		db_list_add(values, ids, first, DB_LIST_PAGE);
		g_autoptr(DbRows) locked = db_query_values(db, error, SQL_LOCK, values);
		if (locked == NULL || db_execute_values(db, error, SQL_SET, values) < 0)
			return FALSE;
	}
	return TRUE;
}

gboolean mailbox_mark_absent(Db *db, guint64 mailbox_id, gboolean absent, GError **error)
{
	return db_execute(db, error, SQL_ABSENT, "tu", absent, mailbox_id) >= 0;
}

gboolean mailbox_mark_own(Db *db, guint64 mailbox_id, GError **error)
{
	return db_execute(db, error, SQL_OWN, "u", mailbox_id) >= 0;
}

gboolean mailbox_mark_ways(Db *db, guint64 mailbox_id, GError **error)
{
	return db_execute(db, error, SQL_WAYS, "u", mailbox_id) >= 0;
}

/* Of the mailboxes that were found; rows may be NULL. */
static gboolean mark_found(Db *db, DbRows *rows, GError **error)
{
	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows))
		if (!mailbox_mark_ways(db, db_rows_u64(rows, 0), error))
			return FALSE;
	return TRUE;
}

gboolean mailbox_mark_list(Db *db, guint64 list_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_UNMARKED, "u", list_id);

	return mark_found(db, rows, error);
}

gboolean mailbox_mark_settle(Db *db, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_MISSED, "");

	return mark_found(db, rows, error);
}

gboolean mailbox_mark_wrong(Db *db, GPtrArray *wrong, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_WRONG, "");

	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows))
		g_ptr_array_add(wrong, g_strdup(db_rows_text(rows, 0)));
	return TRUE;
}
