/* dns_records.c: writes a domain's records as a zone file has them.
 *
 * Services by SRV (RFC 6186, RFC 8314), autoconfig and autodiscover by the names where programs
 * look; MX, SPF (RFC 7208) and DMARC (RFC 7489) as a beginning that suits one mail server.
 */
#include "cgi-bin/dns_records.h"

#include <string.h>

#include "cgi-bin/page.h"
#include "cgi-bin/text.h"

typedef struct {
	Request *req;
	HDF *list;
	guint count;
	const char *domain;
} Records;

/* prefix: labels before the domain, with their dot; "" for the domain itself. Takes value over. */
static void add_record(
        Records *records, const char *prefix, const char *type, char *value, const char *why)
{
	HDF *item = page_item(records->list, records->count++);
	g_autofree char *name = g_strdup_printf("%s%s.", prefix, records->domain);

	page_item_set(item, "name", name);
	page_item_set(item, "type", type);
	page_item_set(item, "value", value);
	page_item_set(item, "why", text(records->req, why));
	g_free(value);
}

/* A service's labels and usual port (RFC 8314 7.3, RFC 9051, RFC 1939, RFC 6409). */
typedef struct {
	const char *labels;
	guint64 port;
} Way;

/* The way that the settings name, then the other one: programs look for either (RFC 6186 3.3). */
static void add_service(
        Records *records, const MailServer *server, Way tls, Way starttls, const char *why)
{
	gboolean is_tls = strcmp(server->security, "starttls") != 0;
	const Way *first = is_tls ? &tls : &starttls, *other = is_tls ? &starttls : &tls;

	add_record(records, first->labels, "SRV",
	        g_strdup_printf("0 1 %" G_GUINT64_FORMAT " %s.", server->port, server->host), why);
	add_record(records, other->labels, "SRV",
	        g_strdup_printf("0 1 %" G_GUINT64_FORMAT " %s.", other->port, server->host),
	        is_tls ? "dns.other_starttls" : "dns.other_tls");
}

/* The host of base_url. Free: g_free(). */
static char *web_host(const Config *config, int *port)
{
	g_autoptr(GUri) uri = g_uri_parse(config->base_url, G_URI_FLAGS_NONE, NULL);

	*port = uri != NULL && g_uri_get_port(uri) > 0 ? g_uri_get_port(uri) : 443;
	return g_strdup(uri != NULL ? g_uri_get_host(uri) : "");
}

void dns_records_fill(Request *req, const Domain *domain, const Setting *setting, gboolean reports)
{
	Records records = {.req = req, .list = page_node(req, "dns"), .domain = domain->name};
	int port = 443;
	g_autofree char *web = web_host(req->app->config, &port);

	add_record(&records, "", "MX", g_strdup_printf("10 %s.", setting->smtp.host), "dns.mx");
	add_record(&records, "", "TXT", g_strdup("\"v=spf1 mx -all\""), "dns.spf");
	/* Nothing stricter without a DKIM signer, which Poststelle doesn't bring: what is forwarded
	 * would be lost. */
	add_record(&records, "_dmarc.", "TXT",
	        reports ? g_strdup_printf(
	                          "\"v=DMARC1; p=none; rua=mailto:postmaster@%s\"", domain->name)
	                : g_strdup("\"v=DMARC1; p=none\""),
	        "dns.dmarc");
	add_service(&records, &setting->imap, (Way){"_imaps._tcp.", 993}, (Way){"_imap._tcp.", 143},
	        "dns.imap");
	add_service(&records, &setting->pop3, (Way){"_pop3s._tcp.", 995}, (Way){"_pop3._tcp.", 110},
	        "dns.pop3");
	add_service(&records, &setting->smtp, (Way){"_submissions._tcp.", 465},
	        (Way){"_submission._tcp.", 587}, "dns.smtp");
	add_record(&records, "autoconfig.", "CNAME", g_strconcat(web, ".", NULL), "dns.autoconfig");
	add_record(&records, "autodiscover.", "CNAME", g_strconcat(web, ".", NULL),
	        "dns.autodiscover");
	add_record(&records, "_autodiscover._tcp.", "SRV", g_strdup_printf("0 1 %d %s.", port, web),
	        "dns.autodiscover");
}
