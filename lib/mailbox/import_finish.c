/* import_finish.c: makes the mailboxes of an import seen, all at once. */
#include "lib/mailbox/import_finish.h"

#include "lib/base/error.h"
#include "lib/mailbox/import_people.h"
#include "lib/mailbox/import_way.h"
#include "lib/office/mailbox_mark.h"

#define LINES                                                                                      \
	" FROM mailbox_hidden l STRAIGHT_JOIN mailbox m ON m.id = l.mailbox_id WHERE l.run_id = ?"
/* For other nodes (user_hold.h). */
static const char SQL_HOLD_USERS[] =
        "UPDATE user SET held = held + 1 WHERE id IN (SELECT user_id FROM import_user WHERE run_id = ?)";
static const char SQL_HOLD_NEW[] =
        "UPDATE user SET held = held + 1 WHERE login IN (SELECT login FROM import_new_user WHERE run_id = ?)";
static const char SQL_INACTIVE_USER[] =
        "SELECT l.line, u.login FROM import_user i STRAIGHT_JOIN user u ON u.id = i.user_id"
        " JOIN mailbox_hidden l ON l.mailbox_id = i.mailbox_id"
        " WHERE i.run_id = ? AND u.active = 0 LIMIT 1 LOCK IN SHARE MODE";
/* Who was to be made, and is there since. */
static const char SQL_INACTIVE_NEW[] =
        "SELECT l.line, u.login FROM import_new_user i STRAIGHT_JOIN user u ON u.login = i.login"
        " JOIN mailbox_hidden l ON l.mailbox_id = i.mailbox_id"
        " WHERE i.run_id = ? AND u.active = 0 LIMIT 1 LOCK IN SHARE MODE";
static const char SQL_INACTIVE_DOMAIN[] =
        "SELECT l.line, a.address FROM mailbox_hidden l STRAIGHT_JOIN address a ON a.mailbox_id = l.mailbox_id"
        " STRAIGHT_JOIN domain d ON d.id = a.domain_id"
        " WHERE l.run_id = ? AND d.active = 0 LIMIT 1 LOCK IN SHARE MODE";
enum { FOUND_LINE, FOUND_TEXT };
/* Later than all that was written of them. */
static const char SQL_NOW[] =
        "SELECT GREATEST(" DB_NOW ", COALESCE(MAX(c.at), 0) + 1) FROM mailbox_hidden l"
        " STRAIGHT_JOIN mailbox_clock c ON c.mailbox_id = l.mailbox_id WHERE l.run_id = ?";
static const char SQL_ASSIGN[] = "INSERT INTO assignment (mailbox_id, user_id, assigned_at)"
                                 " SELECT mailbox_id, user_id, ? FROM import_user WHERE run_id = ?";
#define FIND(domain)                                                                               \
	"INSERT INTO mailbox_find (domain_id, state, prefix, address, mailbox_id)"                 \
	" SELECT " domain ", 'p', i.user_id, m.address, m.id FROM import_user i"                   \
	" STRAIGHT_JOIN mailbox m ON m.id = i.mailbox_id WHERE i.run_id = ?"
static const char SQL_FIND[] = FIND("0");
static const char SQL_FIND_DOMAIN[] = FIND("m.domain_id");
static const char SQL_CLOCKS[] =
        "UPDATE mailbox_hidden l STRAIGHT_JOIN mailbox_clock c ON c.mailbox_id = l.mailbox_id"
        " SET c.at = ? WHERE l.run_id = ?";
static const char SQL_SHOW[] =
        "UPDATE mailbox_hidden l STRAIGHT_JOIN mailbox m ON m.id = l.mailbox_id"
        " SET m.deleted = 0, m.unassigned = NOT EXISTS (SELECT 1 FROM import_user i"
        "  WHERE i.run_id = l.run_id AND i.mailbox_id = m.id) WHERE l.run_id = ? AND m.deleted = 3";
static const char SQL_PEOPLE[] =
        "UPDATE mailbox_hidden l STRAIGHT_JOIN mailbox m ON m.id = l.mailbox_id"
        " SET m.people = " MAILBOX_MARK_PEOPLE " WHERE l.run_id = ?";
static const char SQL_UNHIDE[] = "DELETE FROM mailbox_hidden WHERE run_id = ?";
static const char SQL_END[] = "UPDATE bulk_run SET ended_at = ? WHERE id = ?";

/* The change log as if each had been made by hand (mailbox.c, alias.c, assignment.c). */
#define LOG                                                                                          \
	"INSERT INTO change_log (at, user_id, actor, mailbox_id, subject, action, field, new_value)" \
	" SELECT ?, NULLIF(?, 0), ?, m.id, m.address, "
static const char *const SQL_LOG[] = {
        LOG
        "'mailbox.created', IF(m.email_name = '', '', 'email_name'), NULLIF(m.email_name, '')" LINES,
        LOG "'mailbox.created', 'quota_mb', m.quota_mb" LINES " AND m.quota_mb > 0",
        LOG "'mailbox.created', 'active', '0'" LINES " AND m.active = 0",
        LOG "'mailbox.created', 'may_send', '0'" LINES " AND m.may_send = 0",
        LOG "'mailbox.created', 'may_log_in', '0'" LINES " AND m.may_log_in = 0",
        LOG "'mailbox.created', 'vip', '1'" LINES " AND m.vip = 1",
        LOG "'mailbox.created', 'note', m.note" LINES " AND m.note <> ''",
        LOG
        "'alias.added', '', a.address FROM mailbox_hidden l"
        " STRAIGHT_JOIN mailbox m ON m.id = l.mailbox_id"
        " STRAIGHT_JOIN address a ON a.mailbox_id = m.id AND a.is_alias = 1 AND a.twin_of IS NULL"
        " WHERE l.run_id = ?",
        LOG "'assignment.added', '', u.login FROM import_user i"
            " STRAIGHT_JOIN mailbox m ON m.id = i.mailbox_id"
            " STRAIGHT_JOIN user u ON u.id = i.user_id WHERE i.run_id = ?",
};

/* TRUE in *found: something isn't active, and the run is turned back. */
static gboolean find_inactive(Db *db, const ImportRun *run, const char *sql, const char *column,
        const char *reason, gboolean *found, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, sql, "u", run->id);

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows))
		return TRUE;
	g_autofree char *value = g_strdup(db_rows_text(rows, FOUND_TEXT));
	const ImportFault fault = {.line = (guint)db_rows_u64(rows, FOUND_LINE),
	        .column = column,
	        .reason = reason,
	        .value = value};
	*found = TRUE;
	return import_turn_back(db, run->id, &fault, error);
}

static gboolean write_log(Db *db, const ImportRun *run, guint64 at, GError **error)
{
	g_autoptr(GError) failure = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(SQL_LOG); i++) {
		if (db_execute(db, &failure, SQL_LOG[i], "uusu", at, run->actor_id, run->actor,
		            run->id) >= 0)
			continue;
		if (g_error_matches(failure, PS_ERROR, PS_ERROR_INTERNAL))
			failure->code = PS_ERROR_UNLOGGED;
		g_propagate_prefixed_error(error, g_steal_pointer(&failure), "change log: ");
		return FALSE;
	}
	return TRUE;
}

/* TRUE in *found: something that was active when the run began isn't, and it is turned back. */
static gboolean find_any_inactive(Db *db, const ImportRun *run, gboolean *found, GError **error)
{
	static const struct {
		const char *sql, *column, *reason;
	} all[] = {{SQL_INACTIVE_DOMAIN, "address", "inactive_domain"},
	        {SQL_INACTIVE_USER, "users", "inactive_user"},
	        {SQL_INACTIVE_NEW, "users", "inactive_user"}};

	for (gsize i = 0; !*found && i < G_N_ELEMENTS(all); i++)
		if (!find_inactive(db, run, all[i].sql, all[i].column, all[i].reason, found, error))
			return FALSE;
	return TRUE;
}

gboolean import_finish(Db *db, const ImportRun *run, GError **error)
{
	const Actor actor = {.user_id = run->actor_id, .login = run->actor};
	gboolean inactive = FALSE;
	g_autoptr(GPtrArray) ways = import_way_begin(db, run->id, error);

	if (ways == NULL || db_execute(db, error, SQL_HOLD_USERS, "u", run->id) < 0 ||
	        db_execute(db, error, SQL_HOLD_NEW, "u", run->id) < 0 ||
	        !find_any_inactive(db, run, &inactive, error))
		return FALSE;
	if (inactive)
		return TRUE;
	if (!import_people_make(db, &actor, run->id, error))
		return FALSE;
	g_autoptr(DbRows) now = db_query(db, error, SQL_NOW, "u", run->id);
	if (now == NULL || !db_rows_next(now))
		return FALSE;
	guint64 at = db_rows_u64(now, 0);
	return db_execute(db, error, SQL_SHOW, "u", run->id) >= 0 &&
	       db_execute(db, error, SQL_ASSIGN, "uu", at, run->id) >= 0 &&
	       db_execute(db, error, SQL_FIND, "u", run->id) >= 0 &&
	       db_execute(db, error, SQL_FIND_DOMAIN, "u", run->id) >= 0 &&
	       db_execute(db, error, SQL_PEOPLE, "u", run->id) >= 0 &&
	       db_execute(db, error, SQL_CLOCKS, "uu", at, run->id) >= 0 &&
	       write_log(db, run, at, error) && import_way_write(db, run, ways, error) &&
	       db_execute(db, error, SQL_UNHIDE, "u", run->id) >= 0 &&
	       db_execute(db, error, SQL_END, "uu", at, run->id) == 1;
}
