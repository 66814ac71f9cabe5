/* setup.c: poststelle setup: asks, says what it will do, and does it: files, database and services
 * by the steps in /usr/share/poststelle/setup, the office's first data itself.
 */
#include "cli/setup.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/ask.h"
#include "cli/command.h"
#include "lib/base/error.h"
#include "lib/base/host_port.h"
#include "lib/base/password.h"

#define SHARE "/usr/share/poststelle"
#define DATABASE_PORT 3306
#define ALL_AUTHORITIES "/etc/ssl/certs/ca-certificates.crt"
#define IN_THE_WAY 3 /* exit status of stage: files that are somebody else's */

static void clear_setup(Setup *setup)
{
	char **const members[] = {&setup->name, &setup->domain, &setup->url, &setup->certificate,
	        &setup->key, &setup->admin, &setup->admin_name, &setup->contact, &setup->mailbox,
	        &setup->mail_store, &setup->database_host, &setup->database_admin,
	        &setup->database_ca, &setup->database_client, &setup->share};

	for (gsize i = 0; i < G_N_ELEMENTS(members); i++)
		g_clear_pointer(members[i], g_free);
	g_clear_pointer(&setup->password, password_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Setup, clear_setup)

static gboolean parse(Setup *setup, int argc, char **argv, GError **error)
{
	const GOptionEntry entries[] = {
	        {"name", 0, 0, G_OPTION_ARG_STRING, &setup->name, "The machine's name", "NAME"},
	        {"domain", 0, 0, G_OPTION_ARG_STRING, &setup->domain, "The first domain", "DOMAIN"},
	        {"url", 0, 0, G_OPTION_ARG_STRING, &setup->url,
	                "Address of the pages (https://NAME)", "URL"},
	        {"certificate", 0, 0, G_OPTION_ARG_STRING, &setup->certificate,
	                "Certificate and those below its root", "FILE"},
	        {"key", 0, 0, G_OPTION_ARG_STRING, &setup->key, "Its private key", "FILE"},
	        {"certbot", 0, 0, G_OPTION_ARG_NONE, &setup->certbot,
	                "Both are where certbot puts them", NULL},
	        {"admin", 0, 0, G_OPTION_ARG_STRING, &setup->admin,
	                "Log-in name of the first administrator", "LOGIN"},
	        {"admin-name", 0, 0, G_OPTION_ARG_STRING, &setup->admin_name, "And name", "NAME"},
	        {"contact", 0, 0, G_OPTION_ARG_STRING, &setup->contact, "And contact address",
	                "EMAIL"},
	        {"password-stdin", 0, 0, G_OPTION_ARG_NONE, &setup->from_stdin,
	                "Read the administrator's password from stdin", NULL},
	        {"mailbox", 0, 0, G_OPTION_ARG_STRING, &setup->mailbox,
	                "Mailbox that gets postmaster@, and sender of Poststelle's own mails "
	                "(poststelle)",
	                "NAME"},
	        {"mail-store", 0, 0, G_OPTION_ARG_STRING, &setup->mail_store,
	                "Where all mail is (/var/vmail)", "DIR"},
	        {"database-host", 0, 0, G_OPTION_ARG_STRING, &setup->database_host,
	                "The database is on another machine", "HOST[:PORT]"},
	        {"database-admin", 0, 0, G_OPTION_ARG_STRING, &setup->database_admin,
	                "Its administrator's log-in, as the client mariadb reads it", "FILE"},
	        {"database-ca", 0, 0, G_OPTION_ARG_STRING, &setup->database_ca,
	                "Authority of its certificate", "FILE"},
	        {"database-client", 0, 0, G_OPTION_ARG_STRING, &setup->database_client,
	                "What it calls this machine (as it says itself)", "HOST"},
	        {"replace", 0, 0, G_OPTION_ARG_NONE, &setup->replace,
	                "Replace files that aren't Poststelle's without asking", NULL},
	        {"yes", 0, 0, G_OPTION_ARG_NONE, &setup->yes, "Ask nothing", NULL},
	        {"dry-run", 0, 0, G_OPTION_ARG_NONE, &setup->dry_run,
	                "Say what would be done, and do nothing", NULL},
	        {"share", 0, 0, G_OPTION_ARG_STRING, &setup->share,
	                "Where Poststelle is (" SHARE ")", "DIR"},
	        {NULL, 0, 0, 0, NULL, NULL, NULL},
	};

	if (!command_parse(entries, "", 0, &argc, &argv, error))
		return FALSE;
	if (setup->share == NULL)
		setup->share = g_strdup(SHARE);
	return TRUE;
}

static void add_answer(GString *text, const char *name, const char *value)
{
	if (value != NULL)
		g_string_append_printf(text, "%s=%s\n", name, value);
}

/* What the steps read (setup/common.sh). */
static gboolean write_answers(const Setup *setup, const char *directory, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *path = g_build_filename(directory, "answers", NULL);
	g_autofree char *host = NULL;
	g_autofree char *port_text = NULL;
	guint port = 0;

	add_answer(text, "MAIL_NAME", setup->name);
	add_answer(text, "MAIL_ORIGIN", setup->domain);
	add_answer(text, "TLS_CERT", setup->certificate);
	add_answer(text, "TLS_KEY", setup->key);
	add_answer(text, "BASE_URL", setup->url);
	add_answer(text, "MAIL_FROM", setup->mailbox);
	add_answer(text, "MAIL_STORE", setup->mail_store);
	add_answer(text, "DATABASE_ADMIN", setup->database_admin);
	add_answer(text, "DATABASE_CLIENT", setup->database_client);
	if (setup->database_host != NULL && host_port_parse(setup->database_host, &host, &port)) {
		port_text = g_strdup_printf("%u", port != 0 ? port : DATABASE_PORT);
		add_answer(text, "DATABASE_HOST", host);
		add_answer(text, "DATABASE_PORT", port_text);
		add_answer(text, "DATABASE_CA",
		        setup->database_ca != NULL ? setup->database_ca : ALL_AUTHORITIES);
	}
	return g_file_set_contents(path, text->str, (gssize)text->len, error);
}

/* A step's own words go where ours go. *status: what it ended with. */
static gboolean run_step(
        const Setup *setup, const char *directory, const char *step, int *status, GError **error)
{
	g_autofree char *program = g_build_filename(setup->share, "setup", step, NULL);
	g_autofree char *argument = g_strdup(directory);
	char *argv[] = {program, argument, NULL};
	g_autoptr(GError) failure = NULL;

	fflush(stdout);
	if (!g_spawn_sync(NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, status, error))
		return FALSE;
	if (g_spawn_check_wait_status(*status, &failure)) {
		*status = 0;
		return TRUE;
	}
	if (failure->domain == G_SPAWN_EXIT_ERROR && failure->code == IN_THE_WAY) {
		*status = IN_THE_WAY;
		return TRUE;
	}
	g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "%s: %s", program, failure->message);
	return FALSE;
}

static gboolean say_yes(const char *question)
{
	g_autofree char *answer = ask_line(question);

	return answer != NULL &&
	       (g_ascii_strcasecmp(answer, "y") == 0 || g_ascii_strcasecmp(answer, "yes") == 0);
}

static gboolean confirm(const Setup *setup, gboolean in_the_way, GError **error)
{
	gboolean terminal = isatty(STDIN_FILENO) && !setup->yes;

	if (in_the_way && !setup->replace && !terminal) {
		g_set_error(error, PS_ERROR, PS_ERROR_CONFLICT,
		        "nothing was changed: what is marked REPLACES isn't as Poststelle wrote it; "
		        "--replace takes that for granted");
		return FALSE;
	}
	if (!terminal || (setup->replace && setup->from_stdin))
		return TRUE;
	if (say_yes(in_the_way && !setup->replace ? "Replace these and do the rest? [y/N]"
	                                          : "Go on? [y/N]"))
		return TRUE;
	g_set_error(error, PS_ERROR, PS_ERROR_CONFLICT, "nothing was changed");
	return FALSE;
}

static void say_rest(const Setup *setup)
{
	printf("database  its six accounts, the schema of this version, their rights\n"
	       "office    domain %s, mailbox %s for postmaster@, abuse@ and root@,\n"
	       "          the mail servers' name %s in the settings%s%s: where they aren't yet\n"
	       "services  enabled and started again: poststelle, its agent, milters and purge timer, "
	       "postfix,\n          dovecot, nginx\n",
	        setup->domain, setup->mailbox, setup->name,
	        setup->has_admin ? "" : ", administrator ", setup->has_admin ? "" : setup->admin);
}

static void say_end(const Setup *setup)
{
	printf("\nDone. The pages: %s\n"
	       "The mailbox %s has a password that is shown there, or by:\n"
	       "  poststelle mailbox show --password %s\n"
	       "The page of the domain lists its DNS records. Backups: systemctl enable --now "
	       "poststelle-backup.timer\n",
	        setup->url, setup->mailbox, setup->mailbox);
}

static gboolean carry_out(Context *context, Setup *setup, const char *directory, GError **error)
{
	int status = 0;

	if (!write_answers(setup, directory, error) ||
	        !run_step(setup, directory, "stage", &status, error))
		return FALSE;
	say_rest(setup);
	if (setup->dry_run) {
		puts("Nothing was changed (--dry-run).");
		return TRUE;
	}
	if (!confirm(setup, status == IN_THE_WAY, error) ||
	        !run_step(setup, directory, "install", &status, error))
		return FALSE;
	g_autoptr(Config) config = config_load(CONFIG_DEFAULT_PATH, error);
	if (config == NULL)
		return FALSE;
	g_autoptr(Db) db = db_new(config);
	if (!setup_office(db, &context->actor, config->key_file, setup, error) ||
	        !run_step(setup, directory, "start", &status, error))
		return FALSE;
	say_end(setup);
	return TRUE;
}

static void remove_work(const char *directory)
{
	const char *argv[] = {"rm", "-rf", directory, NULL};

	g_spawn_sync(NULL, (char **)(guintptr)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
	        NULL, NULL, NULL);
}

gboolean command_setup(Context *context, int argc, char **argv, GError **error)
{
	g_auto(Setup) setup = {0};

	if (!parse(&setup, argc, argv, error))
		return FALSE;
	g_autoptr(Config) before = config_load(CONFIG_DEFAULT_PATH, NULL);
	if (before != NULL) {
		g_autoptr(Db) db = db_new(before);
		setup.has_admin = setup_has_admin(db);
	}
	if (!setup_ask(&setup, SETUP_VALUES, before, error))
		return FALSE;
	g_autofree char *directory = g_dir_make_tmp("poststelle-setup-XXXXXX", error);
	if (directory == NULL)
		return FALSE;
	gboolean ok = carry_out(context, &setup, directory, error);
	remove_work(directory);
	return ok;
}
