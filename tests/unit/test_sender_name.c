/* test_sender_name.c: which display name recipients see (lib/mailbox/sender_name.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/mailbox/mailbox.h"
#include "lib/mailbox/sender_name.h"

/* The users as a mailbox has them. */
enum { NOBODY, MAX_M, ZOE, OTTO, ANNA_GONE, TWIN, SAME };
static const struct {
	const char *name, *email_name;
	gboolean active;
} people[] = {
        [MAX_M] = {"Max Müller", "Müller, Verwaltung", TRUE},
        [ZOE] = {"Zoë Meyer", "Zoë  Meyer (Vermietung)", TRUE},
        [OTTO] = {"Otto", "", TRUE},
        [ANNA_GONE] = {"Anna Amann", "Anna", FALSE},
        [TWIN] = {"Max Müller", "Der andere Max", TRUE},
        [SAME] = {"M. Müller", "Müller, Verwaltung", TRUE},
};

#define USERS_MAX 4

static const struct {
	const char *email_name;
	guint users[USERS_MAX];
	SenderNameRule rule;
	const char *client, *name; /* NULL: the client's stays */
} cases[] = {
        {"Büro", {NOBODY}, SENDER_NAME_FIXED, "Max", "Büro"},
        {"Büro", {MAX_M, ZOE}, SENDER_NAME_FIXED, "Max Müller", "Büro"},
        {"", {NOBODY}, SENDER_NAME_CLIENT, "Max", NULL},
        {"", {MAX_M}, SENDER_NAME_FIXED, "", "Müller, Verwaltung"},
        {"", {MAX_M}, SENDER_NAME_FIXED, "Zoë Meyer", "Müller, Verwaltung"},
        {"", {OTTO}, SENDER_NAME_CLIENT, "Otto", NULL},
        {"", {ANNA_GONE}, SENDER_NAME_CLIENT, "Anna", NULL},
        {"", {ANNA_GONE, MAX_M}, SENDER_NAME_FIXED, "Anna", "Müller, Verwaltung"},
        {"", {ANNA_GONE, MAX_M, ZOE}, SENDER_NAME_ONE_OF, "Anna", NULL},
        {"", {MAX_M, ZOE}, SENDER_NAME_ONE_OF, "Zoë Meyer", "Zoë  Meyer (Vermietung)"},
        {"", {MAX_M, ZOE}, SENDER_NAME_ONE_OF, "Zoë Meyer (Vermietung)", "Zoë  Meyer (Vermietung)"},
        {"", {MAX_M, ZOE}, SENDER_NAME_ONE_OF, "Müller, Verwaltung", "Müller, Verwaltung"},
        {"", {MAX_M, ZOE}, SENDER_NAME_ONE_OF, " max\t MÜLLER ", "Müller, Verwaltung"},
        /* e and a combining diaeresis */
        {"", {MAX_M, ZOE}, SENDER_NAME_ONE_OF, "Zoe\xcc\x88 Meyer", "Zoë  Meyer (Vermietung)"},
        {"", {MAX_M, ZOE}, SENDER_NAME_ONE_OF, "Max", NULL},
        {"", {MAX_M, ZOE}, SENDER_NAME_ONE_OF, "", NULL},
        {"", {MAX_M, ZOE}, SENDER_NAME_ONE_OF, " ", NULL},
        {"", {MAX_M, OTTO}, SENDER_NAME_ONE_OF, "Otto", NULL},
        {"", {MAX_M, OTTO}, SENDER_NAME_ONE_OF, "", NULL},
        {"", {OTTO, OTTO}, SENDER_NAME_CLIENT, "Otto", NULL},
        {"", {MAX_M, TWIN}, SENDER_NAME_ONE_OF, "Max Müller", NULL},
        {"", {MAX_M, TWIN}, SENDER_NAME_ONE_OF, "Der andere Max", "Der andere Max"},
        {"", {MAX_M, SAME}, SENDER_NAME_ONE_OF, "Müller, Verwaltung", "Müller, Verwaltung"},
};

static void user_free(gpointer data)
{
	MailboxUser *user = data;

	g_free(user->name);
	g_free(user->email_name);
	g_free(user);
}

static GPtrArray *users_of(const guint *numbers)
{
	GPtrArray *users = g_ptr_array_new_with_free_func(user_free);

	for (guint i = 0; i < USERS_MAX && numbers[i] != NOBODY; i++) {
		MailboxUser *user = g_new0(MailboxUser, 1);
		user->name = g_strdup(people[numbers[i]].name);
		user->email_name = g_strdup(people[numbers[i]].email_name);
		user->active = people[numbers[i]].active;
		g_ptr_array_add(users, user);
	}
	return users;
}

static void test_cases(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) users = users_of(cases[i].users);
		const char *fixed = "not set";

		assert_int_equal(
		        sender_name_rule(cases[i].email_name, users, &fixed), cases[i].rule);
		const char *name = sender_name_for(cases[i].email_name, users, cases[i].client);
		if (cases[i].name == NULL)
			assert_null(name);
		else
			assert_string_equal(name, cases[i].name);
		/* What the page says is what the milter does. */
		if (cases[i].rule == SENDER_NAME_FIXED)
			assert_string_equal(fixed, name);
		else
			assert_null(fixed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
