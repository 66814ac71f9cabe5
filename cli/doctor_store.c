/* doctor_store.c: the mail store: one directory for Dovecot, the agent and systemd, and room in it.
 */
#include "cli/doctor_checks.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Where Dovecot has the mailboxes: the home of one, without its number. NULL: nobody knows. Free:
 * g_free(). */
static char *dovecot_store(const Doctor *doctor)
{
	if (doctor->mailbox == NULL)
		return NULL;
	g_autoptr(DoctorRun) run = doctor_run(NULL, "doveadm", "-c", doctor->dovecot, "user", "-f",
	        "home", doctor->mailbox, NULL);
	g_autofree char *number = g_strdup_printf("/%" G_GUINT64_FORMAT, doctor->mailbox_id);

	if (run->status != 0 || !g_str_has_suffix(run->out, number))
		return NULL;
	return g_strndup(run->out, strlen(run->out) - strlen(number));
}

static gboolean is_below(const char *path, const char *directory)
{
	gsize length = strlen(directory);

	return length > 0 && strncmp(path, directory, length) == 0 &&
	       (path[length] == '\0' || path[length] == '/');
}

/* What the agent's unit lets it write. */
static void check_agent_unit(const char *store, HealthCheck *check)
{
	if (!g_file_test("/run/systemd/system", G_FILE_TEST_IS_DIR))
		return;
	g_autoptr(DoctorRun) paths = doctor_run(NULL, "systemctl", "show", "--value", "-p",
	        "ReadWritePaths", "poststelle-agent", NULL);
	g_autoptr(DoctorRun) home = doctor_run(NULL, "systemctl", "show", "--value", "-p",
	        "ProtectHome", "poststelle-agent", NULL);
	g_auto(GStrv) allowed = g_strsplit(paths->out, " ", -1);
	gboolean is_allowed = FALSE;

	for (char **path = allowed; *path != NULL; path++)
		is_allowed = is_allowed || is_below(store, **path == '-' ? *path + 1 : *path);
	if (!is_allowed)
		doctor_say(check, HEALTH_FAULT,
		        "systemctl edit poststelle-agent: [Service], ReadWritePaths=-STORE; restart it",
		        "the agent's unit lets it write in \"%s\", not in %s: purged mail stays",
		        paths->out, store);
	if (strcmp(home->out, "no") != 0 && (is_below(store, "/home") || is_below(store, "/root") ||
	                                            is_below(store, "/run/user")))
		doctor_say(check, HEALTH_FAULT,
		        "systemctl edit poststelle-agent: [Service], ProtectHome=no; restart it",
		        "ProtectHome of the agent's unit hides %s: purged mail stays", store);
}

void doctor_mail_store(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	g_autofree char *dovecot = dovecot_store(doctor);
	struct stat state;

	(void)argument;
	if (doctor->agent.config == NULL) {
		doctor_say(check, HEALTH_NOTE, "", "not looked at: %s can't be read",
		        doctor->agent.path);
		return;
	}
	const char *store = doctor->agent.config->mail_store;
	if (dovecot != NULL && strcmp(dovecot, store) != 0)
		doctor_say(check, HEALTH_FAULT,
		        "Write Dovecot's directory as mail_store into agent.conf; systemctl restart "
		        "poststelle-agent",
		        "Dovecot has the mail in %s, mail_store is %s: purged mail stays", dovecot,
		        store);
	if (stat(store, &state) != 0 || !S_ISDIR(state.st_mode))
		doctor_say(check, HEALTH_FAULT,
		        "Make it: install -d -o vmail -g vmail -m 0700 STORE", "%s isn't there",
		        store);
	else if (!doctor_user_may(doctor->agent.user, W_OK, store))
		doctor_say(check, HEALTH_FAULT,
		        "chown -R OWNER STORE, as whom Dovecot and agent run",
		        "%s may not write in %s", doctor->agent.user, store);
	else if ((state.st_mode & 07) != 0)
		doctor_say(check, HEALTH_FAULT, "chmod 0700 STORE",
		        "%s has mode %04o: every account of this machine may look into it", store,
		        state.st_mode & 07777U);
	check_agent_unit(store, check);
	if (check->state == HEALTH_OK)
		doctor_say(check, HEALTH_OK, "", "%s%s", store,
		        dovecot != NULL ? ", for Dovecot and the agent" : "");
}

void doctor_store_space(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	const char *store = doctor->agent.config != NULL ? doctor->agent.config->mail_store : "";
	struct statvfs state;

	(void)argument;
	if (statvfs(store, &state) != 0 || state.f_blocks == 0) {
		doctor_say(check, HEALTH_NOTE, "", "not looked at");
		return;
	}
	double part = (double)state.f_bavail / (double)state.f_blocks;
	double gigabytes = (double)state.f_bavail * (double)state.f_frsize / 1e9;
	if (state.f_files > 0 && (double)state.f_favail < 0.02 * (double)state.f_files)
		part = 0.02;
	if (gigabytes < 0.2)
		doctor_say(check, HEALTH_FAULT, "Make room, or give the file system more",
		        "%.1f GB are free at %s: mail waits or comes back", gigabytes, store);
	else if (part < 0.05 && gigabytes < 20)
		doctor_say(check, HEALTH_WARNING, "Make room, or give the file system more",
		        "%.1f GB are free at %s", gigabytes, store);
	else
		doctor_say(check, HEALTH_OK, "", "%.0f GB are free at %s", gigabytes, store);
}
