/* fuzz_address.c: addresses and domains as somebody types them, or as mails and servers have them.
 */
#include "tests/fuzz/fuzz.h"

#include "lib/base/address.h"
#include "lib/base/address_part.h"
#include "lib/base/address_readable.h"
#include "lib/base/error.h"
#include "lib/base/host_port.h"
#include "lib/journal/journal_address.h"
#include "lib/mailbox/mailbox_cursor.h"

typedef char *(*Parse)(const char *typed, const char *field, GError **error);

/* A form that is stored is short ASCII in lower case, and of itself the same form. */
static void check_stored(Parse parse, const char *typed)
{
	g_autoptr(GError) error = NULL, again_error = NULL;
	g_autofree char *stored = parse(typed, "address", &error);

	g_assert_true((stored == NULL) == (error != NULL));
	if (stored == NULL) {
		g_assert_nonnull(ps_error_reason(error));
		return;
	}
	g_assert_true(g_str_is_ascii(stored));
	fuzz_is_line(stored, ADDRESS_MAX);
	g_assert_null(strpbrk(stored, " ,;<>()\\\""));
	g_autofree char *again = parse(stored, "address", &again_error);
	g_assert_cmpstr(again, ==, stored);
}

/* As people read it, it means the same. */
static void check_readable(const char *typed)
{
	g_autofree char *stored = address_own(typed, "address", NULL);

	if (stored == NULL)
		return;
	g_autofree char *readable = address_readable(stored);
	fuzz_is_line(readable, G_MAXSIZE);
	g_autofree char *again = address_own(readable, "address", NULL);
	g_assert_cmpstr(again, ==, stored);
	g_autofree char *key = address_key(stored), *of_readable = address_key(readable);
	g_assert_cmpstr(key, ==, stored);
	g_assert_cmpstr(of_readable, ==, stored);
	g_autoptr(AddressPart) part = address_part_new(readable),
	                       of_stored = address_part_new(stored);
	g_assert_true(address_part_matches(part, stored, ""));
	g_assert_true(address_part_matches(of_stored, stored, ""));
	g_assert_true(address_part_is_whole(readable));
}

static void check_domain(const char *typed)
{
	g_autofree char *display = NULL, *again_display = NULL;
	g_autofree char *domain = address_domain(typed, "domain", &display, NULL);

	if (domain == NULL)
		return;
	fuzz_is_line(domain, DOMAIN_MAX);
	fuzz_is_line(display, G_MAXSIZE);
	g_autofree char *again = address_domain(display, "domain", &again_display, NULL);
	g_assert_cmpstr(again, ==, domain);
	g_assert_cmpstr(again_display, ==, display);
}

/* Of any octets. */
static void check_written(const char *written)
{
	g_autofree char *normal = journal_address_normal(written);
	g_autofree char *again = journal_address_normal(normal);

	fuzz_is_utf8(normal, 3 * strlen(written) + 4 * JOURNAL_ADDRESS_MAX);
	/* One route, one pair of brackets or quotes is removed, not all. */
	if (strpbrk(written, "<\"") == NULL && *normal != '@')
		g_assert_cmpstr(again, ==, normal);
	g_autofree char *searched = journal_address_searched(normal);
	fuzz_is_utf8(searched, G_MAXSIZE);
}

static void check_places(const char *typed)
{
	g_autofree char *host = NULL;
	guint port = 25;
	g_autoptr(GBytes) name = mailbox_cursor_name(typed);

	if (host_port_parse(typed, &host, &port))
		g_assert_true(*host != '\0' && port >= 1 && port <= 65535);
	else
		g_assert_true(host == NULL && port == 25);
	g_assert_true(g_str_is_ascii(mailbox_cursor_address(typed)));
	for (guint sort = MAILBOX_SORT_ADDRESS; sort <= MAILBOX_SORT_STORAGE; sort++)
		mailbox_cursor_place(sort, sort % 2 == 0, typed, name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput any = {data, size}, input = any;
	g_autofree char *written = fuzz_text(&any), *typed = fuzz_utf8(&input);

	check_stored(address_any, typed);
	check_stored(address_own, typed);
	check_stored(address_local_part, typed);
	check_readable(typed);
	check_domain(typed);
	check_written(written);
	check_places(typed);
	g_autofree char *key = address_key(typed);
	g_autofree char *again = key != NULL ? address_key(key) : NULL;
	g_assert_cmpstr(again, ==, key);
	g_autofree char *readable = address_readable(typed);
	fuzz_is_utf8(readable, G_MAXSIZE);
	g_autoptr(AddressPart) part = address_part_new(typed);
	address_part_matches(part, "a@b.example", typed);
	return 0;
}
