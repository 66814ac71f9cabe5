/* client_network.h: what of a client's address counts as one client. */
#ifndef POSTSTELLE_LIB_BASE_CLIENT_NETWORK_H
#define POSTSTELLE_LIB_BASE_CLIENT_NETWORK_H

#define CLIENT_NETWORK_MAX 45 /* octets */

/*
 * An IPv4 address as it is (also one that is written as IPv6, RFC 4291 2.5.5.2), of an IPv6 address
 * its /64, which is what one client has at least (RFC 6177); "unknown" for everything else. Free:
 * g_free().
 */
char *client_network(const char *address);

#endif
