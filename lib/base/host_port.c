/* host_port.c: takes "host:port" and "[IPv6 address]:port" apart. */
#include "lib/base/host_port.h"

#include <string.h>

#include <gio/gio.h>

static gboolean is_ipv6(const char *text)
{
	g_autoptr(GInetAddress) address = g_inet_address_new_from_string(text);

	return address != NULL && g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6;
}

/* The length of the host, of which *inner is what stands within brackets. 0: it has none. */
static gsize host_length(const char *text, char **inner)
{
	gsize length;

	if (text[0] == '[') {
		const char *end = strchr(text, ']');
		if (end == NULL)
			return 0;
		*inner = g_strndup(text + 1, (gsize)(end - text) - 1);
		return is_ipv6(*inner) ? (gsize)(end - text) + 1 : 0;
	}
	length = is_ipv6(text) ? strlen(text) : strcspn(text, ":");
	*inner = g_strndup(text, length);
	return length;
}

gboolean host_port_parse(const char *text, char **host, guint *port)
{
	g_autofree char *inner = NULL;
	gsize length = host_length(text, &inner);
	guint64 number = 0;

	if (length == 0 || strpbrk(inner, "[] \t/") != NULL)
		return FALSE;
	if (text[length] != '\0' &&
	        (text[length] != ':' || !g_ascii_string_to_unsigned(
	                                        text + length + 1, 10, 1, 65535, &number, NULL)))
		return FALSE;
	if (number > 0)
		*port = (guint)number;
	*host = g_steal_pointer(&inner);
	return TRUE;
}
