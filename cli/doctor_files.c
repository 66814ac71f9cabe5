/* doctor_files.c: the configuration files, their rights, the key and the secret that nginx says. */
#include "cli/doctor_checks.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/seal.h"
#include "lib/mailbox/key_rotate.h"

void doctor_config(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	const DoctorProgram *const programs[] = {&doctor->web, &doctor->agent, &doctor->milter};

	(void)argument;
	for (gsize i = 0; i < G_N_ELEMENTS(programs); i++) {
		const Config *config = programs[i]->config;
		if (config == NULL) {
			doctor_say(check, HEALTH_FAULT,
			        "Correct that file (poststelle.conf(5)); its program doesn't start",
			        "%s", programs[i]->failure);
			continue;
		}
		if (strcmp(config->base_url, doctor->config->base_url) != 0)
			doctor_say(check, HEALTH_FAULT,
			        "Write the same base_url into all configuration files",
			        "base_url is %s in %s, and %s in %s", config->base_url,
			        programs[i]->path, doctor->config->base_url, doctor->path);
		if (strcmp(config->database_name, doctor->config->database_name) != 0)
			doctor_say(check, HEALTH_FAULT,
			        "Write the same database into all configuration files",
			        "the database is %s in %s, and %s in %s", config->database_name,
			        programs[i]->path, doctor->config->database_name, doctor->path);
	}
	if (check->state == HEALTH_OK)
		doctor_say(check, HEALTH_OK, "", "four files in %s", doctor->directory);
}

/* That a file can be read by that user (NULL: by root), and not by everybody, nor by nginx's. */
static void check_secret(
        const Doctor *doctor, const char *path, const char *user, HealthCheck *check)
{
	struct stat state;

	if (stat(path, &state) != 0) {
		doctor_say(check, HEALTH_FAULT, "Make it (docs/admin-guide.md)", "%s isn't there",
		        path);
		return;
	}
	if (user != NULL && !doctor_user_may(user, R_OK, path))
		doctor_say(check, HEALTH_FAULT,
		        "Give the file the group of the program that reads it (chgrp), and mode 0640",
		        "%s can't be read by %s", path, user);
	if ((state.st_mode & 07) != 0)
		doctor_say(check, HEALTH_FAULT, "Take the rights away: chmod o= FILE",
		        "%s has mode %04o: every account of this machine may use it", path,
		        state.st_mode & 07777U);
	else if (g_strcmp0(user, doctor->nginx_user) != 0 &&
	         doctor_user_may(doctor->nginx_user, R_OK, path))
		doctor_say(check, HEALTH_FAULT, "Give the file another group (chgrp)",
		        "%s can be read by %s, so by all programs of the web server", path,
		        doctor->nginx_user);
}

static void check_secret_in(
        const Doctor *doctor, const char *name, const char *user, HealthCheck *check)
{
	g_autofree char *path = g_build_filename(doctor->directory, name, NULL);

	if (g_file_test(path, G_FILE_TEST_EXISTS))
		check_secret(doctor, path, user, check);
}

/* What the programs have in common, read by each of them. */
static void check_include(const DoctorProgram *program, HealthCheck *check)
{
	const char *path = program->config != NULL ? program->config->include : "";

	if (*path != '\0' && !doctor_user_may(program->user, R_OK, path))
		doctor_say(check, HEALTH_FAULT, "It holds no secret: chmod 0644 FILE",
		        "%s can't be read by %s", path, program->user);
}

void doctor_config_rights(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	(void)argument;
	check_secret(doctor, doctor->path, NULL, check);
	check_secret(doctor, doctor->web.path, doctor->web.user, check);
	check_secret(doctor, doctor->agent.path, doctor->agent.user, check);
	check_secret(doctor, doctor->milter.path, doctor->milter.user, check);
	check_include(&doctor->web, check);
	check_include(&doctor->agent, check);
	check_include(&doctor->milter, check);
	check_secret_in(doctor, "web.password", doctor->web.user, check);
	check_secret_in(doctor, "agent.password", doctor->agent.user, check);
	check_secret_in(doctor, "milter.password", doctor->milter.user, check);
	check_secret_in(doctor, "owner.password", NULL, check);
	check_secret_in(doctor, "values", NULL, check);
	if (check->state == HEALTH_OK)
		doctor_say(check, HEALTH_OK, "",
		        "read by %s, %s and %s, each its own, and by nobody else", doctor->web.user,
		        doctor->agent.user, doctor->milter.user);
}

void doctor_key_file(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	const char *path = doctor->config->key_file;
	g_autoptr(GError) error = NULL;
	g_autoptr(KeyRing) ring = keyring_load(path, &error);

	(void)argument;
	if (ring == NULL || keyring_is_empty(ring)) {
		doctor_say(check, HEALTH_FAULT,
		        "Restore it from its copy; where there never was one: poststelle key create",
		        "%s %s: no password can be shown or made", path,
		        error != NULL ? error->message : "has no key");
		return;
	}
	if (doctor->web.config != NULL && strcmp(doctor->web.config->key_file, path) != 0)
		doctor_say(check, HEALTH_FAULT, "Let key_file name the same file in both",
		        "%s uses %s, %s uses %s", doctor->path, path, doctor->web.path,
		        doctor->web.config->key_file);
	check_secret(doctor, path, doctor->web.user, check);
	if (check->state == HEALTH_OK)
		doctor_say(check, HEALTH_OK, "", "%s is read by %s alone", path, doctor->web.user);
}

void doctor_key_known(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	g_autoptr(Db) db = db_new(doctor->config);
	g_autoptr(GError) error = NULL;
	g_autoptr(KeyRing) ring = keyring_load(doctor->config->key_file, &error);
	g_autoptr(GPtrArray) ids = ring != NULL ? key_missing(db, ring, &error) : NULL;

	(void)argument;
	if (ids == NULL) {
		doctor_say(check, HEALTH_NOTE, "", "not looked at: %s", error->message);
		return;
	}
	for (guint i = 0; i < ids->len; i++)
		doctor_say(check, HEALTH_FAULT,
		        "Restore the key file from its copy, or make new passwords for these mailboxes",
		        "passwords are sealed with key %s, which %s doesn't hold",
		        (const char *)ids->pdata[i], doctor->config->key_file);
	if (ids->len == 0)
		doctor_say(check, HEALTH_OK, "", "every sealed password has its key");
}

void doctor_proxy_secret(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	g_autofree char *path = g_build_filename(doctor->directory, "nginx-secret.conf", NULL);
	g_autofree char *text = NULL;
	struct stat state;

	(void)argument;
	if (doctor->web.config == NULL || *doctor->web.config->web_proxy_secret == '\0') {
		doctor_say(check, HEALTH_WARNING, "Set proxy_secret_file in web.conf",
		        "the web program doesn't know its web server by a secret");
		return;
	}
	if (!g_file_get_contents(path, &text, NULL, NULL) || stat(path, &state) != 0 ||
	        strstr(text, doctor->web.config->web_proxy_secret) == NULL) {
		doctor_say(check, HEALTH_FAULT,
		        "Write the secret of proxy-secret into nginx-secret.conf; systemctl reload nginx",
		        "%s doesn't say what proxy_secret_file holds: the web program believes nothing "
		        "that nginx says",
		        path);
		return;
	}
	if ((state.st_mode & 077) != 0)
		doctor_say(check, HEALTH_FAULT, "chmod 0600 nginx-secret.conf; chown root",
		        "%s can be read by others than root", path);
	else
		doctor_say(check, HEALTH_OK, "", "nginx and the web program have the same");
}

void doctor_base_url(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	g_autoptr(GUri) uri = g_uri_parse(doctor->config->base_url, G_URI_FLAGS_NONE, NULL);

	(void)argument;
	if (doctor_is_loopback(g_uri_get_host(uri)))
		doctor_say(check, HEALTH_FAULT, "Set base_url to the address that browsers use",
		        "links in mails and profiles lead to %s", doctor->config->base_url);
	else if (strcmp(g_uri_get_scheme(uri), "https") != 0)
		doctor_say(check, HEALTH_WARNING, "Use https (nginx.conf.example)",
		        "passwords are shown at %s without encryption", doctor->config->base_url);
	else
		doctor_say(check, HEALTH_OK, "", "%s", doctor->config->base_url);
}
