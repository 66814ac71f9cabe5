/* doctor_milter.c: the two milters, as Postfix reaches them, and which services ask them. */
#include "cli/doctor_checks.h"

#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>

/* "unix:/path" or "inet:host:port", as smtpd_milters has it; NULL for anything else. */
static GSocketConnectable *connectable_of(const char *milter)
{
	if (g_str_has_prefix(milter, "unix:/"))
		return G_SOCKET_CONNECTABLE(g_unix_socket_address_new(milter + strlen("unix:")));
	if (g_str_has_prefix(milter, "inet:"))
		return g_network_address_parse(milter + strlen("inet:"), 0, NULL);
	return NULL;
}

/* Offers every action and step; a milter answers with those that it takes (SMFIC_OPTNEG). */
static gboolean is_answered(GSocketConnection *connection)
{
	static const guint8 offer[] = {
	        0, 0, 0, 13, 'O', 0, 0, 0, 6, 0, 0, 1, 0xff, 0, 0x1f, 0xff, 0xff};
	guint8 answer[5];
	gsize count = 0;

	return g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection)),
	               offer, sizeof(offer), NULL, NULL, NULL) &&
	       g_input_stream_read_all(g_io_stream_get_input_stream(G_IO_STREAM(connection)),
	               answer, sizeof(answer), &count, NULL, NULL) &&
	       count == sizeof(answer) && answer[4] == 'O';
}

static void ask_milter(const Doctor *doctor, const char *milter, HealthCheck *check)
{
	static const char restart[] =
	        "systemctl enable --now poststelle-milter@name "
	        "poststelle-milter@journal; journalctl -u 'poststelle-milter@*'";
	g_autoptr(GSocketConnectable) address = connectable_of(milter);
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autoptr(GError) error = NULL;

	if (address == NULL) {
		doctor_say(check, HEALTH_NOTE, "", "not asked: %s", milter);
		return;
	}
	g_socket_client_set_timeout(client, DOCTOR_WAIT_S);
	g_socket_client_set_enable_proxy(client, FALSE);
	g_autoptr(GSocketConnection) connection =
	        g_socket_client_connect(client, address, NULL, &error);
	if (connection == NULL)
		doctor_say(check, HEALTH_FAULT, restart,
		        "nobody answers at %s (%s): all mail gets 451", milter, error->message);
	else if (!is_answered(connection))
		doctor_say(check, HEALTH_FAULT, restart,
		        "at %s nobody speaks as a milter: all mail gets 451", milter);
	else if (g_str_has_prefix(milter, "unix:") &&
	         !doctor_user_may(doctor->postfix_user, W_OK, milter + strlen("unix:")))
		doctor_say(check, HEALTH_FAULT,
		        "The unit's Group= has to be Postfix's; systemctl restart "
		        "'poststelle-milter@*'",
		        "%s can't reach %s: all mail gets 451", doctor->postfix_user, milter);
	else
		doctor_say(check, HEALTH_OK, "", "%s reaches it", doctor->postfix_user);
}

void doctor_milter(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	gboolean is_name = strcmp(argument, "name") == 0;
	const char *asked = doctor_postconf(
	        doctor, is_name ? "poststelle_milter_name" : "poststelle_milter_journal");
	const Config *config = doctor->milter.config;

	if (*asked == '\0') {
		doctor_say(check, HEALTH_FAULT,
		        "Take it over from /usr/share/poststelle/mail/postfix/main.cf",
		        "main.cf names no milter for %s",
		        is_name ? "display names" : "the journal");
		return;
	}
	if (config != NULL) {
		const char *own =
		        is_name ? config->milter_name_socket : config->milter_journal_socket;
		if (g_str_has_prefix(asked, "unix:") && strcmp(own, asked) != 0)
			doctor_say(check, HEALTH_FAULT,
			        "Write the same into milter.conf and main.cf, and restart both",
			        "Postfix asks %s, but milter.conf says %s", asked, own);
	}
	ask_milter(doctor, asked, check);
}

/* That the milters of a service end with the journal's. */
static void check_service(
        const char *service, const char *milters, const char *journal, HealthCheck *check)
{
	g_autofree char *trimmed = g_strstrip(g_strdup(milters));

	if (!g_str_has_suffix(trimmed, journal))
		doctor_say(check, HEALTH_FAULT,
		        "Let smtpd_milters end with $poststelle_milter_journal there, and reload "
		        "Postfix",
		        "%s doesn't ask the journal's milter last: its mail isn't in the journal",
		        service);
}

/* Services of master.cf that are smtpd: "smtp/inet". Free: g_ptr_array_unref(). */
static GPtrArray *find_services(const Doctor *doctor)
{
	GPtrArray *services = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(DoctorRun) run = doctor_run(NULL, "postconf", "-c", doctor->postfix, "-M", NULL);
	g_autoptr(GRegex) regex = g_regex_new(
	        "^(\\S+)\\s+inet(?:\\s+\\S+){5}\\s+smtpd\\b", G_REGEX_MULTILINE, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	for (g_regex_match(regex, run->out, 0, &match); g_match_info_matches(match);
	        g_match_info_next(match, NULL)) {
		g_autofree char *name = g_match_info_fetch(match, 1);
		g_ptr_array_add(services, g_strdup_printf("%s/inet", name));
	}
	return services;
}

/* The service of mail that leaves again with another sender: it was in the journal when it came. */
static gboolean is_sent_on(GHashTable *values, const char *service)
{
	g_autofree char *name = g_strconcat(service, "/cleanup_service_name", NULL);

	return g_strcmp0(g_hash_table_lookup(values, name), "cleanup-srs") == 0;
}

void doctor_milter_services(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	const char *journal = doctor_postconf(doctor, "poststelle_milter_journal");
	const char *local = doctor_postconf(doctor, "non_smtpd_milters");
	g_autoptr(GPtrArray) services = find_services(doctor);
	/* "smtp/inet/smtpd_milters =" is one without milters; one that isn't there has main.cf's.
	 */
	g_autoptr(DoctorRun) run = doctor_run(NULL, "postconf", "-c", doctor->postfix, "-Px",
	        "*/inet/smtpd_milters", "*/inet/cleanup_service_name", NULL);
	g_autoptr(GHashTable) own = doctor_read_values(run->out);

	(void)argument;
	if (services->len == 0) {
		doctor_say(check, HEALTH_NOTE, "", "master.cf has no smtpd");
		return;
	}
	for (guint i = 0; i < services->len; i++) {
		g_autofree char *name = g_strconcat(services->pdata[i], "/smtpd_milters", NULL);
		if (is_sent_on(own, services->pdata[i]))
			continue;
		const char *value = g_hash_table_lookup(own, name);
		check_service(services->pdata[i],
		        value != NULL ? value : doctor_postconf(doctor, "smtpd_milters"), journal,
		        check);
	}
	check_service("sendmail (non_smtpd_milters)", local, journal, check);
	if (check->state == HEALTH_OK)
		doctor_say(check, HEALTH_OK, "", "%u services and sendmail ask the journal",
		        services->len);
}
