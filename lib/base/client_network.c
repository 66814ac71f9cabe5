/* client_network.c: reduces a client's address to what counts as one client. */
#include "lib/base/client_network.h"

#include <string.h>

#include <gio/gio.h>

#define IPV6_SIZE 16
#define NETWORK_SIZE 8

char *client_network(const char *address)
{
	static const guint8 mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	g_autoptr(GInetAddress) parsed = g_inet_address_new_from_string(address);
	guint8 octets[IPV6_SIZE] = {0};

	if (parsed == NULL)
		return g_strdup("unknown");
	if (g_inet_address_get_family(parsed) == G_SOCKET_FAMILY_IPV4)
		return g_inet_address_to_string(parsed);
	const guint8 *whole = g_inet_address_to_bytes(parsed);
	if (memcmp(whole, mapped, sizeof(mapped)) == 0) {
		g_autoptr(GInetAddress) inner =
		        g_inet_address_new_from_bytes(whole + sizeof(mapped), G_SOCKET_FAMILY_IPV4);
		return g_inet_address_to_string(inner);
	}
	memcpy(octets, whole, NETWORK_SIZE);
	g_autoptr(GInetAddress) network =
	        g_inet_address_new_from_bytes(octets, G_SOCKET_FAMILY_IPV6);
	g_autofree char *text = g_inet_address_to_string(network);
	return g_strconcat(text, "/64", NULL);
}
