/* test_password_link.c: links for a password work once, and what makes them void. */
#include "tests/db/user_office.h"

#include "lib/base/token.h"
#include "lib/user/password_link.h"
#include "lib/user/password_link_send.h"
#include "lib/user/session.h"
#include "lib/user/sign_in.h"

static char *make_link(guint64 id)
{
	g_autoptr(GError) error = NULL;
	char *token = token_new();
	TokenHash hash = token_hash(token);

	db_execute(db, &error,
	        "INSERT INTO password_link (user_id, token_hash, expires_at)"
	        " VALUES (?, ?, " DB_NOW " + 1000000000)",
	        "ub", id, hash.octets, sizeof(hash.octets));
	assert_no_error(error);
	return token;
}

typedef struct {
	const char *token;
	guint number;
	gint *ready;
	gboolean done;
	gboolean not_found;
} Opener;

static gpointer use_link(gpointer data)
{
	Opener *one = data;
	Db *own = db_new(config);
	g_autoptr(GError) error = NULL;
	g_autofree char *password = g_strdup_printf("sehr geheim %u", one->number);
	g_autofree char *login = password_link_login(own, one->token, &error);

	assert_no_error(error);
	g_atomic_int_inc(one->ready);
	while (g_atomic_int_get(one->ready) < RACERS)
		g_thread_yield();
	one->done = password_link_use(own, one->token, password, &error);
	one->not_found = g_error_matches(error, PS_ERROR, PS_ERROR_NOT_FOUND);
	db_free(own);
	return NULL;
}

static void test_link_works_once(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 id = make("link-", "Link", USER_STAFF);
	g_autoptr(User) user = load(id);
	g_autofree char *token = make_link(id);
	GThread *threads[RACERS];
	Opener openers[RACERS];
	gint ready = 0;
	guint done = 0;
	(void)state;

	/* Too short a password leaves the link. */
	assert_false(password_link_use(db, token, "kurz", &error));
	assert_string_equal(ps_error_field(error), "new_password");
	g_clear_error(&error);
	for (guint i = 0; i < RACERS; i++) {
		openers[i] = (Opener){token, i, &ready, FALSE, FALSE};
		threads[i] = g_thread_new("racer", use_link, &openers[i]);
	}
	for (guint i = 0; i < RACERS; i++) {
		g_thread_join(threads[i]);
		done += openers[i].done;
		assert_true(openers[i].done || openers[i].not_found);
	}
	assert_int_equal(done, 1);
	/* The password is the winner's. */
	for (guint i = 0; i < RACERS; i++) {
		g_autofree char *password = g_strdup_printf("sehr geheim %u", i);
		if (!openers[i].done)
			continue;
		SignIn result;
		sign_in(db, &(SignInBrowser){.client = "127.0.0.1"}, user->login, password, &result,
		        &error);
		assert_no_error(error);
		g_autofree char *session = result.token;
		assert_non_null(session);
	}
	assert_null(password_link_login(db, token, &error));
	assert_no_error(error);
}

static void test_link_is_void(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 id = make("void-", "Void", USER_STAFF);
	g_autofree char *token = make_link(id);
	(void)state;

	g_autofree char *login = password_link_login(db, token, &error);
	assert_no_error(error);
	assert_non_null(login);
	db_execute(db, &error, "UPDATE password_link SET expires_at = " DB_NOW " WHERE user_id = ?",
	        "u", id);
	assert_no_error(error);
	assert_null(password_link_login(db, token, &error));
	assert_false(password_link_use(db, token, "lang genug ist es", &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_NOT_FOUND));
	g_clear_error(&error);
	assert_null(password_link_login(db, "", &error));
	assert_null(password_link_login(db, "x' OR 1=1", &error));
	assert_no_error(error);
	/* Another contact address: what went to the old one opens nothing. */
	db_execute(db, &error,
	        "UPDATE password_link SET expires_at = " DB_NOW " + 1000000000 WHERE user_id = ?",
	        "u", id);
	g_autoptr(User) user = load(id);
	set(&user->contact_email, "anders@anderswo.example");
	user_update(db, &machine, user, &error);
	assert_no_error(error);
	assert_null(password_link_login(db, token, &error));
	assert_no_error(error);
}

static void test_link_of_nobody(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *link = NULL, *why = NULL;
	guint64 id = make("inaktiv-", "Inaktiv", USER_STAFF);
	(void)state;

	assert_false(password_link_send(db, config, &machine, 999999999, &link, &why, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_NOT_FOUND));
	g_clear_error(&error);
	save(id, FALSE, USER_STAFF);
	assert_false(password_link_send(db, config, &machine, id, &link, &why, &error));
	assert_string_equal(ps_error_reason(error), "inactive");
	assert_null(link);
}

/* No mail server answers in this test: nothing is claimed, and the link is void. */
static void test_failed_hand_over(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *link = NULL, *why = NULL;
	guint64 id = make("abgelehnt-", "Abgelehnt", USER_STAFF);
	g_autoptr(User) user = load(id);
	(void)state;

	password_link_send(db, config, &machine, id, &link, &why, &error);
	assert_no_error(error);
	assert_null(link);
	assert_non_null(why);
	assert_int_equal(number("SELECT COUNT(*) FROM password_link WHERE user_id = ?", id), 0);
	g_autoptr(DbRows) rows = db_query(db, &error,
	        "SELECT GROUP_CONCAT(action ORDER BY id) FROM change_log WHERE subject = ?"
	        " AND action LIKE 'user.link%'",
	        "s", user->login);
	assert_no_error(error);
	assert_true(db_rows_next(rows));
	assert_string_equal(db_rows_text(rows, 0), "user.link_made,user.link_failed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_link_works_once),
	        cmocka_unit_test(test_link_is_void),
	        cmocka_unit_test(test_link_of_nobody),
	        cmocka_unit_test(test_failed_hand_over),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
