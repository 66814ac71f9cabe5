/* fuzz_autodiscover.c: the XML by which programs ask for their settings. */
#include "tests/fuzz/fuzz.h"

#include "cgi-bin/autodiscover_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* As a body comes: with a NUL behind it. */
	g_autofree char *body = g_malloc(size + 1);
	g_autoptr(GString) address = g_string_new(NULL), schema = g_string_new(NULL);

	if (size > 0)
		memcpy(body, data, size);
	body[size] = '\0';
	if (!autodiscover_read(body, size, address, schema))
		return 0;
	fuzz_is_utf8(address->str, size);
	fuzz_is_utf8(schema->str, size);
	/* What was read means the same where it is written anew. */
	g_autofree char *again = g_markup_printf_escaped(
	        "<A><EMailAddress>%s</EMailAddress>"
	        "<AcceptableResponseSchema>%s</AcceptableResponseSchema></A>",
	        address->str, schema->str);
	g_autoptr(GString) again_address = g_string_new(NULL), again_schema = g_string_new(NULL);
	g_assert_true(autodiscover_read(again, strlen(again), again_address, again_schema));
	g_assert_cmpstr(again_address->str, ==, address->str);
	g_assert_cmpstr(again_schema->str, ==, schema->str);
	return 0;
}
