/* doctor_lookup.c: asks each table of Postfix as Postfix does, by the words that main.cf has for
 * it. */
#include "cli/doctor_checks.h"

#include <string.h>
#include <unistd.h>

#include "lib/office/domain.h"

/* What is asked: %a is a mailbox's address, %d a domain of the office. */
static const struct {
	const char *file, *parameter, *key;
	gboolean answers; /* it has to have an answer for that */
} lookups[] = {
        {"domain", "virtual_mailbox_domains", "%d", TRUE},
        {"mailbox", "virtual_mailbox_maps", "%a", TRUE},
        {"alias", "virtual_alias_maps", "%a", FALSE},
        {"catch_all", "virtual_alias_maps", "%a", FALSE},
        {"srs_transport", "sender_dependent_default_transport_maps", "%a", FALSE},
        {"recipient_access", "smtpd_recipient_restrictions", "%a", FALSE},
        {"transport", "transport_maps", "%a", FALSE},
        {"sender_login", "smtpd_sender_login_maps", "%a", TRUE},
        {"session", "poststelle_session_holds", "%a/g0", TRUE},
        {"sender_access", "smtpd_sender_restrictions", "%d", TRUE},
        {"umlauts", "smtpd_command_filter", "RCPT TO:<nobody@%d>", TRUE},
};

/* NULL: what it needs isn't there yet. Free: g_free(). */
static char *make_key(const Doctor *doctor, const char *pattern)
{
	const char *at = strchr(pattern, '%');
	const char *value = doctor->mailbox;

	if (at[1] == 'd')
		value = doctor->domains != NULL && doctor->domains->len > 0
		                ? ((const Domain *)doctor->domains->pdata[0])->name
		                : NULL;
	if (value == NULL)
		return NULL;
	return g_strdup_printf("%.*s%s%s", (int)(at - pattern), pattern, value, at + 2);
}

/* The table's name in the value: "proxy:mysql:/etc/postfix/poststelle/domain.cf". Free: g_free().
 */
static char *find_table(const char *value, const char *file)
{
	g_autofree char *pattern = g_strdup_printf("(?:proxy:)?mysql:[^ ,{}\\t\\n]*/%s\\.cf", file);
	g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	return g_regex_match(regex, value, 0, &match) ? g_match_info_fetch(match, 0) : NULL;
}

/* The file has the password of an account: Postfix's user reads it, and not everybody. */
static void check_lookup_file(const Doctor *doctor, const char *table, HealthCheck *check)
{
	const char *path = strchr(table, '/');

	if (!doctor_user_may(doctor->postfix_user, R_OK, path))
		doctor_say(check, HEALTH_FAULT,
		        "chgrp postfix FILE; chmod 0640 FILE; postfix reload",
		        "%s can't be read by %s", path, doctor->postfix_user);
	else if (doctor_user_may("nobody", R_OK, path))
		doctor_say(check, HEALTH_FAULT, "chmod 0640 FILE",
		        "%s, which holds a password, can be read by everybody", path);
}

/* Without what Postfix's programs say of main.cf itself. Free: g_free(). */
static char *without_remarks(const char *said)
{
	g_auto(GStrv) lines = g_strsplit(said, "\n", -1);
	g_autoptr(GString) rest = g_string_new(NULL);

	for (char **line = lines; *line != NULL; line++)
		if (strstr(*line, "/main.cf, line ") == NULL)
			g_string_append_printf(rest, "%s%s", rest->len > 0 ? " " : "", *line);
	return g_strdup(rest->str);
}

static void ask_table(const Doctor *doctor, const char *table, const char *key, gboolean answers,
        HealthCheck *check)
{
	g_autoptr(DoctorRun) run =
	        doctor_run(NULL, "postmap", "-c", doctor->postfix, "-q", key, table, NULL);

	g_autofree char *said = without_remarks(run->err);

	if (run->status == 124)
		doctor_say(check, HEALTH_FAULT, "systemctl restart postfix",
		        "%s doesn't answer in time", table);
	else if (*said != '\0' || run->status > 1 || run->status < 0)
		doctor_say(check, HEALTH_FAULT,
		        "Correct hosts, dbname, user and password in that file; then grants.sql",
		        "%s: %s", table, said);
	else if (answers && *run->out == '\0')
		doctor_say(check, HEALTH_FAULT,
		        "Let its file name the database of poststelle.conf, and the query be that of "
		        "/usr/share/poststelle/mail/postfix/sql",
		        "%s doesn't know %s", table, key);
}

void doctor_lookup(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	gsize i = 0;

	while (strcmp(lookups[i].file, argument) != 0)
		i++;
	const char *value = doctor_postconf(doctor, lookups[i].parameter);
	g_autofree char *table = find_table(value, lookups[i].file);
	g_autofree char *key = make_key(doctor, lookups[i].key);
	if (table == NULL) {
		doctor_say(check, HEALTH_FAULT,
		        "Take it over from /usr/share/poststelle/mail/postfix/main.cf",
		        "%s doesn't ask %s.cf", lookups[i].parameter, lookups[i].file);
		return;
	}
	check_lookup_file(doctor, table, check);
	ask_table(doctor, table, key != NULL ? key : "nobody@example.invalid",
	        lookups[i].answers && key != NULL, check);
	if (check->state != HEALTH_OK)
		return;
	if (key != NULL)
		doctor_say(check, HEALTH_OK, "", "asked for %s", key);
	else
		doctor_say(check, HEALTH_OK, "", "it answers");
}
