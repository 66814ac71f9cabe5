/* setup_ask.c: the questions of `poststelle setup`, what each is for, and whether an answer will
 * do. */
#include "cli/setup.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/ask.h"
#include "lib/base/address.h"
#include "lib/base/error.h"
#include "lib/base/host_port.h"
#include "lib/base/password.h"
#include "lib/base/user_login.h"
#include "lib/base/user_password.h"

#define PASSWORD_TRIES 3

typedef gboolean (*Check)(char **answer, GError **error);

typedef struct {
	const char *option;
	gsize offset;       /* of the answer in Setup */
	const char *value;  /* its line in the values; NULL: none */
	const char *preset; /* {name} is the machine's; NULL: none */
	Check check;
	const char *explanation, *question;
} SetupQuestion;

static gboolean take(char **answer, char *checked)
{
	if (checked == NULL)
		return FALSE;
	g_free(*answer);
	*answer = checked;
	return TRUE;
}

static gboolean take_domain(char **answer, GError **error)
{
	return take(answer, address_domain(*answer, "name", NULL, error));
}

/* Without the last slash; the prefix has only what a configuration of nginx can hold as it is. */
static gboolean take_url(char **answer, GError **error)
{
	g_autoptr(GUri) uri = g_uri_parse(*answer, G_URI_FLAGS_NONE, NULL);
	const char *path = uri != NULL ? g_uri_get_path(uri) : "";

	while (g_str_has_suffix(*answer, "/"))
		(*answer)[strlen(*answer) - 1] = '\0';
	if (uri != NULL && strcmp(g_uri_get_scheme(uri), "https") == 0 &&
	        g_uri_get_host(uri) != NULL && g_uri_get_query(uri) == NULL &&
	        strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/") ==
	                strlen(path))
		return TRUE;
	ps_invalid(error, "url", "url", "%s is no https:// address", *answer);
	return FALSE;
}

static gboolean take_file(char **answer, GError **error)
{
	if (g_path_is_absolute(*answer) && strpbrk(*answer, " \t\n;{}") == NULL &&
	        access(*answer, R_OK) == 0)
		return TRUE;
	ps_invalid(error, "file", "file",
	        "%s can't be read; a whole path is needed, without blanks", *answer);
	return FALSE;
}

static gboolean take_login(char **answer, GError **error)
{
	if (!g_utf8_validate(*answer, -1, NULL) || **answer == '\0') {
		ps_invalid(error, "admin", "empty", "a name to sign in with is needed");
		return FALSE;
	}
	return take(answer, user_login_normal(*answer));
}

static gboolean take_contact(char **answer, GError **error)
{
	return take(answer, address_any(*answer, "contact", error));
}

/* A local part, or the whole address that an earlier setup left. */
static gboolean take_mailbox(char **answer, GError **error)
{
	return take(answer, strchr(*answer, '@') != NULL
	                            ? address_own(*answer, "mailbox", error)
	                            : address_local_part(*answer, "mailbox", error));
}

#define AT(member) offsetof(Setup, member)

static const SetupQuestion questions[] = {
        {"--name", AT(name), "MAIL_NAME", NULL, take_domain,
                "The name of this machine in the DNS, which mail programs connect to. The DNS "
                "server of the\nprovider has to know it, in both directions.",
                "Name of the machine, e.g. mail.example.org"},
        {"--domain", AT(domain), "MAIL_ORIGIN", NULL, take_domain,
                "The first domain with mailboxes; others are added in the browser.",
                "Domain, e.g. example.org"},
        {"--url", AT(url), "BASE_URL", "https://{name}", take_url,
                "The address of the pages in the browser. Its name may be another one of this "
                "machine.",
                "Address of the pages"},
        {"--certificate", AT(certificate), "TLS_CERT", "/etc/letsencrypt/live/{name}/fullchain.pem",
                take_file,
                "The certificate for these names, with those between it and its root (PEM). "
                "certbot makes one where\nthe suggestion is; then its renewals are taken over "
                "too.",
                "Certificate's file"},
        {"--key", AT(key), "TLS_KEY", "/etc/letsencrypt/live/{name}/privkey.pem", take_file,
                "The private key of that certificate.", "Key's file"},
        {"--mailbox", AT(mailbox), "MAIL_FROM", "poststelle", take_mailbox, NULL, NULL},
};

static const SetupQuestion admin_questions[] = {
        {"--admin", AT(admin), NULL, NULL, take_login,
                "The first administrator, who makes all other users in the browser. Any name "
                "will do, in small\nletters.",
                "Log-in name, e.g. petra"},
        {"--contact", AT(contact), NULL, NULL, take_contact,
                "Where the administrator is reached, by a link too if the password is forgotten; "
                "not a mailbox of\nthis machine.",
                "Contact address"},
};

static char *preset_of(const Setup *setup, const SetupQuestion *question)
{
	g_auto(GStrv) parts =
	        question->preset != NULL ? g_strsplit(question->preset, "{name}", 2) : NULL;
	char *preset = parts != NULL ? g_strjoinv(setup->name, parts) : NULL;

	if (preset != NULL && g_path_is_absolute(preset) && access(preset, R_OK) != 0)
		g_clear_pointer(&preset, g_free);
	return preset;
}

/* Until it will do. FALSE: the input has ended. */
static gboolean ask(
        char **answer, const SetupQuestion *question, const char *preset, GError **error)
{
	g_autofree char *line = preset != NULL
	                                ? g_strdup_printf("%s [%s]", question->question, preset)
	                                : g_strdup(question->question);

	fprintf(stderr, "\n%s\n", question->explanation);
	for (;;) {
		g_autoptr(GError) failure = NULL;
		g_autofree char *typed = ask_line(line);
		if (typed == NULL) {
			ps_invalid(error, "answer", "missing", "no answer, so nothing was done");
			return FALSE;
		}
		if (*typed == '\0' && preset != NULL) {
			g_free(typed);
			typed = g_strdup(preset);
		}
		if (question->check(&typed, &failure)) {
			*answer = g_steal_pointer(&typed);
			return TRUE;
		}
		fprintf(stderr, "%s\n", failure->message);
	}
}

static gboolean answer_question(Setup *setup, const SetupQuestion *question, GHashTable *values,
        gboolean terminal, GError **error)
{
	char **answer = (char **)(void *)((char *)setup + question->offset);
	const char *before =
	        question->value != NULL ? g_hash_table_lookup(values, question->value) : NULL;
	g_autofree char *preset = preset_of(setup, question);

	if (*answer == NULL && before != NULL && *before != '\0')
		*answer = g_strdup(before);
	if (*answer == NULL && terminal && question->question != NULL)
		return ask(answer, question, preset, error);
	if (*answer == NULL)
		*answer = g_steal_pointer(&preset);
	if (*answer == NULL) {
		ps_invalid(error, "option", "missing", "%s is missing", question->option);
		return FALSE;
	}
	if (question->check(answer, error))
		return TRUE;
	g_prefix_error(error, "%s: ", question->option);
	return FALSE;
}

static void add_known(GHashTable *values, const char *name, const char *value)
{
	if (!g_hash_table_contains(values, name))
		g_hash_table_insert(values, g_strdup(name), g_strdup(value));
}

/* Lines NAME=value; what version 0.1 hadn't there stood in the programs' own configuration. */
static GHashTable *read_values(const char *path, const Config *before)
{
	GHashTable *values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		text = g_strdup("");
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		const char *at = strchr(*line, '=');
		if (at != NULL && g_ascii_isupper(**line))
			g_hash_table_insert(
			        values, g_strndup(*line, (gsize)(at - *line)), g_strdup(at + 1));
	}
	if (before != NULL) {
		add_known(values, "BASE_URL", before->base_url);
		add_known(values, "MAIL_FROM", before->mail_from);
	}
	return values;
}

static gboolean ask_password(Setup *setup, guint tries, GError **error)
{
	for (guint left = tries; left > 0; left--) {
		g_autoptr(GError) failure = NULL;

		g_clear_pointer(&setup->password, password_free);
		setup->password = ask_new_password(setup->from_stdin, &failure);
		if (setup->password != NULL &&
		        user_password_check(setup->password, "password", &failure))
			return TRUE;
		if (left == 1)
			g_propagate_error(error, g_steal_pointer(&failure));
		else
			fprintf(stderr, "%s\n", failure->message);
	}
	return FALSE;
}

static gboolean ask_admin(Setup *setup, GHashTable *values, gboolean terminal, GError **error)
{
	if (setup->has_admin)
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(admin_questions); i++)
		if (!answer_question(setup, &admin_questions[i], values, terminal, error))
			return FALSE;
	if (setup->admin_name == NULL)
		setup->admin_name = g_strdup(setup->admin);
	if (setup->dry_run)
		return TRUE;
	if (!terminal && !setup->from_stdin && isatty(STDIN_FILENO)) {
		ps_invalid(error, "option", "missing", "--password-stdin is missing");
		return FALSE;
	}
	return ask_password(setup, terminal && !setup->from_stdin ? PASSWORD_TRIES : 1, error);
}

/* HOST[:PORT], a socket's path has no place here. */
static gboolean check_database(const Setup *setup, GError **error)
{
	g_autofree char *host = NULL;
	guint port = 0;

	if (setup->database_host == NULL || (host_port_parse(setup->database_host, &host, &port) &&
	                                            *host != '\0' && *host != '/'))
		return TRUE;
	ps_invalid(error, "option", "host", "--database-host: %s is no HOST or HOST:PORT",
	        setup->database_host);
	return FALSE;
}

static gboolean check_paths(const Setup *setup, GError **error)
{
	const char *store = setup->mail_store;

	if (store != NULL &&
	        (!g_path_is_absolute(store) || strpbrk(store, " \t\n'\"\\%$") != NULL ||
	                g_str_has_suffix(store, "/"))) {
		ps_invalid(error, "option", "path",
		        "--mail-store: %s is no whole path without blanks and a last slash", store);
		return FALSE;
	}
	const char *const files[] = {setup->database_admin, setup->database_ca};
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
		if (files[i] != NULL && access(files[i], R_OK) != 0) {
			ps_invalid(error, "option", "file", "%s can't be read", files[i]);
			return FALSE;
		}
	return TRUE;
}

gboolean setup_ask(Setup *setup, const char *values_path, const Config *before, GError **error)
{
	g_autoptr(GHashTable) values = read_values(values_path, before);
	gboolean terminal = !setup->yes && isatty(STDIN_FILENO);

	if (setup->certbot && setup->name != NULL) {
		setup->certificate =
		        g_strdup_printf("/etc/letsencrypt/live/%s/fullchain.pem", setup->name);
		setup->key = g_strdup_printf("/etc/letsencrypt/live/%s/privkey.pem", setup->name);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(questions); i++)
		if (!answer_question(setup, &questions[i], values, terminal, error))
			return FALSE;
	if (strchr(setup->mailbox, '@') == NULL) {
		g_autofree char *local = g_steal_pointer(&setup->mailbox);
		setup->mailbox = g_strconcat(local, "@", setup->domain, NULL);
	}
	return check_database(setup, error) && check_paths(setup, error) &&
	       ask_admin(setup, values, terminal, error);
}
