/* task_machine.c: which machines the sessions of mail programs can be on. */
#include "lib/office/task_machine.h"

#include "lib/base/error.h"

static const char SQL_ADD[] = "INSERT IGNORE INTO agent_machine (name) VALUES (?)";
static const char SQL_ANY[] = "SELECT name FROM agent_machine LIMIT 1";
static const char SQL_FORGET[] = "DELETE FROM agent_machine WHERE name = ?";

gboolean task_machine_register(Db *db, const char *machine, GError **error)
{
	if (*machine != '\0')
		return db_execute(db, error, SQL_ADD, "a", machine) >= 0;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_ANY, "");
	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows))
		return TRUE;
	g_set_error(error, PS_ERROR, PS_ERROR_CONFLICT,
	        "other machines have agents with a name (%s): this one needs its own, [mail] machine",
	        db_rows_text(rows, 0));
	return FALSE;
}

gboolean task_machine_forget(Db *db, const char *machine, GError **error)
{
	gint64 forgotten = db_execute(db, error, SQL_FORGET, "a", machine);

	if (forgotten == 0)
		g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "there is no machine %s", machine);
	return forgotten > 0;
}
