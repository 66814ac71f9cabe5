/* test_journal_rows.c: who may read an entry by what it is found, case by case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/journal/journal_rows.h"

#define MANY 50 /* mailboxes or users of the mail to many */

/* Numbers 0 end a list. An address has the number of its mailbox and 100 more. */
typedef struct {
	guint64 sender;
	JournalMailbox mailboxes[4];
	JournalParty parties[5];
	JournalAssigned assigned[5];
	const char *rows; /* topic:user; m is a mailbox, a an address, * everybody */
} Case;

static char *text_of(const GArray *rows)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < rows->len; i++) {
		const JournalRow *row = &g_array_index(rows, JournalRow, i);
		if (i > 0)
			g_string_append_c(text, ' ');
		if (row->topic == JOURNAL_TOPIC_ALL)
			g_string_append(text, "all");
		else if (row->topic == JOURNAL_TOPIC_WIDE)
			g_string_append(text, "wide");
		else
			g_string_append_printf(text, "%c%" G_GUINT64_FORMAT,
			        row->topic % 2 == 0 ? 'm' : 'a', row->topic / 2);
		if (row->user_id == JOURNAL_EVERYBODY)
			g_string_append(text, ":*");
		else if (row->user_id == JOURNAL_WIDE)
			g_string_append(text, ":wide");
		else
			g_string_append_printf(text, ":%" G_GUINT64_FORMAT, row->user_id);
	}
	return g_string_free(text, FALSE);
}

static void test_cases(void **state)
{
	static const Case cases[] = {
	        /* From outside */
	        {0, {{10, JOURNAL_TO, TRUE, FALSE, FALSE}}, {{110, 10, JOURNAL_TO}}, {{10, 1}},
	                "all:* all:1 m10:* m10:1 a110:* a110:1"},
	        /* Nobody is assigned */
	        {0, {{10, JOURNAL_TO, TRUE, FALSE, FALSE}}, {{0}}, {{0}}, "all:* m10:*"},
	        /* It protects: nobody else, also where nobody is assigned */
	        {0, {{10, JOURNAL_TO, TRUE, TRUE, FALSE}}, {{0}}, {{10, 1}}, "all:1 m10:1"},
	        {0, {{10, JOURNAL_TO, TRUE, TRUE, FALSE}}, {{0}}, {{0}}, ""},
	        /* One of two protects; users of both read, one who has both is there once */
	        {10, {{10, JOURNAL_FROM, TRUE, FALSE, FALSE}, {11, JOURNAL_CC, TRUE, TRUE, FALSE}},
	                {{0}}, {{10, 1}, {10, 2}, {11, 2}}, "all:1 all:2 m10:1 m10:2 m11:1 m11:2"},
	        /* Named, but not reached: no reader, but it protects */
	        {0, {{10, JOURNAL_TO, TRUE, FALSE, FALSE}, {11, JOURNAL_TO, FALSE, TRUE, FALSE}},
	                {{0}}, {{10, 1}, {11, 2}}, "all:1 m10:1 m11:1"},
	        /* It only protects: found by nothing, seen by nobody */
	        {0, {{10, JOURNAL_TO, TRUE, FALSE, FALSE}, {11, JOURNAL_OTHER, FALSE, TRUE, FALSE}},
	                {{0}}, {{10, 1}, {11, 2}}, "all:1 m10:1"},
	        /* Bcc: found by it for users of the sending and of that mailbox alone */
	        {10,
	                {{10, JOURNAL_FROM, TRUE, FALSE, FALSE},
	                        {11, JOURNAL_BCC, TRUE, FALSE, FALSE},
	                        {12, JOURNAL_TO, TRUE, FALSE, FALSE}},
	                {{111, 11, JOURNAL_BCC}}, {{10, 1}, {11, 2}, {12, 3}},
	                "all:* all:1 all:2 all:3 m10:* m10:1 m10:2 m10:3 m11:1 m11:2 "
	                "m12:* m12:1 m12:2 m12:3 a111:1 a111:2"},
	        /* A Bcc outside the office */
	        {10, {{10, JOURNAL_FROM, TRUE, FALSE, FALSE}, {12, JOURNAL_TO, TRUE, FALSE, FALSE}},
	                {{120, 0, JOURNAL_BCC}}, {{10, 1}, {12, 3}},
	                "all:* all:1 all:3 m10:* m10:1 m10:3 m12:* m12:1 m12:3 a120:1"},
	        /* Bcc of a mail from outside: its own users alone */
	        {0, {{11, JOURNAL_BCC, TRUE, FALSE, FALSE}}, {{111, 11, JOURNAL_BCC}}, {{11, 2}},
	                "all:* all:2 m11:2 a111:2"},
	        /* In To as well as in Bcc: no secret */
	        {0, {{11, JOURNAL_TO, TRUE, FALSE, FALSE}},
	                {{111, 11, JOURNAL_BCC}, {111, 11, JOURNAL_TO}}, {{11, 2}},
	                "all:* all:2 m11:* m11:2 a111:* a111:2"},
	        /* Reached by an address that isn't named, its mailbox is by another one */
	        {10, {{10, JOURNAL_FROM, TRUE, FALSE, FALSE}, {11, JOURNAL_TO, TRUE, FALSE, FALSE}},
	                {{111, 11, JOURNAL_TO}, {121, 11, JOURNAL_OTHER}},
	                {{10, 1}, {11, 2}, {12, 3}},
	                "all:* all:1 all:2 m10:* m10:1 m10:2 m11:* m11:1 m11:2 "
	                "a111:* a111:1 a111:2 a121:1 a121:2"},
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const Case *one = &cases[i];
		g_autoptr(JournalFacts) facts = journal_facts_new();

		facts->sender_id = one->sender;
		for (gsize j = 0; j < 4 && one->mailboxes[j].mailbox_id != 0; j++)
			g_array_append_val(facts->mailboxes, one->mailboxes[j]);
		for (gsize j = 0; j < 5 && one->parties[j].address_id != 0; j++)
			g_array_append_val(facts->parties, one->parties[j]);
		for (gsize j = 0; j < 5 && one->assigned[j].mailbox_id != 0; j++)
			g_array_append_val(facts->assigned, one->assigned[j]);
		g_autoptr(GArray) rows = journal_rows(facts);
		g_autofree char *text = text_of(rows);
		assert_string_equal(text, one->rows);
	}
}

/* The rows of a mail to mailboxes of one user each. */
static GArray *rows_of_many(guint count, JournalRole role)
{
	g_autoptr(JournalFacts) facts = journal_facts_new();

	for (guint i = 1; i <= count; i++) {
		JournalMailbox mailbox = {i, role, TRUE, FALSE, FALSE};
		JournalAssigned assigned = {i, i};
		g_array_append_val(facts->mailboxes, mailbox);
		g_array_append_val(facts->assigned, assigned);
	}
	return journal_rows(facts);
}

static guint count_rows(const GArray *rows, guint64 topic, guint64 user_id)
{
	guint count = 0;

	for (guint i = 0; i < rows->len; i++) {
		const JournalRow *row = &g_array_index(rows, JournalRow, i);
		count += row->topic == topic && row->user_id == user_id;
	}
	return count;
}

static void test_wide(void **state)
{
	g_autoptr(GArray) wide = rows_of_many(MANY, JOURNAL_TO);
	g_autoptr(GArray) bcc = rows_of_many(MANY, JOURNAL_BCC);
	guint most = 1;

	(void)state;
	/* all: everybody and each user; wide: each user; each mailbox: everybody and wide */
	assert_int_equal(wide->len, 1 + MANY + MANY + 2 * MANY);
	assert_int_equal(count_rows(wide, JOURNAL_TOPIC_ALL, JOURNAL_EVERYBODY), 1);
	for (guint64 i = 1; i <= MANY; i++) {
		assert_int_equal(count_rows(wide, JOURNAL_TOPIC_ALL, i), 1);
		assert_int_equal(count_rows(wide, JOURNAL_TOPIC_WIDE, i), 1);
		assert_int_equal(count_rows(wide, JOURNAL_TOPIC_MAILBOX(i), JOURNAL_WIDE), 1);
		assert_int_equal(count_rows(wide, JOURNAL_TOPIC_MAILBOX(i), JOURNAL_EVERYBODY), 1);
	}
	/* What is found by few is never wide */
	assert_int_equal(bcc->len, 1 + MANY + MANY);
	/* The most that is not */
	while ((most + 1) * (most + 1) <= JOURNAL_WIDE_ROWS)
		most++;
	g_autoptr(GArray) narrow = rows_of_many(most, JOURNAL_TO);
	assert_int_equal(narrow->len, (most + 1) * (most + 1));
	g_autoptr(GArray) first = rows_of_many(most + 1, JOURNAL_TO);
	assert_int_equal(count_rows(first, JOURNAL_TOPIC_WIDE, 1), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_cases),
	        cmocka_unit_test(test_wide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
