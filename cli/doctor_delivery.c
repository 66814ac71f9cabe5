/* doctor_delivery.c: asks the mail server, as others would, whether it takes mail; sends none. */
#include "cli/doctor_checks.h"

#include <string.h>

#include <gio/gio.h>

#include "lib/base/address_readable.h"
#include "lib/base/host_port.h"
#include "lib/mail/smtp_probe.h"
#include "lib/mailbox/postmaster.h"

/* Of a reply the first line. Free: g_free(). */
static char *first_line(const char *text)
{
	return g_strndup(text, strcspn(text, "\r\n"));
}

/* Whether it is taken, with what is said if not. error: why there is no answer. */
static void expect_taken(HealthCheck *check, SmtpReply *answer, GError *const *error,
        HealthState state, const char *advice, const char *what)
{
	g_autoptr(SmtpReply) reply = answer;

	if (reply == NULL) {
		doctor_say(check, HEALTH_FAULT,
		        "systemctl status postfix; see the services of master.cf", "%s: %s", what,
		        (*error)->message);
		return;
	}
	g_autofree char *line = first_line(reply->text);
	/* A full one is right to refuse. */
	if (reply->code / 100 == 2 || strcmp(reply->enhanced, "4.2.2") == 0)
		doctor_say(check, HEALTH_OK, "", "%s: %s", what, line);
	else
		doctor_say(check, state, advice, "%s: %s", what, line);
}

static const Config *web_config(const Doctor *doctor)
{
	return doctor->web.config != NULL ? doctor->web.config : doctor->config;
}

void doctor_smtp_in(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	const Config *config = web_config(doctor);
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) failure = NULL;

	(void)argument;
	if (doctor->mailbox == NULL) {
		doctor_say(check, HEALTH_NOTE, "", "not looked at: there is no active mailbox");
		return;
	}
	expect_taken(check,
	        smtp_probe(config->check_host, config->check_port, doctor->mailbox, &error), &error,
	        HEALTH_FAULT, "See the lookups and milters above; journalctl -u postfix@-",
	        doctor->mailbox);
	g_autofree char *unknown =
	        g_strconcat("no-such-mailbox", strchr(doctor->mailbox, '@'), NULL);
	g_autoptr(SmtpReply) reply =
	        smtp_probe(config->check_host, config->check_port, unknown, &failure);
	if (reply != NULL && reply->code / 100 == 2)
		doctor_say(check, HEALTH_FAULT, "Set smtpd_reject_unlisted_recipient = yes",
		        "mail to %s, which isn't there, is taken as well", unknown);
}

void doctor_own_mails(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	const Config *web = doctor->web.config, *agent = doctor->agent.config;
	g_autoptr(GError) error = NULL;

	(void)argument;
	if (web == NULL || agent == NULL) {
		doctor_say(check, HEALTH_NOTE, "",
		        "not looked at: web.conf or agent.conf can't be read");
		return;
	}
	if (*web->mail_from == '\0' || *agent->mail_from == '\0') {
		doctor_say(check, HEALTH_FAULT,
		        "Set mail_from to an address of a domain of the office, and restart poststelle "
		        "and poststelle-agent",
		        "%s has no mail_from: access data, links and notices can't be sent",
		        *web->mail_from == '\0' ? doctor->web.path : doctor->agent.path);
		return;
	}
	if (strcmp(web->mail_from, agent->mail_from) != 0)
		doctor_say(check, HEALTH_FAULT, "Write the same mail_from into both files",
		        "mail_from is %s in web.conf and %s in agent.conf", web->mail_from,
		        agent->mail_from);
	if (doctor->mailbox == NULL) {
		doctor_say(check, HEALTH_NOTE, "", "not asked: there is no active mailbox");
		return;
	}
	g_autofree char *what = g_strdup_printf(
	        "%s by %s:%u", web->mail_from, web->submission_host, web->submission_port);
	expect_taken(check,
	        smtp_probe_from(web->submission_host, web->submission_port, web->mail_from,
	                doctor->mailbox, &error),
	        &error, HEALTH_FAULT, "Let MAIL_FROM of Postfix's main.cf be mail_from of web.conf",
	        what);
}

void doctor_mail_from(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	const Config *config = web_config(doctor);
	g_autoptr(GError) error = NULL;

	(void)argument;
	if (*config->mail_from == '\0') {
		doctor_say(check, HEALTH_NOTE, "", "not looked at: there is no mail_from");
		return;
	}
	expect_taken(check,
	        smtp_probe(config->check_host, config->check_port, config->mail_from, &error),
	        &error, HEALTH_WARNING,
	        "What comes back to it is lost: make it a mailbox, or a further address of one "
	        "(poststelle mailbox alias MAILBOX --add ADDRESS)",
	        config->mail_from);
}

void doctor_absence_service(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	g_autofree char *value = doctor_doveconf(doctor, NULL, "submission_host");
	g_autofree char *host = NULL;
	g_autoptr(GError) error = NULL;
	guint port = 25;

	(void)argument;
	if (*value == '\0' || !host_port_parse(value, &host, &port)) {
		doctor_say(check, HEALTH_FAULT,
		        "Take it over from /usr/share/poststelle/mail/dovecot/dovecot.conf",
		        "dovecot.conf has no submission_host: absence notes can't be sent");
		return;
	}
	if (doctor->mailbox == NULL) {
		doctor_say(check, HEALTH_NOTE, "", "not looked at: there is no active mailbox");
		return;
	}
	g_autofree char *what = g_strdup_printf("an absence note by %s", value);
	expect_taken(check, smtp_probe(host, port, doctor->mailbox, &error), &error, HEALTH_FAULT,
	        "Let submission_host be LISTEN_ABSENCE of master.cf", what);
}

void doctor_root_mail(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	const Config *config = web_config(doctor);
	const char *origin = doctor_postconf(doctor, "myorigin");
	g_autofree char *address = g_strconcat("root@", origin, NULL);
	g_autoptr(GError) error = NULL;

	(void)argument;
	if (*origin == '\0') {
		doctor_say(check, HEALTH_NOTE, "", "not looked at: main.cf can't be read");
		return;
	}
	expect_taken(check, smtp_probe(config->check_host, config->check_port, address, &error),
	        &error, HEALTH_WARNING,
	        "What cron and others of this machine write to root comes back: poststelle mailbox "
	        "alias MAILBOX --add root@DOMAIN",
	        address);
}

/* Whether somebody listens at a table of postsrsd, "tcp:127.0.0.1:10001" somewhere in the value. */
static gboolean answers_srs(const char *value)
{
	const char *table = strstr(value, "tcp:");
	g_autofree char *server = g_strndup(table != NULL ? table + strlen("tcp:") : "",
	        table != NULL ? strcspn(table + strlen("tcp:"), " ,}\t") : 0);
	g_autoptr(GSocketClient) client = g_socket_client_new();

	g_socket_client_set_timeout(client, DOCTOR_WAIT_S);
	g_socket_client_set_enable_proxy(client, FALSE);
	g_autoptr(GSocketConnection) connection =
	        g_socket_client_connect_to_host(client, server, 0, NULL, NULL);
	return connection != NULL;
}

void doctor_srs(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	const char *value = doctor_postconf(doctor, "recipient_canonical_maps");

	(void)argument;
	if (answers_srs(value))
		doctor_say(check, HEALTH_OK, "", "postsrsd answers");
	else if (doctor->setting == NULL ||
	         (!doctor->setting->outside_forward && !doctor->setting->outside_members))
		doctor_say(check, HEALTH_NOTE, "",
		        "postsrsd doesn't answer; nothing is sent on outside, so nobody needs it");
	else
		doctor_say(check, HEALTH_FAULT,
		        "apt install postsrsd; SRS_DOMAIN in /etc/default/postsrsd; systemctl enable "
		        "--now postsrsd",
		        "postsrsd doesn't answer: what lists and mailboxes send on outside waits");
}

/* As people write it. */
static void add_address(GString *list, const char *address)
{
	g_autofree char *readable = address_readable(address);

	g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", readable);
}

void doctor_postmaster(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	g_autoptr(Db) db = db_new(doctor->config);
	g_autoptr(GString) unreached = g_string_new(NULL);

	(void)argument;
	if (doctor->domains == NULL) {
		doctor_say(check, HEALTH_NOTE, "", "not looked at: the database doesn't answer");
		return;
	}
	for (guint i = 0; i < doctor->domains->len; i++) {
		const Domain *domain = doctor->domains->pdata[i];
		g_autoptr(GError) error = NULL;
		g_autoptr(Postmaster) postmaster = postmaster_load(db, domain, &error);
		for (guint role = 0; postmaster != NULL && role < POSTMASTER_COUNT; role++)
			if (!postmaster->of[role].reached)
				add_address(unreached, postmaster->of[role].address);
	}
	if (unreached->len > 0)
		doctor_say(check, HEALTH_WARNING,
		        "poststelle domain edit DOMAIN --postmaster MAILBOX, or the page of the domain "
		        "(RFC 5321 4.5.1)",
		        "nobody gets %s", unreached->str);
	if (doctor->domains->len == 0)
		doctor_say(check, HEALTH_WARNING, "poststelle domain add NAME",
		        "there is no active domain");
	else if (check->state == HEALTH_OK)
		doctor_say(check, HEALTH_OK, "", "%u domains, each with postmaster and abuse",
		        doctor->domains->len);
}
