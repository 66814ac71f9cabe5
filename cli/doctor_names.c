/* doctor_names.c: the servers that mail programs and browsers are told, and their certificates. */
#include "cli/doctor_checks.h"

#include <string.h>
#include <time.h>

#include <curl/curl.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define SOON_DAYS 14

static const struct {
	const char *name;
	gsize offset;        /* of its MailServer in Setting */
	const char *scheme;  /* with TLS from the first octet, and ... */
	const char *started; /* ... with STARTTLS */
} servers[] = {
        {"imap", G_STRUCT_OFFSET(Setting, imap), "imaps", "imap"},
        {"pop3", G_STRUCT_OFFSET(Setting, pop3), "pop3s", "pop3"},
        {"smtp", G_STRUCT_OFFSET(Setting, smtp), "smtps", "smtp"},
};

static const MailServer *server_of(const Setting *setting, gsize i)
{
	return &G_STRUCT_MEMBER(MailServer, setting, servers[i].offset);
}

void doctor_server_names(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	static const char advice[] =
	        "Write the servers' names in the DNS under Grundeinstellungen / Sonstiges, or by "
	        "poststelle settings set imap_host NAME";
	const char *name = doctor_postconf(doctor, "myhostname");

	(void)argument;
	if (doctor->setting == NULL) {
		doctor_say(check, HEALTH_NOTE, "", "not looked at: the database doesn't answer");
		return;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(servers); i++) {
		const char *host = server_of(doctor->setting, i)->host;
		if (*host == '\0' || doctor_is_loopback(host))
			doctor_say(check, HEALTH_FAULT, advice,
			        "server for %s is \"%s\", which nobody else reaches",
			        servers[i].name, host);
	}
	if (doctor_is_loopback(name) || strchr(name, '.') == NULL)
		doctor_say(check, HEALTH_FAULT,
		        "Set myhostname in main.cf to this server's name in the DNS, and reload Postfix",
		        "Postfix calls itself \"%s\": others refuse its mail", name);
	if (check->state == HEALTH_OK)
		doctor_say(check, HEALTH_OK, "", "%s, %s, %s", doctor->setting->imap.host,
		        doctor->setting->pop3.host, doctor->setting->smtp.host);
}

/* The first of the certificates that the server has shown; NULL: none. */
static X509 *take_certificate(CURL *curl)
{
	struct curl_certinfo *shown = NULL;

	if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &shown) != CURLE_OK || shown == NULL ||
	        shown->num_of_certs < 1)
		return NULL;
	for (struct curl_slist *line = shown->certinfo[0]; line != NULL; line = line->next) {
		if (!g_str_has_prefix(line->data, "Cert:"))
			continue;
		BIO *text = BIO_new_mem_buf(line->data + strlen("Cert:"), -1);
		X509 *certificate = PEM_read_bio_X509(text, NULL, NULL, NULL);
		BIO_free(text);
		return certificate;
	}
	return NULL;
}

static void check_certificate(X509 *certificate, const char *host, HealthCheck *check)
{
	int days = 0, seconds = 0;

	if (X509_check_host(certificate, host, 0, 0, NULL) != 1 &&
	        X509_check_ip_asc(certificate, host, 0) != 1)
		doctor_say(check, HEALTH_FAULT, "Get a certificate that has this name",
		        "the certificate isn't for %s: mail programs and browsers warn", host);
	if (ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(certificate)) != 1)
		return;
	if (days < 0 || seconds < 0)
		doctor_say(check, HEALTH_FAULT,
		        "Renew it; then postfix reload, doveadm reload, systemctl reload nginx",
		        "the certificate of %s ended %d days ago", host, -days);
	else if (days < 1)
		doctor_say(check, HEALTH_FAULT,
		        "Renew it; then postfix reload, doveadm reload, systemctl reload nginx",
		        "the certificate of %s ends within a day", host);
	else if (days < SOON_DAYS)
		doctor_say(check, HEALTH_WARNING,
		        "Renew it; then postfix reload, doveadm reload, systemctl reload nginx",
		        "the certificate of %s ends in %d days", host, days);
	else
		doctor_say(check, HEALTH_OK, "", "%s, for %d days more", host, days);
}

typedef struct {
	CURLcode code;
	X509 *certificate; /* NULL: none was shown */
} Shown;

/* Connects and encrypts, and nothing else. local: to this machine, whatever the name leads to. */
static Shown connect_to(
        const char *scheme, const char *host, guint port, gboolean verify, gboolean local)
{
	g_autofree char *url = g_strdup_printf("%s://%s:%u/", scheme, host, port);
	g_autofree char *elsewhere = g_strdup_printf("%s:%u:127.0.0.1", host, port);
	struct curl_slist *resolve = local ? curl_slist_append(NULL, elsewhere) : NULL;
	CURL *curl = curl_easy_init();
	Shown shown;

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_RESOLVE, resolve);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)DOCTOR_WAIT_S);
	curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
	shown.code = curl_easy_perform(curl);
	shown.certificate = shown.code == CURLE_OK ? take_certificate(curl) : NULL;
	curl_easy_cleanup(curl);
	curl_slist_free_all(resolve);
	return shown;
}

static void check_shown(
        const char *scheme, const char *host, guint port, HealthState silent, HealthCheck *check)
{
	gboolean local = FALSE;
	Shown shown = connect_to(scheme, host, port, FALSE, FALSE);

	if (shown.code == CURLE_COULDNT_RESOLVE_HOST) {
		doctor_say(check, HEALTH_WARNING, "Give the name an address in the DNS",
		        "this machine doesn't know the name %s", host);
		local = TRUE;
		shown = connect_to(scheme, host, port, FALSE, TRUE);
	}
	if (shown.certificate == NULL) {
		doctor_say(check, silent, "See which ports the server listens on, and the settings",
		        "%s:%u (%s) can't be reached with encryption: %s", host, port, scheme,
		        curl_easy_strerror(shown.code));
		return;
	}
	check_certificate(shown.certificate, host, check);
	X509_free(shown.certificate);
	shown = connect_to(scheme, host, port, TRUE, local);
	/* An ended one isn't trusted either. */
	if (shown.code == CURLE_PEER_FAILED_VERIFICATION && check->state < HEALTH_FAULT)
		doctor_say(check, HEALTH_WARNING,
		        "Use one by an authority that everybody knows, with those between it and its "
		        "root; or make the office's own known (update-ca-certificates)",
		        "the certificate of %s isn't by an authority that this machine knows",
		        host);
	X509_free(shown.certificate);
}

void doctor_certificate(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	g_autoptr(GUri) uri = g_uri_parse(doctor->config->base_url, G_URI_FLAGS_NONE, NULL);

	if (strcmp(argument, "web") == 0) {
		int port = g_uri_get_port(uri);
		if (strcmp(g_uri_get_scheme(uri), "https") != 0)
			doctor_say(check, HEALTH_NOTE, "", "base_url is without https");
		else
			check_shown("https", g_uri_get_host(uri), port > 0 ? (guint)port : 443,
			        HEALTH_FAULT, check);
		return;
	}
	if (doctor->setting == NULL) {
		doctor_say(check, HEALTH_NOTE, "", "not looked at: the database doesn't answer");
		return;
	}
	gsize i = 0;
	while (strcmp(servers[i].name, argument) != 0)
		i++;
	const MailServer *server = server_of(doctor->setting, i);
	gboolean started = strcmp(server->security, "starttls") == 0;
	if (*server->host == '\0')
		doctor_say(check, HEALTH_NOTE, "", "no server is named");
	else
		/* Not every office has POP3. */
		check_shown(started ? servers[i].started : servers[i].scheme, server->host,
		        (guint)server->port,
		        strcmp(argument, "pop3") == 0 ? HEALTH_WARNING : HEALTH_FAULT, check);
}
