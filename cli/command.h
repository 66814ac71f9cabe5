/* command.h: the subcommands of poststelle(1), one function each.
 *
 * A command gets its name and the arguments behind it, prints to stdout and returns TRUE, or
 * FALSE with error, which main() prints.
 */
#ifndef POSTSTELLE_CLI_COMMAND_H
#define POSTSTELLE_CLI_COMMAND_H

#include <glib.h>

#include "lib/base/config.h"
#include "lib/db/db.h"
#include "lib/office/actor.h"

typedef struct {
	const Config *config;
	Db *db;
	Actor actor;
	const char *config_path;
	gboolean json; /* what is printed is JSON (command_parse_said()) */
	int status;    /* what the program ends with; 0: 0, or 1 after FALSE */
} Context;

typedef gboolean (*Command)(Context *context, int argc, char **argv, GError **error);

/* Runs before there is a configuration: config and db of its context are NULL. */
gboolean command_setup(Context *context, int argc, char **argv, GError **error);
gboolean command_migrate(Context *context, int argc, char **argv, GError **error);
gboolean command_key_create(Context *context, int argc, char **argv, GError **error);
gboolean command_key_rotate(Context *context, int argc, char **argv, GError **error);
gboolean command_key_prune(Context *context, int argc, char **argv, GError **error);
gboolean command_user_add(Context *context, int argc, char **argv, GError **error);
gboolean command_user_list(Context *context, int argc, char **argv, GError **error);
gboolean command_user_edit(Context *context, int argc, char **argv, GError **error);
gboolean command_user_role(Context *context, int argc, char **argv, GError **error);
gboolean command_user_deactivate(Context *context, int argc, char **argv, GError **error);
gboolean command_user_password_link(Context *context, int argc, char **argv, GError **error);
gboolean command_domain_list(Context *context, int argc, char **argv, GError **error);
gboolean command_domain_add(Context *context, int argc, char **argv, GError **error);
gboolean command_domain_edit(Context *context, int argc, char **argv, GError **error);
gboolean command_domain_delete(Context *context, int argc, char **argv, GError **error);
gboolean command_mailbox_add(Context *context, int argc, char **argv, GError **error);
gboolean command_mailbox_list(Context *context, int argc, char **argv, GError **error);
gboolean command_mailbox_show(Context *context, int argc, char **argv, GError **error);
gboolean command_mailbox_edit(Context *context, int argc, char **argv, GError **error);
gboolean command_mailbox_quota(Context *context, int argc, char **argv, GError **error);
gboolean command_mailbox_password(Context *context, int argc, char **argv, GError **error);
gboolean command_mailbox_alias(Context *context, int argc, char **argv, GError **error);
gboolean command_mailbox_assign(Context *context, int argc, char **argv, GError **error);
gboolean command_mailbox_delete(Context *context, int argc, char **argv, GError **error);
gboolean command_mailbox_restore(Context *context, int argc, char **argv, GError **error);
gboolean command_mailbox_purge(Context *context, int argc, char **argv, GError **error);
gboolean command_mailbox_check(Context *context, int argc, char **argv, GError **error);
gboolean command_settings_get(Context *context, int argc, char **argv, GError **error);
gboolean command_settings_set(Context *context, int argc, char **argv, GError **error);
gboolean command_import_csv(Context *context, int argc, char **argv, GError **error);
gboolean command_import_postfixadmin(Context *context, int argc, char **argv, GError **error);
gboolean command_import_mailcow(Context *context, int argc, char **argv, GError **error);
gboolean command_import_resume(Context *context, int argc, char **argv, GError **error);
gboolean command_journal_check(Context *context, int argc, char **argv, GError **error);
gboolean command_doctor(Context *context, int argc, char **argv, GError **error);
gboolean command_agent(Context *context, int argc, char **argv, GError **error);

/* Parses options alone (GOption; --help prints and ends the program): what is left is argv[1] and
 * so on, ended by NULL. */
gboolean command_options(
        const GOptionEntry *entries, const char *synopsis, int *argc, char ***argv, GError **error);

/*
 * The same, and checks that exactly count
 * plain arguments are left, which are then argv[1] to argv[count]. synopsis names them.
 */
gboolean command_parse(const GOptionEntry *entries, const char *synopsis, int count, int *argc,
        char ***argv, GError **error);

/* The same for what is printed as JSON with --json: sets context->json. */
gboolean command_parse_said(Context *context, const GOptionEntry *entries, const char *synopsis,
        int count, int *argc, char ***argv, GError **error);

#endif
