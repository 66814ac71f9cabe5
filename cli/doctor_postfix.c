/* doctor_postfix.c: Postfix itself, the parameters that others depend on, its queue. */
#include "cli/doctor_checks.h"

#include <string.h>

#include "lib/mailbox/mailbox_delete.h"
#include "lib/office/domain.h"

void doctor_postfix_runs(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	g_autoptr(DoctorRun) run =
	        doctor_run(NULL, "postfix", "-c", doctor->postfix, "status", NULL);

	(void)argument;
	if (run->status == 0)
		doctor_say(check, HEALTH_OK, "", "it runs");
	else
		doctor_say(check, HEALTH_FAULT, "systemctl restart postfix; postfix check",
		        "it doesn't run with %s%s%s", doctor->postfix,
		        *run->err != '\0' ? ": " : "", run->err);
}

static const struct {
	const char *name, *value, *why;
} settings[] = {
        {"recipient_delimiter", "+", "name+anything@ doesn't reach its mailbox"},
        {"smtputf8_enable", "no", "Dovecot refuses mails with SMTPUTF8"},
        {"parent_domain_matches_subdomains", "", "subdomains would count as the office's"},
        {"lmtp_line_length_limit", "0", "signatures of mails with long lines break"},
        {"milter_default_action", "tempfail", "a mail may pass without its entry in the journal"},
        {"smtpd_reject_unlisted_recipient", "yes", "mail to unknown addresses bounces later"},
        {"smtpd_tls_auth_only", "yes", "passwords travel without encryption"},
};

/* Own domains among those that Postfix handles in another way. */
static void check_own_domains(const Doctor *doctor, const char *parameter, HealthCheck *check)
{
	const char *value = doctor_postconf(doctor, parameter);
	g_auto(GStrv) names = g_strsplit_set(value, ", \t\n", -1);

	for (guint i = 0; doctor->domains != NULL && i < doctor->domains->len; i++) {
		const Domain *domain = doctor->domains->pdata[i];
		if (g_strv_contains((const char *const *)names, domain->name))
			doctor_say(check, HEALTH_FAULT,
			        "Take the domains of the database out of main.cf, and reload Postfix",
			        "%s names %s: its mailboxes aren't asked for in the database",
			        parameter, domain->name);
	}
}

void doctor_postfix_settings(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	(void)argument;
	for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
		const char *value = doctor_postconf(doctor, settings[i].name);
		if (strcmp(value, settings[i].value) != 0)
			doctor_say(check, HEALTH_FAULT,
			        "Set it in main.cf as /usr/share/poststelle/mail/postfix/main.cf has it",
			        "%s is \"%s\", not \"%s\": %s", settings[i].name, value,
			        settings[i].value, settings[i].why);
	}
	check_own_domains(doctor, "mydestination", check);
	check_own_domains(doctor, "relay_domains", check);
	check_own_domains(doctor, "virtual_alias_domains", check);
	if (check->state == HEALTH_OK)
		doctor_say(check, HEALTH_OK, "", "main.cf has what is needed");
}

/* "5d", in seconds; without a unit days, as these two parameters have it. */
static guint64 read_time(const char *value)
{
	static const char units[] = "smhdw";
	static const guint64 seconds[] = {1, 60, 3600, 86400, 604800};
	char *end = NULL;
	guint64 number = g_ascii_strtoull(value, &end, 10);
	const char *unit = *end != '\0' ? strchr(units, *end) : NULL;

	return number * (unit != NULL ? seconds[unit - units] : 86400);
}

void doctor_queue_lifetime(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	static const char *const names[] = {"maximal_queue_lifetime", "bounce_queue_lifetime"};

	(void)argument;
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *value = doctor_postconf(doctor, names[i]);
		if (read_time(value) > (MAILBOX_ADDRESS_DAYS - 1) * G_GUINT64_CONSTANT(86400))
			doctor_say(check, HEALTH_FAULT, "Set 5d in main.cf, and reload Postfix",
			        "%s is %s: an address comes free %d days after its mailbox was deleted, "
			        "and mail for the old one may still be queued",
			        names[i], value, MAILBOX_ADDRESS_DAYS);
		else
			doctor_say(check, HEALTH_OK, "", "%s is %s", names[i], value);
	}
}

/* Files below it, in directories of one letter if Postfix splits its queues. */
static guint count_files(const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;
	guint count = 0;

	while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		count += g_file_test(file, G_FILE_TEST_IS_DIR) ? count_files(file) : 1;
	}
	return count;
}

void doctor_queue_hold(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	const char *queue = doctor_postconf(doctor, "queue_directory");
	g_autofree char *hold = g_build_filename(queue, "hold", NULL);
	guint count = count_files(hold);

	(void)argument;
	if (count > 0)
		doctor_say(check, HEALTH_WARNING,
		        "postqueue -p marks them with !; postsuper -H ID delivers one, -d ID removes it, "
		        "before an address of theirs is given to somebody else",
		        "%u mails are on hold, which wait without a limit", count);
	else
		doctor_say(check, HEALTH_OK, "", "no mail is on hold");
}
