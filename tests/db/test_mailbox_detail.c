/* test_mailbox_detail.c: what one statement reads of a mailbox's page is what the others read one
 * by one, and so is what comes with the session; that leaves out nothing that was made.
 */
#include "tests/db/assignment_office.h"

#include "lib/mailbox/alias.h"
#include "lib/mailbox/mail_list.h"
#include "lib/mailbox/mailbox_detail.h"
#include "lib/mailbox/mailbox_find_check.h"
#include "lib/mailbox/mailbox_opened.h"
#include "lib/mailbox/mailbox_rename.h"
#include "lib/mailbox/own_password.h"

static char *token;

static MailboxOpened *open_mailbox(guint64 mailbox)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = NULL;
	MailboxOpened *opened = NULL;

	mailbox_opened_load(db, config, token, mailbox, &session, &opened, &error);
	assert_no_error(error);
	assert_non_null(session);
	assert_int_equal(session->user_id, admin_id);
	assert_non_null(opened);
	return opened;
}

static MailboxDetail *complete_detail(guint64 mailbox)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MailboxOpened) opened = open_mailbox(mailbox);

	assert_non_null(opened->mailbox);
	assert_int_equal(opened->mailbox->id, mailbox);
	MailboxDetail *detail = mailbox_detail_complete(
	        db, mailbox, opened->has_more, g_steal_pointer(&opened->users), &error);
	assert_no_error(error);
	return detail;
}

static MailboxDetail *load_detail(guint64 mailbox)
{
	g_autoptr(GError) error = NULL;
	MailboxDetail *detail = mailbox_detail_load(db, mailbox, &error);

	assert_no_error(error);
	return detail;
}

static char *address_in_domain(const char *local)
{
	return g_strdup_printf("%s@%s", local, domain_name);
}

static void add_alias(guint64 mailbox, const char *local)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *address = address_in_domain(local);

	alias_add(db, &admin, mailbox, address, &error);
	assert_no_error(error);
}

static void add_list(const char *local, const char *const *members)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *address = address_in_domain(local);
	guint64 id = 0;

	mail_list_create(db, &admin, address, &id, &error);
	assert_no_error(error);
	g_autoptr(MailList) list = mail_list_load(db, id, &error);
	assert_no_error(error);
	for (; *members != NULL; members++)
		g_ptr_array_add(list->members, address_in_domain(*members));
	mail_list_save(db, &admin, list, &error);
	assert_no_error(error);
}

static void forward_to(guint64 mailbox, const char *const *locals, const char *ends_on)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Forward) forward = forward_load(db, mailbox, &error);

	assert_no_error(error);
	g_ptr_array_set_size(forward->to, 0);
	for (; *locals != NULL; locals++)
		g_ptr_array_add(forward->to, address_in_domain(*locals));
	forward->keep_copy = FALSE;
	g_free(forward->ends_on);
	forward->ends_on = g_strdup(ends_on);
	forward_save(db, &admin, forward, &error);
	assert_no_error(error);
}

static void assert_same_texts(const GPtrArray *got, const GPtrArray *wanted)
{
	assert_int_equal(got->len, wanted->len);
	for (guint i = 0; i < wanted->len; i++)
		assert_string_equal(got->pdata[i], wanted->pdata[i]);
}

static void assert_same_forward(const Forward *got, guint64 mailbox)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Forward) wanted = forward_load(db, mailbox, &error);

	assert_no_error(error);
	assert_same_texts(got->to, wanted->to);
	assert_int_equal(got->mailbox_id, mailbox);
	assert_int_equal(got->version, wanted->version);
	assert_int_equal(got->keep_copy, wanted->keep_copy);
	assert_int_equal(got->ends_at, wanted->ends_at);
	assert_string_equal(got->ends_on, wanted->ends_on);
}

static void assert_detail(const MailboxDetail *detail, guint64 mailbox)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) users = mailbox_users(db, mailbox, &error);
	g_autoptr(GPtrArray) aliases = mailbox_aliases(db, mailbox, &error);

	assert_no_error(error);
	assert_int_equal(detail->users->len, users->len);
	for (guint i = 0; i < users->len; i++) {
		const MailboxUser *got = detail->users->pdata[i], *wanted = users->pdata[i];
		assert_int_equal(got->user_id, wanted->user_id);
		assert_int_equal(got->assigned_at, wanted->assigned_at);
		assert_string_equal(got->name, wanted->name);
		assert_string_equal(got->email_name, wanted->email_name);
		assert_string_equal(got->login, wanted->login);
		assert_int_equal(got->active, wanted->active);
	}
	assert_int_equal(detail->aliases->len, aliases->len);
	for (guint i = 0; i < aliases->len; i++) {
		const MailboxAlias *got = detail->aliases->pdata[i], *wanted = aliases->pdata[i];
		assert_int_equal(got->id, wanted->id);
		assert_string_equal(got->address, wanted->address);
	}
	assert_same_forward(detail->forward, mailbox);
}

static void assert_same(guint64 mailbox)
{
	g_autoptr(MailboxDetail) detail = load_detail(mailbox);
	g_autoptr(MailboxDetail) completed = complete_detail(mailbox);

	assert_detail(detail, mailbox);
	assert_detail(completed, mailbox);
	assert_same_texts(completed->lists, detail->lists);
	assert_int_equal(completed->own_login, detail->own_login);
	assert_int_equal(completed->without->len, detail->without->len);
	for (guint i = 0; i < detail->without->len; i++)
		assert_int_equal(((const MailboxUser *)completed->without->pdata[i])->user_id,
		        ((const MailboxUser *)detail->without->pdata[i])->user_id);
}

static gboolean may_have_more(guint64 mailbox)
{
	g_autoptr(MailboxOpened) opened = open_mailbox(mailbox);

	return opened->has_more;
}

static void test_nothing(void **state)
{
	guint64 mailbox = new_mailbox();
	g_autoptr(MailboxDetail) detail = load_detail(mailbox);

	(void)state;
	assert_same(mailbox);
	assert_int_equal(detail->without->len, 0);
	assert_int_equal(detail->lists->len, 0);
	assert_false(forward_is_on(detail->forward, 1));
}

/* Another mailbox's are left out; each is in its order. */
static void test_all(void **state)
{
	guint64 mailbox = new_mailbox(), other = new_mailbox();
	const guint64 users[] = {new_user("zoe", USER_STAFF), new_user("Ärmel", USER_STAFF),
	        new_user("anna", USER_STAFF), new_user("anna", USER_STAFF),
	        new_user("Zoe", USER_ADMIN)};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(users); i++)
		assign(mailbox, users[i]);
	end(mailbox, users[4], FALSE);
	assign(other, users[4]);
	set_active(users[1], FALSE);
	add_alias(mailbox, "zweite");
	add_alias(mailbox, "erste");
	add_alias(other, "fremde");
	add_list("zliste", (const char *const[]){"erste", "zweite", NULL});
	add_list("aliste", (const char *const[]){"fremde", "erste", NULL});
	add_list("fliste", (const char *const[]){"fremde", NULL});
	forward_to(mailbox, (const char *const[]){"fremde", "fliste", NULL}, "");
	assert_same(mailbox);
	assert_same(other);

	g_autoptr(MailboxDetail) detail = load_detail(mailbox);
	assert_int_equal(detail->users->len, 4);
	assert_int_equal(detail->lists->len, 2);
	assert_true(g_str_has_prefix(detail->lists->pdata[0], "aliste@"));
	assert_true(g_str_has_prefix(detail->lists->pdata[1], "zliste@"));
	assert_int_equal(detail->forward->to->len, 2);
}

static void test_until(void **state)
{
	guint64 mailbox = new_mailbox(), target = new_mailbox();

	(void)state;
	add_alias(target, "ziel");
	forward_to(mailbox, (const char *const[]){"ziel", NULL}, "2099-12-31");
	assert_same(mailbox);
}

/* Whose only password is the shared one: neither who has an own one nor who is deactivated. */
static void test_without(void **state)
{
	guint64 mailbox = new_mailbox();
	guint64 has = new_user("hat", USER_STAFF), had = new_user("hatte", USER_STAFF),
	        none = new_user("nie", USER_STAFF), gone = new_user("weg", USER_STAFF);
	const guint64 users[] = {has, had, none, gone};
	g_autoptr(GError) error = NULL;

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(users); i++)
		assign(mailbox, users[i]);
	for (gsize i = 0; i < 2; i++) {
		const Actor own = {users[i], "own"};
		g_autofree char *password =
		        own_password_make(db, &own, mailbox, "Telefon", FALSE, &error);
		assert_no_error(error);
	}
	g_autoptr(GPtrArray) list = own_password_list(db, mailbox, had, &error);
	own_password_revoke(
	        db, &admin, mailbox, ((const OwnPassword *)list->pdata[0])->id, 0, &error);
	assert_no_error(error);
	set_active(gone, FALSE);
	const guint64 ended = ((const OwnPassword *)list->pdata[0])->id;
	db_execute(db, &error,
	        "INSERT INTO own_password_use (password_id, service, last_login) VALUES (?, 'imap', 7),"
	        " (?, 'pop3', 9)",
	        "uu", ended, ended);
	assert_no_error(error);
	g_autoptr(MailboxDetail) detail = load_detail(mailbox);
	assert_int_equal(detail->own_login, 9);
	assert_same(mailbox);
	assert_int_equal(detail->without->len, 2);
	assert_int_equal(((const MailboxUser *)detail->without->pdata[0])->user_id, had);
	assert_int_equal(((const MailboxUser *)detail->without->pdata[1])->user_id, none);
}

static char *local_part_of(guint64 mailbox)
{
	g_autoptr(MailboxOpened) opened = open_mailbox(mailbox);

	return g_strndup(opened->mailbox->address, strcspn(opened->mailbox->address, "@"));
}

/* Each alone is found, whoever makes it; what is taken away may still be looked for. */
static void test_each_alone(void **state)
{
	guint64 plain = new_mailbox(), aliased = new_mailbox(), listed = new_mailbox(),
	        forwarded = new_mailbox(), renamed = new_mailbox(), own = new_mailbox();
	g_autofree char *local = local_part_of(listed);
	g_autofree char *target = local_part_of(plain);
	g_autoptr(MailboxOpened) renamed_opened = open_mailbox(renamed);
	g_autoptr(GError) error = NULL;

	(void)state;
	add_alias(aliased, "einzeln");
	add_list("einzelliste", (const char *const[]){local, NULL});
	forward_to(forwarded, (const char *const[]){target, NULL}, "");
	mailbox_rename(db, &admin, renamed, renamed_opened->mailbox->version, "umbenannt",
	        domain_id, &error);
	assert_no_error(error);
	assign(own, admin_id);
	g_autofree char *password = own_password_make(db, &admin, own, "Telefon", FALSE, &error);
	assert_no_error(error);

	const guint64 some[] = {aliased, listed, forwarded, renamed, own};
	for (gsize i = 0; i < G_N_ELEMENTS(some); i++) {
		assert_true(may_have_more(some[i]));
		assert_same(some[i]);
	}
	assert_false(may_have_more(plain));
	assert_same(plain);

	g_autoptr(MailboxDetail) detail = complete_detail(aliased);
	const MailboxAlias *alias = detail->aliases->pdata[0];
	alias_move(db, &admin, alias->address, domain_id, aliased, alias->id, plain, &error);
	assert_no_error(error);
	assert_true(may_have_more(plain));
	assert_same(plain);
	assert_same(aliased);
}

static guint wrong_count(const char *address)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) wrong = NULL;
	guint count = 0;

	mailbox_find_check(db, &wrong, &error);
	assert_no_error(error);
	for (guint i = 0; i < wrong->len; i++)
		count += strcmp(wrong->pdata[i], address) == 0;
	return count;
}

/* What a program of before the mark makes beside this one. */
static void test_unmarked(void **state)
{
	guint64 mailbox = new_mailbox();
	g_autoptr(MailboxOpened) opened = open_mailbox(mailbox);
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_int_equal(wrong_count(opened->mailbox->address), 0);
	g_autofree char *local = local_part_of(mailbox);
	add_list("unbemerkt", (const char *const[]){local, NULL});
	assert_int_equal(wrong_count(opened->mailbox->address), 0);
	db_execute(db, &error, "UPDATE mailbox SET has_ways = 0 WHERE id = ?", "u", mailbox);
	assert_no_error(error);
	assert_int_equal(wrong_count(opened->mailbox->address), 1);
	mailbox_find_complete(db, &error);
	assert_no_error(error);
	assert_int_equal(wrong_count(opened->mailbox->address), 0);
	assert_same(mailbox);
}

/* The session doesn't depend on the mailbox, nor is a mailbox read for nobody. */
static void test_no_mailbox(void **state)
{
	g_autoptr(MailboxOpened) none = open_mailbox(G_MAXUINT64);
	g_autoptr(MailboxOpened) opened = NULL;
	g_autoptr(Session) session = NULL;
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_null(none->mailbox);
	assert_true(mailbox_opened_load(
	        db, config, "no token", new_mailbox(), &session, &opened, &error));
	assert_null(session);
	assert_null(opened);
}

static int set_up_session(void **state)
{
	g_autoptr(GError) error = NULL;

	set_up(state);
	session_create(db, admin_id, NULL, &token, &error);
	assert_no_error(error);
	return 0;
}

static int tear_down_session(void **state)
{
	g_free(token);
	return tear_down(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_nothing),
	        cmocka_unit_test(test_all),
	        cmocka_unit_test(test_until),
	        cmocka_unit_test(test_without),
	        cmocka_unit_test(test_each_alone),
	        cmocka_unit_test(test_unmarked),
	        cmocka_unit_test(test_no_mailbox),
	};

	return cmocka_run_group_tests(tests, set_up_session, tear_down_session);
}
