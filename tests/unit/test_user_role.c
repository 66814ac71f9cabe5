/* test_user_role.c: words for roles and rights, there and back; what is none gives the least. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/user/user_role.h"

static void words(void **state)
{
	UserRole role = USER_STAFF;
	UserJournal right = USER_JOURNAL_NONE;

	(void)state;
	assert_true(user_role_read("admin", &role));
	assert_int_equal(role, USER_ADMIN);
	assert_true(user_role_read("staff", &role));
	assert_int_equal(role, USER_STAFF);
	for (guint i = 0; user_role_words[i] != NULL; i++) {
		assert_true(user_role_read(user_role_words[i], &role));
		assert_int_equal(role, i);
	}
	for (guint i = 0; user_journal_words[i] != NULL; i++) {
		assert_true(user_journal_read(user_journal_words[i], &right));
		assert_int_equal(right, i);
	}
	assert_string_equal(user_journal_words[USER_JOURNAL_NONE], "none");
	assert_string_equal(user_journal_words[USER_JOURNAL_OWN], "own");
	assert_string_equal(user_journal_words[USER_JOURNAL_ALL], "all");
}

static void strange_words(void **state)
{
	static const char *const strange[] = {
	        "", "root", "Admin", "admin ", "adm", "administrator", "ALL"};

	(void)state;
	for (gsize i = 0; i <= G_N_ELEMENTS(strange); i++) {
		UserRole role = USER_ADMIN;
		UserJournal right = USER_JOURNAL_ALL;
		const char *word = i < G_N_ELEMENTS(strange) ? strange[i] : NULL;
		assert_false(user_role_read(word, &role));
		assert_int_equal(role, USER_STAFF);
		assert_false(user_journal_read(word, &right));
		assert_int_equal(right, USER_JOURNAL_NONE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(words),
	        cmocka_unit_test(strange_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
