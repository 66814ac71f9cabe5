/* doctor_dns.c: what the DNS says of the office's domains and servers, as far as a resolver
 * answers. */
#include "cli/doctor_checks.h"

#include <netdb.h>
#include <resolv.h>
#include <string.h>

#include <arpa/inet.h>
#include <arpa/nameser.h>

#include "lib/office/domain.h"

#define DOMAINS_MAX 20 /* more aren't asked for */

typedef enum { DNS_ANSWER, DNS_NOTHING, DNS_SILENT } DnsResult;

/* The data of each record of an answer, as text. */
static void take_records(const guint8 *answer, int length, int type, GPtrArray *records)
{
	ns_msg message;

	if (ns_initparse(answer, length, &message) != 0)
		return;
	for (int i = 0; i < ns_msg_count(message, ns_s_an); i++) {
		ns_rr row;
		char text[NS_MAXDNAME] = "";
		if (ns_parserr(&message, ns_s_an, i, &row) != 0 || (int)ns_rr_type(row) != type)
			continue;
		const guint8 *data = ns_rr_rdata(row);
		gsize size = ns_rr_rdlen(row);
		if (type == ns_t_mx && size > 2)
			ns_name_uncompress(answer, answer + length, data + 2, text, sizeof(text));
		else if (type == ns_t_a && size == 4)
			inet_ntop(AF_INET, data, text, sizeof(text));
		else if (type == ns_t_aaaa && size == 16)
			inet_ntop(AF_INET6, data, text, sizeof(text));
		else if (type == ns_t_txt && size > 1)
			g_strlcpy(text, (const char *)data + 1,
			        MIN(sizeof(text), MIN((gsize)data[0], size - 1) + 1));
		g_ptr_array_add(records, g_ascii_strdown(text, -1));
	}
}

/* Asks for one kind of record; *records is always set (free: g_ptr_array_unref()). */
static DnsResult ask_dns(const char *name, int type, GPtrArray **records)
{
	struct __res_state state;
	guint8 answer[8192];

	*records = g_ptr_array_new_with_free_func(g_free);
	memset(&state, 0, sizeof(state));
	if (res_ninit(&state) != 0)
		return DNS_SILENT;
	state.retrans = 1;
	state.retry = 1;
	int length = res_nquery(&state, name, ns_c_in, type, answer, sizeof(answer));
	int failure = state.res_h_errno;
	res_nclose(&state);
	if (length < 0)
		return failure == HOST_NOT_FOUND || failure == NO_DATA ? DNS_NOTHING : DNS_SILENT;
	take_records(answer, MIN(length, (int)sizeof(answer)), type, *records);
	return (*records)->len > 0 ? DNS_ANSWER : DNS_NOTHING;
}

static void say_silent(HealthCheck *check)
{
	doctor_say(check, HEALTH_NOTE, "", "not looked at: no resolver answers here");
}

/* Whether one of the records is that name. */
static gboolean has_record(const GPtrArray *records, const char *name)
{
	for (guint i = 0; i < records->len; i++)
		if (g_ascii_strcasecmp(records->pdata[i], name) == 0)
			return TRUE;
	return FALSE;
}

/* A domain as people write it, and as the DNS has it. Free: g_free(). */
static char *both_spellings(const Domain *domain)
{
	return strcmp(domain->name, domain->display_name) == 0
	               ? g_strdup(domain->name)
	               : g_strdup_printf("%s (%s)", domain->display_name, domain->name);
}

static void check_mx(
        const Doctor *doctor, const char *domain, const GPtrArray *records, HealthCheck *check)
{
	const char *own = doctor_postconf(doctor, "myhostname");
	const char *first = records->pdata[0];

	for (guint i = 0; i < records->len; i++)
		if (doctor_is_loopback(records->pdata[i]))
			doctor_say(check, HEALTH_FAULT,
			        "Correct the MX (the domain's page lists it)", "the MX of %s is %s",
			        domain, (const char *)records->pdata[i]);
	if (!has_record(records, own) && !has_record(records, doctor->setting->smtp.host))
		doctor_say(check, HEALTH_WARNING,
		        "Correct the MX (the domain's page lists it), unless that server hands over "
		        "to this one",
		        "mail for %s goes to %s, not to %s", domain,
		        *first != '\0' ? first : "nobody", own);
}

/* A record of each domain. FALSE: no resolver answers. */
static gboolean check_records_of(
        const Doctor *doctor, const Domain *asked, int type, HealthCheck *check)
{
	g_autofree char *domain = both_spellings(asked);
	g_autoptr(GPtrArray) records = NULL;
	DnsResult result = ask_dns(asked->name, type, &records);
	gboolean is_spf = FALSE;

	if (result == DNS_SILENT)
		return FALSE;
	if (type == ns_t_mx && result == DNS_NOTHING)
		doctor_say(check, HEALTH_WARNING, "Make it: the domain's page lists the records",
		        "%s has no MX: others can't send to it", domain);
	else if (type == ns_t_mx)
		check_mx(doctor, domain, records, check);
	for (guint i = 0; type == ns_t_txt && i < records->len; i++)
		is_spf = is_spf || g_str_has_prefix(records->pdata[i], "v=spf1");
	if (type == ns_t_txt && !is_spf)
		doctor_say(check, HEALTH_WARNING, "Make it: the domain's page lists the records",
		        "%s has no SPF record: others doubt its mail", domain);
	return TRUE;
}

static void check_each_domain(const Doctor *doctor, int type, HealthCheck *check)
{
	if (doctor->domains == NULL || doctor->setting == NULL) {
		doctor_say(check, HEALTH_NOTE, "", "not looked at: the database doesn't answer");
		return;
	}
	for (guint i = 0; i < MIN(doctor->domains->len, DOMAINS_MAX); i++)
		if (!check_records_of(doctor, doctor->domains->pdata[i], type, check)) {
			say_silent(check);
			return;
		}
	if (check->state == HEALTH_OK)
		doctor_say(check, HEALTH_OK, "", "%u domains have it",
		        MIN(doctor->domains->len, DOMAINS_MAX));
}

void doctor_dns_mx(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	(void)argument;
	check_each_domain(doctor, ns_t_mx, check);
}

void doctor_dns_spf(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	(void)argument;
	check_each_domain(doctor, ns_t_txt, check);
}

/* That a server's name has an address, and one that others reach. FALSE: no resolver answers. */
static gboolean check_name(const char *name, HealthCheck *check)
{
	static const int types[] = {ns_t_a, ns_t_aaaa};
	guint count = 0;

	for (gsize t = 0; t < G_N_ELEMENTS(types); t++) {
		g_autoptr(GPtrArray) records = NULL;
		if (ask_dns(name, types[t], &records) == DNS_SILENT)
			return FALSE;
		count += records->len;
		for (guint i = 0; i < records->len; i++)
			if (doctor_is_loopback(records->pdata[i]))
				doctor_say(check, HEALTH_FAULT, "Correct the address in the DNS",
				        "%s has the address %s there", name,
				        (const char *)records->pdata[i]);
	}
	if (count == 0)
		doctor_say(check, HEALTH_WARNING, "Give it an address (A, AAAA) in the DNS",
		        "%s has no address there: nobody outside finds it", name);
	return TRUE;
}

void doctor_dns_address(const Doctor *doctor, const char *argument, HealthCheck *check)
{
	const char *own = doctor_postconf(doctor, "myhostname");
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iter;
	gpointer name;

	(void)argument;
	if (doctor->setting == NULL) {
		doctor_say(check, HEALTH_NOTE, "", "not looked at: the database doesn't answer");
		return;
	}
	g_hash_table_add(names, g_strdup(own));
	g_hash_table_add(names, g_strdup(doctor->setting->imap.host));
	g_hash_table_add(names, g_strdup(doctor->setting->smtp.host));
	g_hash_table_iter_init(&iter, names);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		if (*(const char *)name != '\0' && !doctor_is_loopback(name) &&
		        !check_name(name, check)) {
			say_silent(check);
			return;
		}
	if (check->state == HEALTH_OK)
		doctor_say(check, HEALTH_OK, "", "the servers' names have addresses");
}
