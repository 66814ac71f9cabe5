/* autoconfig.c: Mozilla's autoconfiguration (config-v1.1), which Thunderbird and others ask for.
 *
 * Every address of an own domain gets the same answer, whether there is such a mailbox or not.
 * Without an address (Thunderbird's second place) the host's name says which domain is meant.
 */
#include <string.h>

#include "cgi-bin/client_setup.h"
#include "cgi-bin/error_page.h"
#include "cgi-bin/field.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "lib/office/domain.h"

#define PREFIX "autoconfig."
#define MAX_ADDRESS 1000

/* The domain that is asked for, as it was written. Free: g_free(). */
static char *asked_domain(Request *req)
{
	const char *address = query_line(req, "emailaddress", MAX_ADDRESS);
	const char *at = strrchr(address, '@');

	if (*address != '\0')
		return g_strdup(at != NULL ? at + 1 : address);
	g_autofree char *host = g_ascii_strdown(req->host, -1);
	host[strcspn(host, ":")] = '\0';
	return g_strdup(g_str_has_prefix(host, PREFIX) ? host + strlen(PREFIX) : host);
}

gboolean autoconfig_show(Request *req, GError **error)
{
	g_autofree char *asked = asked_domain(req);
	g_autofree char *domain = NULL;

	if (!domain_is_own(req->db, asked, &domain, error))
		return FALSE;
	if (domain == NULL) {
		error_page(req, 404);
		return TRUE;
	}
	g_autofree char *there = domain_of_login(req->db, domain, error);
	g_autoptr(Setting) setting = there != NULL ? setting_load(req->db, error) : NULL;
	if (setting == NULL)
		return FALSE;
	page_set(req, "domain", domain);
	page_set(req, "login_domain", there);
	page_set_flag(req, "other", strcmp(there, domain) != 0 || strstr(domain, "xn--") != NULL);
	client_setup_servers(req, setting);
	return client_setup_send(req, 200, "autoconfig.cst", error);
}
