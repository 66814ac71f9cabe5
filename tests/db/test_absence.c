/* test_absence.c: absence notes and whom they answered, on a real server. */
#include "lib/absence_reply.h"

#include <string.h>

#include "tests/db/db_test.h"

#include "lib/alias.h"
#include "lib/domain.h"
#include "lib/mailbox.h"

static Config *config;
static Db *db;
static KeyRing *ring;
static const Actor actor = {.login = "test"};
static guint64 domain_id;
static char *domain;

static int setup(void **state)
{
	g_autoptr(GError) error = NULL;

	(void)state;
	config = db_test_config();
	db = db_new(config);
	ring = keyring_load("/nonexistent/key", &error);
	assert_no_error(error);
	domain = g_strdup_printf("abwesend-%x.example", g_random_int());
	domain_create(db, &actor, domain, &domain_id, &error);
	assert_no_error(error);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	g_free(domain);
	keyring_free(ring);
	db_free(db);
	config_free(config);
	return 0;
}

static Mailbox *new_mailbox(const char *local_part)
{
	g_autoptr(GError) error = NULL;
	guint64 id = 0;

	mailbox_create(db, ring, &actor, local_part, domain_id, "", &id, &error);
	assert_no_error(error);
	Mailbox *mailbox = mailbox_load(db, id, &error);
	assert_no_error(error);
	return mailbox;
}

static void test_replies(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = new_mailbox("replies");
	g_autofree char *alias = g_strconcat("Auch@", domain, NULL);

	(void)state;
	/* No note: nothing is written. */
	assert_true(absence_reply_add(db, mailbox->address, "a@example.org", &error));
	assert_true(absence_reply_add(db, "m\u00fcller@example.org", "a@example.org", &error));
	g_autoptr(AbsenceReplyPage) none = absence_reply_list(db, mailbox->id, "", &error);
	assert_no_error(error);
	assert_int_equal(none->replies->len, 0);
	assert_null(none->next);

	db_execute(db, &error,
	        "INSERT INTO absence (mailbox_id, body, generation) VALUES (?, '', 7)", "u",
	        mailbox->id);
	assert_no_error(error);
	alias_add(db, &actor, mailbox->id, alias, &error);
	assert_no_error(error);
	g_autofree char *longest = g_strnfill(400, 'x');
	assert_true(absence_reply_add(db, alias, longest, &error));
	for (guint i = 0; i < 120; i++) {
		g_autofree char *to = g_strdup_printf("k%u@example.org", i);
		assert_true(absence_reply_add(db, mailbox->address, to, &error));
	}
	g_autofree char *after = g_strdup("");
	guint seen = 0;
	for (guint expected = 120; after != NULL;) {
		g_autoptr(AbsenceReplyPage) page =
		        absence_reply_list(db, mailbox->id, after, &error);
		assert_no_error(error);
		assert_true(page->replies->len <= ABSENCE_REPLY_PAGE);
		for (guint i = 0; i < page->replies->len; i++, seen++) {
			const AbsenceReply *reply = page->replies->pdata[i];
			g_autofree char *to = g_strdup_printf("k%u@example.org", --expected);
			assert_int_equal(reply->generation, 7);
			assert_true(reply->at > 0);
			if (seen < 120)
				assert_string_equal(reply->address, to);
			else
				assert_int_equal(strlen(reply->address), 320);
		}
		g_free(after);
		after = g_strdup(page->next);
	}
	assert_int_equal(seen, 121);
	/* What isn't a cursor is the first page. */
	static const char *const wrong[] = {"x", "1", "1.2.3", "-1.2", "99999999999999999999.1"};
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(AbsenceReplyPage) page =
		        absence_reply_list(db, mailbox->id, wrong[i], &error);
		assert_int_equal(page->replies->len, ABSENCE_REPLY_PAGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_replies),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
