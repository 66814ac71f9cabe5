/* test_import_hash.c: which stored passwords are taken, and how they are kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/mailbox/import_hash.h"

static const struct {
	const char *text, *scheme, *stored; /* NULL: not taken */
} hashes[] = {
        {"{SSHA512}abcd==", NULL, "{SSHA512}abcd=="},
        {"{SSHA512}abcd==", "CRYPT", "{SSHA512}abcd=="},
        {"{SHA512.HEX}00ff", NULL, "{SHA512.HEX}00ff"},
        {"$6$salt$hash", NULL, "{CRYPT}$6$salt$hash"},
        {"$1$salt$hash", "MD5-CRYPT", "{MD5-CRYPT}$1$salt$hash"},
        {"abcd", "SSHA", "{SSHA}abcd"},
        {"abcd", NULL, NULL},
        {"", NULL, NULL},
        {"", "CRYPT", NULL},
        {"{", NULL, NULL},
        {"{}x", NULL, NULL},
        {"{SSHA512}", NULL, NULL},
        {"{SSHA512", "CRYPT", "{CRYPT}{SSHA512"},
        {"{SSHA512}a\tb", NULL, NULL},
        {"{SSHA512}\xc3\xa4", NULL, NULL},
        {"{PLAIN}", NULL, NULL},
};

/* Each text ends where its memory does, so that whatever is read behind it is noticed. */
static void test_hashes(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(hashes); i++) {
		g_autofree char *text = g_strdup(hashes[i].text);
		g_autofree char *stored = import_hash(text, hashes[i].scheme);
		if (g_strcmp0(stored, hashes[i].stored) != 0)
			fail_msg("%s: %s", text, stored != NULL ? stored : "not taken");
	}
}

static void test_clear_text(void **state)
{
	static const char *const clear[] = {"{PLAIN}geheim", "{plain}geheim", "{CLEARTEXT}geheim"};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(clear); i++) {
		g_autofree char *stored = import_hash(clear[i], NULL);
		assert_true(g_str_has_prefix(stored, "{SHA512-CRYPT}$6$"));
		assert_null(strstr(stored, "geheim"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_hashes),
	        cmocka_unit_test(test_clear_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
