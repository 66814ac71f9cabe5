/* test_address_change.c: addresses that come to lead elsewhere while a mail comes in. */
#include "tests/db/journal_letter.h"

#include "lib/base/error.h"
#include "lib/mailbox/address_change.h"
#include "lib/mailbox/mailbox_delete.h"

typedef struct {
	const char *address;
	guint64 mailbox_id;
} Change;

static gboolean is_it(const char *address, guint64 mailbox_id, gpointer data)
{
	const Change *wanted = data;

	return mailbox_id == wanted->mailbox_id && strcmp(address, wanted->address) == 0;
}

/* Whether a change that concerns this one was made since then. */
static gboolean is_changed(const char *address, guint64 mailbox_id, gint64 since)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *whole = full(address);
	Change wanted = {.address = whole, .mailbox_id = mailbox_id};
	gboolean concerned = FALSE;

	address_change_since(milter, since, is_it, &wanted, &concerned, &error);
	assert_no_error(error);
	return concerned;
}

/* A moment that is later than whatever was done, by more than a question takes. */
static gint64 afterwards(void)
{
	g_usleep(G_USEC_PER_SEC / 4);
	return g_get_monotonic_time();
}

static void add(const char *address, guint64 mailbox_id)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *whole = full(address);

	alias_add(db, &office_actor, mailbox_id, whole, &error);
	assert_no_error(error);
}

static void remove_it(const char *address, guint64 mailbox_id)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *whole = full(address);
	g_autofree char *sql =
	        g_strdup_printf("SELECT id FROM address WHERE address = '%s'", whole);

	alias_remove(db, &office_actor, mailbox_id, office_number(db, sql), &error);
	assert_no_error(error);
}

/* A change is one for what began before it, and none for what began after it was answered. */
static void test_times(void **state)
{
	(void)state;
	gint64 before = g_get_monotonic_time();
	add("neu@%", anna);
	gint64 between = afterwards();
	assert_true(is_changed("neu@%", anna, before));
	assert_false(is_changed("neu@%", anna, between));
	assert_false(is_changed("neu@%", bert, before));
	remove_it("neu@%", anna);
	assert_true(is_changed("neu@%", anna, between));
	assert_false(is_changed("neu@%", anna, afterwards()));
}

/* Whoever never says that it is over: then it is after a while. */
static void test_still(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *whole = full("immer@%");

	(void)state;
	address_change_add(db, whole, anna, &error);
	assert_no_error(error);
	assert_true(is_changed("immer@%", anna, afterwards()));
	db_execute(db, &error, "UPDATE address_change SET at = at - 5000000 WHERE address = ?", "a",
	        whole);
	assert_false(is_changed("immer@%", anna, afterwards()));
	assert_true(is_changed("immer@%", anna,
	        g_get_monotonic_time() - (ADDRESS_CHANGE_DAYS + 1) * G_TIME_SPAN_DAY));
}

static void test_deletion(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 id = office_mailbox(db, domain_id, "dora");

	(void)state;
	add("auch@%", id);
	for (guint i = 0; i < 2; i++) {
		g_autoptr(Mailbox) mailbox = mailbox_load(db, id, &error);
		gint64 before = g_get_monotonic_time();
		if (i == 0)
			mailbox_delete(db, &office_actor, id, mailbox->version, &error);
		else
			mailbox_restore(db, &office_actor, id, mailbox->version, &error);
		assert_no_error(error);
		assert_true(is_changed("dora@%", id, before));
		assert_true(is_changed("auch@%", id, before));
		assert_false(is_changed("auch@%", id, afterwards()));
	}
}

/* TRUE: the mail has its entry. */
static gboolean is_written(const char *words, const char *sender, gint64 began)
{
	g_autoptr(GError) error = NULL;
	Letter letter;

	letter_init(&letter, sender != NULL ? JOURNAL_SUBMISSION : JOURNAL_OUTSIDE, sender, words);
	letter.mail.began = began;
	gboolean ok = journal_write(milter, &letter.mail, NULL, NULL, &error);
	assert_true(ok || g_error_matches(error, PS_ERROR, PS_ERROR_CONFLICT));
	assert_int_equal(ok, id_of(letter.key) > 0);
	letter_clear(&letter);
	return ok;
}

/* Mails that a change of one further address of bert concerns, and others. */
static void test_mails(void **state)
{
	static const struct {
		const char *words, *sender;
		gboolean concerned;
	} cases[] = {
	        {"rcpt=zweit@%", NULL, TRUE},
	        {"rcpt=ZWEIT+x@%", NULL, TRUE},
	        {"rcpt=\"zweit\"@%", NULL, TRUE},
	        {"rcpt=anna@% to=zweit@%", NULL, TRUE},
	        {"rcpt=anna@% cc=Zweit+y@%", NULL, TRUE},
	        {"rcpt=bert@%", NULL, TRUE},
	        {"rcpt=anna@% to=bert@%", NULL, TRUE},
	        {"rcpt=anna@%", "zweit@%", TRUE},
	        {"rcpt=anna@%", "bert@%", TRUE},
	        {"rcpt=anna@% to=anna@%", NULL, FALSE},
	        {"rcpt=leitung@% cc=zweitx@%", "anna@%", FALSE},
	};

	(void)state;
	for (guint i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
		gint64 before = g_get_monotonic_time();
		if (i % 2 == 0)
			add("zweit@%", bert);
		else
			remove_it("zweit@%", bert);
		const char *words = cases[i / 2].words, *sender = cases[i / 2].sender;
		if (is_written(words, sender, before) == cases[i / 2].concerned)
			fail_msg("%s of %s, %u", words, sender, i % 2);
		assert_true(is_written(words, sender, afterwards()));
		assert_true(is_written(words, sender, 0));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_times),
	        cmocka_unit_test(test_still),
	        cmocka_unit_test(test_deletion),
	        cmocka_unit_test(test_mails),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
