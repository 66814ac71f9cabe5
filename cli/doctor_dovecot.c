/* doctor_dovecot.c: Dovecot itself, what it asks the database, and its sockets for Postfix. */
#include "cli/doctor_checks.h"

#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>

#define NO_USER 67 /* EX_NOUSER, EX_NOHOST: doveadm's words for "there is no such ..." */
#define NO_KEY 68

void doctor_dovecot_runs(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	g_autoptr(DoctorRun) run = doctor_run(NULL, "doveadm", "-c", doctor->dovecot, "who", NULL);

	(void)argument;
	if (run->status == 0)
		doctor_say(check, HEALTH_OK, "", "it runs");
	else
		doctor_say(check, HEALTH_FAULT,
		        "systemctl restart dovecot; doveconf -n says what is wrong in its files",
		        "it doesn't answer: %s", run->err);
}

/* A list has that word. */
static gboolean has_word(const char *list, const char *word)
{
	g_auto(GStrv) words = g_strsplit_set(list, " ,", -1);

	return g_strv_contains((const char *const *)words, word);
}

static const struct {
	const char *protocol, *name, *word, *why;
} settings[] = {
        {NULL, "auth_cache_size", "0", "an old password goes on logging in"},
        {NULL, "auth_username_format", "%Lu", "log-ins in capitals don't work"},
        {NULL, "recipient_delimiter", "+", "name+anything@ doesn't reach its mailbox"},
        {NULL, "disable_plaintext_auth", "yes", "passwords travel without encryption"},
        {NULL, "mail_plugins", "quota_clone", "the list doesn't know how full mailboxes are"},
        {NULL, "mail_plugins", "listescape", "folders called 'Dr. Meier' can't be made"},
        {"lmtp", "mail_plugins", "sieve", "absence notes aren't sent"},
};

void doctor_dovecot_settings(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	(void)argument;
	for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
		g_autofree char *value =
		        doctor_doveconf(doctor, settings[i].protocol, settings[i].name);
		if (!has_word(value, settings[i].word))
			doctor_say(check, HEALTH_FAULT,
			        "Set it as /usr/share/poststelle/mail/dovecot/dovecot.conf has it, and "
			        "restart Dovecot",
			        "%s is \"%s\", not \"%s\": %s", settings[i].name, value,
			        settings[i].word, settings[i].why);
	}
	if (check->state == HEALTH_OK)
		doctor_say(check, HEALTH_OK, "", "dovecot.conf has what is needed");
}

/* Asks by doveadm, one of whose exit statuses means that the database said no. */
static void ask_dovecot(const Doctor *doctor, DoctorRun *result, int no, const char *what,
        gboolean has_to, HealthCheck *check)
{
	g_autoptr(DoctorRun) run = result;

	if (run->status == 0)
		doctor_say(check, HEALTH_OK, "", "asked for %s", doctor->mailbox);
	else if (run->status == no && !has_to)
		doctor_say(check, HEALTH_OK, "", "asked for %s, which has none", doctor->mailbox);
	else if (run->status == no)
		doctor_say(check, HEALTH_FAULT,
		        "Let the file name the database of poststelle.conf, with the query of "
		        "/usr/share/poststelle/mail/dovecot/sql",
		        "%s: %s isn't known", what, doctor->mailbox);
	else
		doctor_say(check, HEALTH_FAULT,
		        "journalctl -u dovecot says why; often the password in that file, or "
		        "grants.sql",
		        "%s: %s", what,
		        run->status == 124  ? "no answer in time"
		        : *run->err != '\0' ? run->err
		                            : run->out);
}

/* FALSE: there is nobody to ask for. */
static gboolean has_mailbox(const Doctor *doctor, HealthCheck *check)
{
	if (doctor->mailbox == NULL)
		doctor_say(check, HEALTH_NOTE, "", "not looked at: there is no active mailbox");
	return doctor->mailbox != NULL;
}

void doctor_dovecot_login(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	(void)argument;
	if (has_mailbox(doctor, check))
		ask_dovecot(doctor,
		        doctor_run(NULL, "doveadm", "-c", doctor->dovecot, "auth", "lookup",
		                doctor->mailbox, NULL),
		        NO_USER, "login.conf, password_query", TRUE, check);
}

void doctor_dovecot_storage(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	(void)argument;
	if (has_mailbox(doctor, check))
		ask_dovecot(doctor,
		        doctor_run(NULL, "doveadm", "-c", doctor->dovecot, "user", doctor->mailbox,
		                NULL),
		        NO_USER, "login.conf, user_query", TRUE, check);
}

void doctor_dovecot_dict(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	g_autofree char *dict = g_strconcat("proxy::", argument, NULL);
	g_autofree char *file = g_strconcat(argument, ".conf", NULL);
	gboolean is_usage = strcmp(argument, "usage") == 0;

	if (has_mailbox(doctor, check))
		ask_dovecot(doctor,
		        doctor_run(NULL, "doveadm", "-c", doctor->dovecot, "dict", "get", "-u",
		                doctor->mailbox, dict,
		                is_usage ? "priv/quota/storage" : "priv/sieve/name/absence", NULL),
		        NO_KEY, file, FALSE, check);
}

/* A socket that Dovecot makes for Postfix; a path without "/" is below Postfix's queue. */
static void check_socket(
        const Doctor *doctor, const char *name, const char *what, HealthCheck *check)
{
	const char *queue = doctor_postconf(doctor, "queue_directory");
	g_autofree char *path = *name == '/' ? g_strdup(name) : g_build_filename(queue, name, NULL);
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autoptr(GError) error = NULL;

	g_socket_client_set_timeout(client, DOCTOR_WAIT_S);
	g_autoptr(GSocketConnection) connection =
	        g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, &error);
	if (connection == NULL)
		doctor_say(check, HEALTH_FAULT,
		        "Let dovecot.conf and main.cf name the same socket, and restart Dovecot",
		        "%s: nobody answers at %s (%s)", what, path, error->message);
	else if (!doctor_user_may(doctor->postfix_user, W_OK, path))
		doctor_say(check, HEALTH_FAULT,
		        "Give the listener in dovecot.conf user = postfix, and restart Dovecot",
		        "%s: %s can't reach %s", what, doctor->postfix_user, path);
	else
		doctor_say(check, HEALTH_OK, "", "%s reaches %s", doctor->postfix_user, path);
}

void doctor_lmtp_socket(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	const char *transport = doctor_postconf(doctor, "virtual_transport");

	(void)argument;
	if (g_str_has_prefix(transport, "lmtp:unix:"))
		check_socket(
		        doctor, transport + strlen("lmtp:unix:"), "no mail is delivered", check);
	else
		doctor_say(check, HEALTH_NOTE, "", "not asked: virtual_transport is %s", transport);
}

void doctor_sasl_socket(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	const char *path = doctor_postconf(doctor, "smtpd_sasl_path");

	(void)argument;
	if (g_str_has_prefix(path, "inet:"))
		doctor_say(check, HEALTH_NOTE, "", "not asked: smtpd_sasl_path is %s", path);
	else
		check_socket(doctor, path, "nobody can log in to send", check);
}
