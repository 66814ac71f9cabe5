/* host_port.h: "host", "host:port", "address" and "[IPv6 address]:port" taken apart. */
#ifndef POSTSTELLE_LIB_BASE_HOST_PORT_H
#define POSTSTELLE_LIB_BASE_HOST_PORT_H

#include <glib.h>

/*
 * *host is a name, an IPv4 address or an IPv6 address without its brackets (RFC 3986 section 3.2.2;
 * an IPv6 address without a port may stand without brackets). *port stays as it is when text names
 * none. FALSE, and neither is set: text is neither of these, or the port is none of 1 to 65535.
 * Free: g_free().
 */
gboolean host_port_parse(const char *text, char **host, guint *port);

#endif
