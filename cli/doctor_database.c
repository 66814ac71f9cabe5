/* doctor_database.c: each program's account: whether it gets in, and what it may do there;
 * migrations.
 */
#include "cli/doctor_checks.h"

#include <string.h>

#include "lib/db/grants.h"
#include "lib/db/migrate.h"

#define SHOWN 4

/* What accounts.sql gives the owner, on every table. */
static const char OWNER_RIGHTS[] =
        "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES, CREATE VIEW,"
        " SHOW VIEW ON mailbox TO '%s'@";

/* The first of them, and how many more. Free: g_free(). */
static char *list_some(const GPtrArray *names)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < MIN(names->len, SHOWN); i++)
		g_string_append_printf(
		        text, "%s%s", i > 0 ? ", " : "", (const char *)names->pdata[i]);
	if (names->len > SHOWN)
		g_string_append_printf(text, " and %u more", names->len - SHOWN);
	return g_string_free(text, FALSE);
}

static const Config *config_of(const Doctor *doctor, const char *name, const char **path)
{
	const DoctorProgram *program = strcmp(name, "web") == 0      ? &doctor->web
	                               : strcmp(name, "milter") == 0 ? &doctor->milter
	                                                             : &doctor->agent;

	*path = strcmp(name, "owner") == 0 ? doctor->path : program->path;
	return strcmp(name, "owner") == 0 ? doctor->config : program->config;
}

/* What grants.sql says, of the owner what accounts.sql does. Free: g_free(). */
static char *rights_script(const Doctor *doctor, const Config *config, GError **error)
{
	g_autofree char *path = g_build_filename(doctor->sql, "grants.sql", NULL);
	char *script = NULL;

	if (config == doctor->config) {
		g_auto(GStrv) parts = g_strsplit(OWNER_RIGHTS, "%s", -1);
		return g_strjoinv(config->database_user, parts);
	}
	return g_file_get_contents(path, &script, NULL, error) ? script : NULL;
}

static void check_rights(const Doctor *doctor, const Config *config, Db *db, HealthCheck *check)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *script = rights_script(doctor, config, &error);
	g_autoptr(GPtrArray) missing = NULL;
	g_autoptr(GPtrArray) beyond = NULL;

	if (script == NULL ||
	        !grants_compare(db, script, config->database_user, &missing, &beyond, &error)) {
		doctor_say(check, HEALTH_NOTE, "", "its rights were not looked at: %s",
		        error != NULL ? error->message : "");
		return;
	}
	if (missing->len > 0) {
		g_autofree char *list = list_some(missing);
		doctor_say(check, HEALTH_FAULT,
		        config == doctor->config
		                ? "Run accounts.sql again as the database's administrator"
		                : "As the database's administrator: mariadb poststelle < "
		                  "/usr/share/poststelle/sql/grants.sql",
		        "%s lacks %s", config->database_user, list);
	}
	if (beyond->len > 0 && config != doctor->config) {
		g_autofree char *list = list_some(beyond);
		doctor_say(check, HEALTH_WARNING, "REVOKE what it doesn't need",
		        "%s may more than it needs: %s", config->database_user, list);
	}
	if (check->state == HEALTH_OK)
		doctor_say(check, HEALTH_OK, "", "%s has its rights", config->database_user);
}

void doctor_database(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	const char *path = NULL;
	const Config *config = config_of(doctor, argument, &path);
	g_autoptr(GError) error = NULL;

	if (config == NULL) {
		doctor_say(check, HEALTH_NOTE, "", "not looked at: %s can't be read", path);
		return;
	}
	g_autoptr(Db) db = db_new(config);
	if (!db_ping(db, &error)) {
		doctor_say(check, HEALTH_FAULT,
		        db_found_no_host(db)
		                ? "Start the database (systemctl start mariadb), or correct hosts"
		                : "Give account and file the same password: ALTER USER ... IDENTIFIED BY",
		        "%s (%s): %s", config->database_user, path, error->message);
		return;
	}
	check_rights(doctor, config, db, check);
}

void doctor_migrations(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	g_autoptr(Db) db = db_new(doctor->config);
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) names = migrate_pending(db, doctor->sql, &error);

	(void)argument;
	if (names == NULL) {
		doctor_say(check, HEALTH_NOTE, "", "not looked at: %s", error->message);
		return;
	}
	if (names->len > 0) {
		g_autofree char *list = list_some(names);
		doctor_say(check, HEALTH_FAULT,
		        "poststelle migrate; then mariadb poststelle < "
		        "/usr/share/poststelle/sql/grants.sql",
		        "the database lacks %s", list);
		return;
	}
	doctor_say(check, HEALTH_OK, "", "the schema is up to date");
}
