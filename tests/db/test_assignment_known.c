/* test_assignment_known.c: who may still know a password after assignments ended, and what the
 * users of a VIP mailbox are told.
 */
#include "tests/db/assignment_office.h"

#include <unistd.h>

#include "lib/mailbox/mailbox_list.h"
#include "lib/mailbox/mailbox_secret.h"
#include "lib/office/mail_queue.h"
#include "lib/office/notice.h"

/* ---- who may still know the password ---- */

static void assert_known(guint64 mailbox, gboolean expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) loaded = mailbox_load(db, mailbox, &error);
	const MailboxFilter filter = {.q = loaded->address, .after = ""};

	assert_no_error(error);
	assert_int_equal(loaded->known, expected);
	g_autoptr(MailboxPage) page = mailbox_list(db, &filter, &error);
	assert_no_error(error);
	assert_int_equal(page->rows->len, 1);
	assert_int_equal(((const MailboxRow *)page->rows->pdata[0])->known, expected);
}

static void test_known(void **state)
{
	guint64 mailbox = new_mailbox(), user = new_user("geht", USER_STAFF);
	(void)state;

	assert_known(mailbox, FALSE);
	assign(mailbox, user);
	assert_known(mailbox, FALSE);
	end(mailbox, user, FALSE);
	assert_known(mailbox, TRUE);
	assign(mailbox, user);
	assert_known(mailbox, FALSE);
	end(mailbox, user, TRUE);
	assert_known(mailbox, FALSE);
	assign(mailbox, user);
	set_active(user, FALSE);
	assert_known(mailbox, TRUE);
	new_password(&admin, mailbox);
	assert_known(mailbox, FALSE);
	/* Assigned all the time, but never active under the new password. */
	end(mailbox, user, FALSE);
	assert_known(mailbox, FALSE);
	set_active(user, TRUE);
	assign(mailbox, user);
	end(mailbox, user, FALSE);
	assert_known(mailbox, TRUE);
	assign(mailbox, user);
	set_active(user, FALSE);
	assert_known(mailbox, TRUE);
	end(mailbox, user, TRUE);
	assert_known(mailbox, FALSE);
	/* Another one's assignment says nothing. */
	set_active(user, TRUE);
	assign(mailbox, user);
	assign(mailbox, staff_id);
	end(mailbox, user, FALSE);
	assert_known(mailbox, TRUE);
}

/* Who comes back knows what was the password while they were active, and no other. */
static void test_known_after_a_return(void **state)
{
	guint64 mailbox = new_mailbox(), user = new_user("zurück", USER_STAFF);
	(void)state;

	assign(mailbox, user);
	set_active(user, FALSE);
	new_password(&admin, mailbox);
	end(mailbox, user, FALSE);
	set_active(user, TRUE);
	assert_known(mailbox, FALSE);
	/* A second absence doesn't make the first one forgotten. */
	set_active(user, FALSE);
	assert_known(mailbox, FALSE);
	set_active(user, TRUE);
	assert_known(mailbox, FALSE);
	/* Back before the assignment ended: known. */
	assign(mailbox, user);
	set_active(user, FALSE);
	new_password(&admin, mailbox);
	set_active(user, TRUE);
	assert_known(mailbox, FALSE);
	end(mailbox, user, FALSE);
	assert_known(mailbox, TRUE);
	/* Assigned and ended while away, under the same password: never known. */
	new_password(&admin, mailbox);
	assign(mailbox, user);
	set_active(user, FALSE);
	assert_known(mailbox, TRUE);
	new_password(&admin, mailbox);
	end(mailbox, user, FALSE);
	set_active(user, TRUE);
	set_active(user, FALSE);
	assert_known(mailbox, FALSE);
	/* Active under it for a while, then away: known. */
	set_active(user, TRUE);
	assign(mailbox, user);
	set_active(user, FALSE);
	end(mailbox, user, FALSE);
	assert_known(mailbox, TRUE);
	set_active(user, TRUE);
	assert_known(mailbox, TRUE);
}

static void test_known_by_a_look(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_strdup_printf("%s/ps-key-%08x", g_get_tmp_dir(), g_random_int());
	g_autofree char *key_id = NULL;
	guint64 looker = new_user("schaut", USER_ADMIN);
	const Actor actor = {looker, "schaut"};
	(void)state;

	keyring_add_key(path, &key_id, &error);
	assert_no_error(error);
	g_autoptr(KeyRing) keys = keyring_load(path, &error);
	assert_no_error(error);
	KeyRing *without = ring;
	ring = keys;
	guint64 mailbox = new_mailbox();
	ring = without;
	g_autoptr(Mailbox) loaded = mailbox_load(db, mailbox, &error);
	g_autofree char *password = mailbox_password_show(db, keys, &actor, loaded, &error);
	assert_no_error(error);
	assert_non_null(password);
	assert_known(mailbox, FALSE);
	set_active(looker, FALSE);
	assert_known(mailbox, TRUE);
	set_active(looker, TRUE);
	g_autoptr(User) user = user_load(db, looker, &error);
	user->role = USER_STAFF;
	user_update(db, &machine, user, &error);
	assert_no_error(error);
	assert_known(mailbox, TRUE);
	assign(mailbox, looker);
	assert_known(mailbox, FALSE);
	end(mailbox, looker, TRUE);
	assert_known(mailbox, FALSE);
	unlink(path);
}

/* ---- what is told ---- */

static guint told(guint64 user, guint64 mailbox, const char *kind)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbRows) rows = db_query(db, &error,
	        "SELECT COUNT(*) FROM notice_reader r JOIN notice n ON n.id = r.notice_id"
	        " WHERE r.user_id = ? AND n.mailbox_id = ? AND n.kind = ?",
	        "uua", user, mailbox, kind);

	assert_no_error(error);
	assert_true(db_rows_next(rows));
	return (guint)db_rows_u64(rows, 0);
}

static guint mailed(guint64 mailbox, const char *kind)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text_kind = g_strconcat("notice.", kind, NULL);
	g_autoptr(DbRows) rows = db_query(db, &error,
	        "SELECT COUNT(*) FROM mail_queue q JOIN mailbox m ON m.address = q.recipient"
	        " JOIN task t ON t.id = q.task_id AND t.done_at = 0"
	        " WHERE m.id = ? AND q.kind = ?",
	        "ua", mailbox, text_kind);

	assert_no_error(error);
	assert_true(db_rows_next(rows));
	return (guint)db_rows_u64(rows, 0);
}

static void test_notices(void **state)
{
	guint64 mailbox = new_mailbox();
	const Actor staff = {staff_id, "mitarbeit"};
	(void)state;

	/* Not VIP: nothing. */
	assign(mailbox, staff_id);
	new_password(&admin, mailbox);
	assert_int_equal(told(staff_id, mailbox, NOTICE_ASSIGNED), 0);
	assert_int_equal(told(staff_id, mailbox, NOTICE_GENERATED), 0);
	set_vip(mailbox, TRUE);
	assert_int_equal(told(staff_id, mailbox, NOTICE_VIP_OFF), 0);

	assign(mailbox, other_id);
	assert_int_equal(told(staff_id, mailbox, NOTICE_ASSIGNED), 1);
	assert_int_equal(told(other_id, mailbox, NOTICE_ASSIGNED), 1);
	assert_int_equal(mailed(mailbox, NOTICE_ASSIGNED), 1);
	/* By one who is assigned: nothing to tell. */
	new_password(&staff, mailbox);
	assert_int_equal(told(staff_id, mailbox, NOTICE_GENERATED), 0);
	new_password(&admin, mailbox);
	new_password(&machine, mailbox);
	assert_int_equal(told(staff_id, mailbox, NOTICE_GENERATED), 2);
	assert_int_equal(mailed(mailbox, NOTICE_GENERATED), 2);

	end(mailbox, other_id, TRUE);
	assert_int_equal(told(other_id, mailbox, NOTICE_ENDED), 1);
	assert_int_equal(told(staff_id, mailbox, NOTICE_ENDED), 1);
	/* The new password came after the end. */
	assert_int_equal(told(other_id, mailbox, NOTICE_GENERATED), 2);
	assert_int_equal(told(staff_id, mailbox, NOTICE_GENERATED), 3);

	set_vip(mailbox, FALSE);
	assert_int_equal(told(staff_id, mailbox, NOTICE_VIP_OFF), 1);
	assert_int_equal(mailed(mailbox, NOTICE_VIP_OFF), 1);
	new_password(&admin, mailbox);
	assert_int_equal(told(staff_id, mailbox, NOTICE_GENERATED), 3);
	assert_int_equal(told(admin_id, mailbox, NOTICE_GENERATED), 0);
}

static void test_notice_of_a_link(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 vip = new_mailbox(), plain = new_mailbox(),
	        user = new_user("eva \"<b>\"", USER_STAFF);
	(void)state;

	set_vip(vip, TRUE);
	assign(vip, user);
	assign(vip, staff_id);
	assign(plain, user);
	g_autoptr(GPtrArray) before = notice_list(db, user, 0, &error);
	assert_no_error(error);
	db_execute(db, &error, "UPDATE user SET locale = 'en' WHERE id = ?", "u", user);
	assert_no_error(error);
	notice_add_user(db, NOTICE_LINK, &machine, user, &error);
	assert_no_error(error);
	assert_int_equal(told(user, vip, NOTICE_LINK), 1);
	assert_int_equal(told(staff_id, vip, NOTICE_LINK), 1);
	assert_int_equal(told(user, plain, NOTICE_LINK), 0);
	assert_int_equal(mailed(vip, NOTICE_LINK), 1);
	assert_int_equal(
	        number("SELECT languages = 'de,en' FROM mail_queue q JOIN mailbox m ON"
	               " m.address = q.recipient WHERE m.id = ? AND q.kind = 'notice.link'",
	                vip),
	        1);
	g_autoptr(GPtrArray) list = notice_list(db, user, 0, &error);
	assert_no_error(error);
	assert_int_equal(list->len, before->len + 1);
	const Notice *notice = list->pdata[0];
	assert_string_equal(notice->kind, NOTICE_LINK);
	assert_string_equal(notice->actor, "");
	assert_true(g_str_has_prefix(notice->person, "eva \"<b>\" ("));
	assert_true(g_str_has_suffix(notice->address, domain_name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_known),
	        cmocka_unit_test(test_known_after_a_return),
	        cmocka_unit_test(test_known_by_a_look),
	        cmocka_unit_test(test_notices),
	        cmocka_unit_test(test_notice_of_a_link),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
