/*
 * test_assignment.c: assignments as intervals, two people at once, who may still know a password,
 * and what the users of a VIP mailbox are told.
 */
#include "lib/mailbox/assignment.h"

#include <string.h>
#include <unistd.h>

#include "tests/db/db_test.h"

#include "lib/base/error.h"
#include "lib/mailbox/mailbox_list.h"
#include "lib/mailbox/mailbox_password.h"
#include "lib/mailbox/mailbox_right.h"
#include "lib/mailbox/mailbox_secret.h"
#include "lib/office/domain.h"
#include "lib/office/mail_queue.h"
#include "lib/office/notice.h"
#include "lib/user/user.h"

#define RACES 25

static const char SQL_VERSION[] = "SELECT version FROM mailbox WHERE id = ?";

static Config *config;
static Db *db;
static KeyRing *ring;
static guint64 domain_id, admin_id, other_id, staff_id;
static char domain_name[64];
static const Actor machine = {0, "test"};
static Actor admin;

static guint64 new_user(const char *what, UserRole role)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *login = g_strdup_printf("%s-%08x", what, g_random_int());
	g_autoptr(User) wanted = g_new0(User, 1);
	guint64 id = 0;

	wanted->login = g_strdup(login);
	wanted->name = g_strdup(what);
	wanted->email_name = g_strdup("");
	wanted->contact_email = g_strdup("kontakt@anderswo.example");
	wanted->role = role;
	wanted->journal_right = USER_JOURNAL_OWN;
	wanted->locale = g_strdup("");
	wanted->active = TRUE;
	user_create(db, &machine, wanted, NULL, &id, &error);
	assert_no_error(error);
	return id;
}

static guint64 new_mailbox(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *local = g_strdup_printf("m%08x", g_random_int());
	guint64 id = 0;

	mailbox_create(db, ring, &machine, local, domain_id, "", &id, &error);
	assert_no_error(error);
	return id;
}

static int set_up(void **state)
{
	g_autoptr(GError) error = NULL;
	(void)state;

	config = db_test_config();
	db = db_new(config);
	ring = db_test_ring();
	g_snprintf(domain_name, sizeof(domain_name), "zuordnung-%08x.example", g_random_int());
	domain_create(db, &machine, domain_name, &domain_id, &error);
	assert_no_error(error);
	admin_id = new_user("chefin", USER_ADMIN);
	other_id = new_user("kollege", USER_STAFF);
	staff_id = new_user("mitarbeit", USER_STAFF);
	admin = (Actor){admin_id, "chefin"};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	keyring_free(ring);
	db_free(db);
	config_free(config);
	return 0;
}

static void assign(guint64 mailbox, guint64 user)
{
	g_autoptr(GError) error = NULL;

	assignment_add(db, &admin, mailbox, user, &error);
	assert_no_error(error);
}

static void end(guint64 mailbox, guint64 user, gboolean new_password)
{
	g_autoptr(GError) error = NULL;

	assignment_end(db, new_password ? ring : NULL, &admin, mailbox, user, &error);
	assert_no_error(error);
}

static void set_active(guint64 user, gboolean active)
{
	g_autoptr(GError) error = NULL;

	db_execute(db, &error,
	        active ? "UPDATE user SET active = 1, deactivated_at = NULL WHERE id = ?"
	               : "UPDATE user SET active = 0, deactivated_at = " DB_NOW " WHERE id = ?",
	        "u", user);
	assert_no_error(error);
}

static void set_vip(guint64 id, gboolean vip)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = mailbox_load(db, id, &error);

	assert_no_error(error);
	mailbox->vip = vip;
	mailbox_update(db, &admin, mailbox, &error);
	assert_no_error(error);
}

static void new_password(const Actor *actor, guint64 id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = mailbox_load(db, id, &error);

	assert_no_error(error);
	mailbox_password_new(db, ring, actor, id, mailbox->version, &error);
	assert_no_error(error);
}

static guint64 number(const char *sql, guint64 id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbRows) rows = db_query(db, &error, sql, "u", id);

	assert_no_error(error);
	assert_true(db_rows_next(rows));
	return db_rows_u64(rows, 0);
}

/* ---- intervals ---- */

static void test_interval(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 mailbox = new_mailbox();
	(void)state;

	assert_int_equal(mailbox_right_assigned(db, staff_id, mailbox, &error), 0);
	assign(mailbox, staff_id);
	assert_int_equal(mailbox_right_assigned(db, staff_id, mailbox, &error), 1);
	end(mailbox, staff_id, FALSE);
	assert_int_equal(mailbox_right_assigned(db, staff_id, mailbox, &error), 0);
	assign(mailbox, staff_id);
	end(mailbox, staff_id, FALSE);
	assign(mailbox, staff_id);
	g_autoptr(GPtrArray) past = assignment_past_of_mailbox(db, mailbox, 0, 0, &error);
	assert_no_error(error);
	assert_int_equal(past->len, 2);
	const Assignment *later = past->pdata[0], *first = past->pdata[1];
	assert_true(first->assigned_at < first->removed_at);
	assert_true(first->removed_at < later->assigned_at);
	assert_true(later->assigned_at < later->removed_at);
	g_autoptr(GPtrArray) now = assignment_mailboxes(db, staff_id, "", &error);
	assert_no_error(error);
	const Assignment *current = NULL;
	for (guint i = 0; i < now->len; i++)
		if (((const Assignment *)now->pdata[i])->mailbox_id == mailbox)
			current = now->pdata[i];
	assert_non_null(current);
	assert_true(current->assigned_at > later->removed_at && current->removed_at == 0);
	assert_true(number("SELECT at FROM mailbox_clock WHERE mailbox_id = ?", mailbox) ==
	            current->assigned_at);
}

static void assert_add_refused(guint64 mailbox, guint64 user, const char *field, const char *reason)
{
	g_autoptr(GError) error = NULL;

	assert_false(assignment_add(db, &admin, mailbox, user, &error));
	assert_string_equal(ps_error_field(error), field);
	assert_string_equal(ps_error_reason(error), reason);
}

static void test_refused(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 mailbox = new_mailbox(), gone = new_user("weg", USER_STAFF);
	guint64 version = number(SQL_VERSION, mailbox);
	(void)state;

	assert_add_refused(mailbox, 999999999, "user_id", "choice");
	assert_add_refused(mailbox, 0, "user_id", "choice");
	assign(mailbox, staff_id);
	assert_add_refused(mailbox, staff_id, "user_id", "assigned");
	set_active(gone, FALSE);
	assert_add_refused(mailbox, gone, "user_id", "inactive");
	assert_false(assignment_add(db, &admin, 999999999, staff_id, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_NOT_FOUND));
	g_clear_error(&error);
	assert_false(assignment_end(db, NULL, &admin, mailbox, other_id, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_NOT_FOUND));
	g_clear_error(&error);
	end(mailbox, staff_id, FALSE);
	assert_false(assignment_end(db, ring, &admin, mailbox, staff_id, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_CONFLICT));
	/* The refused end made no new password. */
	assert_int_equal(number(SQL_VERSION, mailbox), version);
}

/* ---- two at once ---- */

typedef struct {
	guint64 mailbox;
	gboolean ends;
	gint *ready;
	guint done, refused;
} Racer;

static gpointer race(gpointer data)
{
	Racer *racer = data;
	Db *own = db_new(config);
	g_autoptr(GError) error = NULL;

	g_autoptr(DbRows) rows = db_query(own, &error, "SELECT 1", "");
	assert_no_error(error);
	g_atomic_int_inc(racer->ready);
	while (g_atomic_int_get(racer->ready) < 2)
		g_thread_yield();
	gboolean ok = racer->ends
	                      ? assignment_end(own, ring, &admin, racer->mailbox, staff_id, &error)
	                      : assignment_add(own, &admin, racer->mailbox, staff_id, &error);
	if (ok)
		racer->done++;
	else if (ps_error_reason(error) != NULL ||
	         g_error_matches(error, PS_ERROR, PS_ERROR_CONFLICT))
		racer->refused++;
	db_rows_free(g_steal_pointer(&rows));
	db_free(own);
	return NULL;
}

static void race_twice(guint64 mailbox, gboolean ends)
{
	gint ready = 0;
	Racer racers[2] = {{mailbox, ends, &ready, 0, 0}, {mailbox, ends, &ready, 0, 0}};
	GThread *threads[2];

	for (guint i = 0; i < 2; i++)
		threads[i] = g_thread_new("racer", race, &racers[i]);
	for (guint i = 0; i < 2; i++)
		g_thread_join(threads[i]);
	assert_int_equal(racers[0].done + racers[1].done, 1);
	assert_int_equal(racers[0].refused + racers[1].refused, 1);
}

static void test_two_at_once(void **state)
{
	guint64 mailbox = new_mailbox(), version = number(SQL_VERSION, mailbox);
	(void)state;

	for (guint i = 1; i <= RACES; i++) {
		race_twice(mailbox, FALSE);
		race_twice(mailbox, TRUE);
	}
	assert_int_equal(
	        number("SELECT COUNT(*) FROM assignment WHERE mailbox_id = ?", mailbox), RACES);
	assert_int_equal(number("SELECT COUNT(*) FROM change_log WHERE mailbox_id = ?"
	                        " AND action LIKE 'assignment.%'",
	                         mailbox),
	        2 * RACES);
	assert_int_equal(number(SQL_VERSION, mailbox), version + RACES);
	/* No two intervals overlap. */
	assert_int_equal(
	        number("SELECT COUNT(*) FROM assignment a JOIN assignment b"
	               " ON b.mailbox_id = a.mailbox_id AND b.id <> a.id"
	               " AND b.assigned_at >= a.assigned_at AND b.assigned_at < a.removed_at"
	               " WHERE a.mailbox_id = ?",
	                mailbox),
	        0);
}

/* ---- who may still know the password ---- */

static void assert_known(guint64 mailbox, gboolean expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) loaded = mailbox_load(db, mailbox, &error);
	const MailboxFilter filter = {.q = loaded->address, .after = ""};
	gboolean known = !expected;

	mailbox_secret_known(db, mailbox, &known, &error);
	assert_no_error(error);
	assert_int_equal(known, expected);
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
	db_execute(db, &error, "UPDATE user SET role = 'staff' WHERE id = ?", "u", looker);
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
	notice_add_link(db, &machine, user, &error);
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
	        cmocka_unit_test(test_interval),
	        cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_two_at_once),
	        cmocka_unit_test(test_known),
	        cmocka_unit_test(test_known_by_a_look),
	        cmocka_unit_test(test_notices),
	        cmocka_unit_test(test_notice_of_a_link),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
