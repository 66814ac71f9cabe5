/* test_client_network.c: which addresses count as one client. */
#include "lib/base/client_network.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

static void test_networks(void **state)
{
	static const struct {
		const char *address, *network;
	} cases[] = {
	        {"192.0.2.7", "192.0.2.7"},
	        {"::ffff:192.0.2.7", "192.0.2.7"},
	        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
	        {"2001:0DB8:0001:0002::", "2001:db8:1:2::/64"},
	        {"2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"},
	        {"2001:db8:1:3::1", "2001:db8:1:3::/64"},
	        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff::/64"},
	        {"::1", "::/64"},
	        {"", "unknown"},
	        {"unix:", "unknown"},
	        {"192.0.2", "unknown"},
	        {"192.0.2.7, 192.0.2.8", "unknown"},
	        {"2001:db8::1::2", "unknown"},
	};
	(void)state;

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *network = client_network(cases[i].address);
		assert_string_equal(network, cases[i].network);
		assert_true(strlen(network) <= CLIENT_NETWORK_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_networks),
	};

	return cmocka_run_group_tests_name("client_network", tests, NULL, NULL);
}
