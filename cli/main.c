/* main.c: poststelle(1), the administrator's command line: finds the subcommand and runs it. */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "cli/command.h"

typedef struct {
	const char *name; /* one or two words */
	Command run;
	const char *help;
} Entry;

static const Entry entries[] = {
        {"setup", command_setup, "set up this machine: asks, says what it will do, does it"},
        {"migrate", command_migrate, "bring the database to this version's schema"},
        {"key create", command_key_create, "make the key that seals mailbox passwords"},
        {"key rotate", command_key_rotate, "seal all mailbox passwords with a new key"},
        {"key prune", command_key_prune, "remove keys that no password uses any more"},
        {"user add", command_user_add, "add a user, the first administrator too"},
        {"user list", command_user_list, "list all users"},
        {"user edit", command_user_edit, "change a user's base data"},
        {"user role", command_user_role, "make a user administrator or staff"},
        {"user deactivate", command_user_deactivate, "end a user's sessions and sign-in"},
        {"user password-link", command_user_password_link, "send a link that sets a password"},
        {"domain list", command_domain_list, "list all mail domains"},
        {"domain add", command_domain_add, "add a mail domain"},
        {"domain edit", command_domain_edit, "switch a domain, or name its postmaster"},
        {"domain delete", command_domain_delete, "remove a domain that nothing uses"},
        {"mailbox add", command_mailbox_add, "make a mailbox"},
        {"mailbox list", command_mailbox_list, "list all mailboxes"},
        {"mailbox show", command_mailbox_show, "show one mailbox, its password too if asked"},
        {"mailbox edit", command_mailbox_edit, "change a mailbox's settings"},
        {"mailbox quota", command_mailbox_quota, "set a mailbox's storage"},
        {"mailbox password", command_mailbox_password, "make a new password for a mailbox"},
        {"mailbox alias", command_mailbox_alias, "list, add and remove further addresses"},
        {"mailbox assign", command_mailbox_assign, "list, add and remove a mailbox's users"},
        {"mailbox delete", command_mailbox_delete, "delete a mailbox"},
        {"mailbox restore", command_mailbox_restore, "bring a deleted mailbox back"},
        {"mailbox purge", command_mailbox_purge, "remove deleted mailboxes for good"},
        {"mailbox check", command_mailbox_check,
                "compare what the list searches with the mailboxes"},
        {"settings get", command_settings_get, "show what the office sets"},
        {"settings set", command_settings_set, "change what the office sets"},
        {"import csv", command_import_csv, "make mailboxes from a table, all or none"},
        {"import postfixadmin", command_import_postfixadmin, "move in from PostfixAdmin"},
        {"import mailcow", command_import_mailcow, "move in from mailcow"},
        {"import resume", command_import_resume, "go on with an import that was cut off"},
        {"journal check", command_journal_check, "compare who may read what with what is stored"},
        {"doctor", command_doctor, "say whether every part works, and what to do if not"},
        {"agent", command_agent, "the service that ends sessions and cleans up"},
};

static void print_help(void)
{
	puts("Usage: poststelle [--config FILE] COMMAND [ARGUMENTS]\n\nCommands:");
	for (gsize i = 0; i < G_N_ELEMENTS(entries); i++)
		printf("  %-19s  %s\n", entries[i].name, entries[i].help);
	puts("\nEach command has --help. See poststelle(1).");
}

/* The entry that the words name; *words is how many it takes. */
static const Entry *find_entry(int argc, char **argv, int *words)
{
	for (gsize i = 0; i < G_N_ELEMENTS(entries); i++) {
		g_auto(GStrv) parts = g_strsplit(entries[i].name, " ", 2);
		int count = (int)g_strv_length(parts);

		if (argc >= count && strcmp(argv[0], parts[0]) == 0 &&
		        (count == 1 || strcmp(argv[1], parts[1]) == 0)) {
			*words = count;
			return &entries[i];
		}
	}
	return NULL;
}

static gboolean wants_help(int argc, char **argv)
{
	return argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
}

static int run_command(const Entry *entry, const char *path, int argc, char **argv)
{
	gboolean sets_up = entry->run == command_setup;
	g_autoptr(GError) error = NULL;
	g_autoptr(Config) config = sets_up ? NULL : config_load(path, &error);

	if (config == NULL && !sets_up && !wants_help(argc, argv)) {
		fprintf(stderr, "poststelle: %s\n", error->message);
		return 2;
	}
	g_autoptr(Db) db = config != NULL ? db_new(config) : NULL;
	Context context = {config, db, {0, ACTOR_COMMAND_LINE}, path, FALSE, 0};
	g_autofree char *name = g_strconcat("poststelle ", entry->name, NULL);

	/* Whoever asks for help alone needs no configuration: the command prints it first of all.
	 */
	g_clear_error(&error);
	g_set_prgname(name);
	if (entry->run(&context, argc, argv, &error))
		return context.status;
	fprintf(stderr, "poststelle %s: %s\n", entry->name, error->message);
	return MAX(context.status, 1);
}

int main(int argc, char **argv)
{
	const char *environment = g_getenv("POSTSTELLE_CONF");
	const char *path = environment != NULL ? environment : CONFIG_DEFAULT_PATH;
	int first = 1, words = 0;

	setlocale(LC_CTYPE, "C.UTF-8");
	if (argc > 2 && (strcmp(argv[1], "--config") == 0 || strcmp(argv[1], "-c") == 0)) {
		path = argv[2];
		first = 3;
	}
	if (argc > first && strcmp(argv[first], "--version") == 0) {
		puts("poststelle " POSTSTELLE_VERSION);
		return 0;
	}
	if (argc <= first || strcmp(argv[first], "--help") == 0 || strcmp(argv[first], "-h") == 0) {
		print_help();
		return argc <= first ? 2 : 0;
	}
	const Entry *entry = find_entry(argc - first, argv + first, &words);
	if (entry == NULL) {
		fprintf(stderr, "poststelle: unknown command; see poststelle --help\n");
		return 2;
	}
	/* The command's own argv[0] is its last word. */
	int skip = first + words - 1;
	return run_command(entry, path, argc - skip, argv + skip);
}
