/* test_user_password.c: which passwords people may have, and whether one belongs to a hash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/error.h"
#include "lib/base/user_password.h"

#define PASSWORD "Sommer im M\u00e4rz"

/* reason NULL: it may be used. */
static void expect(const char *password, const char *reason)
{
	g_autoptr(GError) error = NULL;

	assert_int_equal(user_password_check(password, "new_password", &error), reason == NULL);
	if (reason == NULL)
		return;
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_INVALID));
	assert_string_equal(ps_error_field(error), "new_password");
	assert_string_equal(ps_error_reason(error), reason);
}

static void test_check(void **state)
{
	static const struct {
		const char *password, *reason;
	} cases[] = {
	        {"", "too_short"},
	        {"elf zeichen", "too_short"},
	        {"zwoelf Zeich", NULL},
	        {"\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc", "too_short"},
	        {"\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc", NULL},
	        {"            ", NULL},
	        {"zwoelf\tZeichen", "control"},
	        {"zwoelf\nZeichen", "control"},
	        {"zwoelf\x7fZeichen", "control"},
	        {"gr\xfc\xdf dich Gott", "control"},
	};
	g_autofree char *longest = g_strnfill(USER_PASSWORD_MAX, 'x');
	g_autofree char *longer = g_strnfill(USER_PASSWORD_MAX + 1, 'x');

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		expect(cases[i].password, cases[i].reason);
	expect(longest, NULL);
	expect(longer, "too_long");
}

static void test_hash(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *hash = user_password_hash(PASSWORD, &error);
	g_autofree char *other = user_password_hash(PASSWORD, &error);

	(void)state;
	assert_null(error);
	assert_true(g_str_has_prefix(hash, "$y$"));
	assert_string_not_equal(hash, other); /* each with a salt of its own */
	assert_true(user_password_verify(PASSWORD, hash));
	assert_true(user_password_verify(PASSWORD, other));
	/* The same letter, composed by the keyboard of a Mac. */
	assert_true(user_password_verify("Sommer im Ma\u0308rz", hash));
	assert_false(user_password_verify("Sommer im Marz", hash));
	assert_false(user_password_verify("", hash));
	assert_false(user_password_verify("\xff", hash));
}

/* What is no hash belongs to no password. */
static void test_no_hash(void **state)
{
	static const char *const hashes[] = {
	        NULL, "", "x", "*0", "*1", "!", PASSWORD, "$y$", "$y$j9T$", "$9$abc$def"};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(hashes); i++)
		assert_false(user_password_verify(PASSWORD, hashes[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_check),
	        cmocka_unit_test(test_hash),
	        cmocka_unit_test(test_no_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
