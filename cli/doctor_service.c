/* doctor_service.c: the programs that run all the time: units, web program, agent. */
#include "cli/doctor_checks.h"

#include <string.h>
#include <unistd.h>

#include <curl/curl.h>
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>

#include "lib/office/task.h"

/* What systemd says of one: "Id=...", "LoadState=..." and so on. */
static void check_unit(const char *said, HealthCheck *check)
{
	g_autoptr(GHashTable) values = doctor_read_values(said);
	const char *name = g_hash_table_lookup(values, "Id");
	const char *active = g_hash_table_lookup(values, "ActiveState");
	const char *file = g_hash_table_lookup(values, "UnitFileState");

	/* One that isn't there may have another name, or be on another machine. */
	if (name == NULL || active == NULL || file == NULL || *file == '\0')
		return;
	if (strcmp(active, "active") != 0)
		doctor_say(check, g_str_has_suffix(name, ".timer") ? HEALTH_WARNING : HEALTH_FAULT,
		        "systemctl enable --now UNIT; journalctl -u UNIT says why it ended",
		        "%s is %s", name, active);
	else if (strcmp(file, "disabled") == 0 || strcmp(file, "masked") == 0)
		doctor_say(check, HEALTH_WARNING, "systemctl enable UNIT",
		        "%s runs, but isn't started with the machine", name);
}

void doctor_units(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	(void)doctor;
	(void)argument;
	if (!g_file_test("/run/systemd/system", G_FILE_TEST_IS_DIR)) {
		doctor_say(check, HEALTH_NOTE, "", "systemd doesn't run here");
		return;
	}
	g_autoptr(DoctorRun) run = doctor_run(NULL, "systemctl", "show", "-p",
	        "Id,ActiveState,UnitFileState", "poststelle", "poststelle-agent",
	        "poststelle-milter@name", "poststelle-milter@journal", "postfix", "dovecot",
	        "nginx", "mariadb", "poststelle-doctor.timer", "poststelle-purge.timer", NULL);
	g_auto(GStrv) units = g_strsplit(run->out, "\n\n", -1);
	for (char **unit = units; *unit != NULL; unit++)
		check_unit(*unit, check);
	if (check->state == HEALTH_OK)
		doctor_say(check, HEALTH_OK, "", "all run, and start with the machine");
}

void doctor_web_socket(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	const char *path = doctor->web.config != NULL ? doctor->web.config->web_socket : "";
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autoptr(GError) error = NULL;

	(void)argument;
	if (*path == '\0') {
		doctor_say(check, HEALTH_NOTE, "", "web.conf names no socket");
		return;
	}
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
	g_socket_client_set_timeout(client, DOCTOR_WAIT_S);
	g_autoptr(GSocketConnection) connection =
	        g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, &error);
	if (connection == NULL)
		doctor_say(check, HEALTH_FAULT,
		        "systemctl restart poststelle; systemctl status poststelle",
		        "nobody answers at %s: %s", path, error->message);
	else if (!doctor_user_may(doctor->nginx_user, W_OK, path))
		doctor_say(check, HEALTH_FAULT,
		        "Let poststelle.service have nginx's group (Group=), and restart it",
		        "%s can't reach %s: every page is nginx's 502", doctor->nginx_user, path);
	else
		doctor_say(check, HEALTH_OK, "", "%s reaches %s", doctor->nginx_user, path);
}

static size_t take_body(char *data, size_t size, size_t count, void *body)
{
	g_string_append_len(body, data, (gssize)(size * count));
	return size * count;
}

void doctor_web_answer(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	g_autofree char *url = g_strconcat(doctor->config->base_url, "/healthz", NULL);
	g_autoptr(GString) body = g_string_new(NULL);
	CURL *curl = curl_easy_init();
	long status = 0;

	(void)argument;
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)DOCTOR_WAIT_S);
	/* What is wrong with a certificate is said by another check. */
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
	CURLcode code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(curl);
	if (code == CURLE_COULDNT_RESOLVE_HOST)
		doctor_say(check, HEALTH_WARNING, "Give the name an address in the DNS",
		        "this machine doesn't know the name of %s", doctor->config->base_url);
	else if (code != CURLE_OK)
		doctor_say(check, HEALTH_FAULT, "systemctl status nginx; nginx -t", "%s: %s", url,
		        curl_easy_strerror(code));
	else if (status == 200 && g_str_has_prefix(body->str, "ok"))
		doctor_say(check, HEALTH_OK, "", "%s answers", url);
	else
		doctor_say(check, HEALTH_FAULT,
		        "502: see web_socket; 503: see the database; else: another site of the web "
		        "server answers (server_name)",
		        "%s answers %ld", url, status);
}

/* Whether the agent did it within the time. */
static gboolean wait_for_agent(Db *db, guint64 id, gboolean *done, GError **error)
{
	for (guint i = 0; i < 10 * DOCTOR_WAIT_S; i++) {
		g_usleep(G_USEC_PER_SEC / 10);
		if (!task_is_done(db, id, done, error))
			return FALSE;
		if (*done)
			break;
	}
	return TRUE;
}

void doctor_agent(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	g_autoptr(Db) db = db_new(doctor->config);
	g_autoptr(GError) error = NULL;
	gboolean done = FALSE;
	guint64 id = 0;

	(void)argument;
	if (!task_ping(db, &id, &error)) {
		doctor_say(check, HEALTH_NOTE, "", "not looked at: %s", error->message);
		return;
	}
	gboolean known = wait_for_agent(db, id, &done, &error);
	task_remove(db, id, NULL);
	if (!known)
		doctor_say(check, HEALTH_NOTE, "", "not looked at: %s", error->message);
	else if (done)
		doctor_say(check, HEALTH_OK, "", "it answers");
	else
		doctor_say(check, HEALTH_FAULT,
		        "systemctl enable --now poststelle-agent; journalctl -u poststelle-agent",
		        "it doesn't answer: sessions stay open after a new password, notices wait, "
		        "purged mail stays");
}

void doctor_agent_sessions(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	const Config *config = doctor->agent.config;

	(void)argument;
	if (config == NULL) {
		doctor_say(check, HEALTH_NOTE, "", "not looked at: %s can't be read",
		        doctor->agent.path);
		return;
	}
	g_autoptr(DoctorRun) run = doctor_run(
	        doctor->agent.user, config->doveadm, "-c", config->dovecot_config, "who", NULL);
	if (run->status == 0)
		doctor_say(check, HEALTH_OK, "", "%s may end sessions", doctor->agent.user);
	else
		doctor_say(check, HEALTH_FAULT,
		        "Give the listener anvil the agent's group (docs/mail-servers.md), and name "
		        "dovecot-agent.conf in agent.conf",
		        "%s can't ask Dovecot for sessions: %s", doctor->agent.user, run->err);
}

void doctor_tasks(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	g_autoptr(Db) db = db_new(doctor->config);
	g_autoptr(GError) error = NULL;
	g_autofree char *kind = NULL;
	g_autofree char *result = NULL;
	guint64 count = 0;

	(void)argument;
	if (!task_stuck(db, &count, &kind, &result, &error))
		doctor_say(check, HEALTH_NOTE, "", "not looked at: %s", error->message);
	else if (count > 0)
		doctor_say(check, HEALTH_WARNING,
		        "Mend what it says; the agent tries again by itself (journalctl -u "
		        "poststelle-agent)",
		        "%" G_GUINT64_FORMAT " tasks fail again and again; of the oldest (%s): %s",
		        count, kind, result);
	else
		doctor_say(check, HEALTH_OK, "", "none fails");
}
