/* dns_records.h: what the administrator has to set in the DNS for a domain of the office. */
#ifndef POSTSTELLE_CGI_DNS_RECORDS_H
#define POSTSTELLE_CGI_DNS_RECORDS_H

#include "cgi-bin/request.h"
#include "lib/office/domain.h"
#include "lib/office/setting.h"

/* dns.N.name, .type, .value and .why (ready words), in the form of a zone file (RFC 1035 5.1).
 * reports: somebody reads what is sent to postmaster@. */
void dns_records_fill(Request *req, const Domain *domain, const Setting *setting, gboolean reports);

#endif
