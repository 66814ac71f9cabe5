/* test_user.c: base data of users, and the last administrator, also when two try at once. */
#include "tests/db/user_office.h"

#include "lib/user/password_link.h"
#include "lib/user/session.h"
#include "lib/user/sign_in.h"

/* ---- base data ---- */

static char *repeat(const char *part, guint count)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < count; i++)
		g_string_append(text, part);
	return g_string_free(text, FALSE);
}

static void test_names(void **state)
{
	static const char *const names[] = {
	        "X", "é", "Zoë \"Größe\" <Müller>, 'O\\'", "😀👩‍👩‍👧", "%_"};
	g_autofree char *long_name = repeat("ä", 255);
	(void)state;

	for (gsize i = 0; i <= G_N_ELEMENTS(names); i++) {
		const char *name = i < G_N_ELEMENTS(names) ? names[i] : long_name;
		g_autofree char *login = g_strdup_printf("n%" G_GSIZE_FORMAT "-", i);
		g_autoptr(User) user = load(make(login, name, USER_STAFF));
		assert_string_equal(user->name, name);
		assert_int_equal(user->version, 1);
	}
	/* A log-in of one character and of 255; the stamp makes them their own. */
	g_autofree char *long_login = repeat("ö", (guint)(255 - strlen(stamp)));
	g_autoptr(User) longest = load(make(long_login, "L", USER_STAFF));
	assert_int_equal(g_utf8_strlen(longest->login, -1), 255);
}

static void assert_refused(const User *wanted, const char *field, const char *reason)
{
	g_autoptr(GError) error = NULL;
	guint64 id = 0;

	assert_false(user_create(db, &machine, wanted, NULL, &id, &error));
	assert_string_equal(ps_error_field(error), field);
	assert_string_equal(ps_error_reason(error), reason);
	assert_int_equal(id, 0);
}

static void test_refused(void **state)
{
	g_autofree char *too_long = repeat("ä", 256);
	static const struct {
		gsize field;
		const char *name, *value, *reason;
	} cases[] = {
	        {G_STRUCT_OFFSET(User, login), "login", " \t ", "empty"},
	        {G_STRUCT_OFFSET(User, login), "login", "a\nb", "invisible"},
	        {G_STRUCT_OFFSET(User, login), "login", "\xff", "control"},
	        {G_STRUCT_OFFSET(User, login), "login", NULL, "too_long"},
	        {G_STRUCT_OFFSET(User, name), "name", "", "empty"},
	        {G_STRUCT_OFFSET(User, name), "name", "a\rb", "control"},
	        {G_STRUCT_OFFSET(User, name), "name", NULL, "too_long"},
	        {G_STRUCT_OFFSET(User, email_name), "email_name", "a\r\nBcc: x", "control"},
	        {G_STRUCT_OFFSET(User, email_name), "email_name", NULL, "too_long"},
	        {G_STRUCT_OFFSET(User, contact_email), "contact_email", "", "empty"},
	        {G_STRUCT_OFFSET(User, contact_email), "contact_email", "nix", "address"},
	        {G_STRUCT_OFFSET(User, locale), "locale", "fr", "choice"},
	};
	(void)state;

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(User) wanted = typed("abgelehnt", "N", USER_STAFF);
		char **field = (char **)(void *)((char *)wanted + cases[i].field);
		set(field, cases[i].value != NULL ? cases[i].value : too_long);
		assert_refused(wanted, cases[i].name, cases[i].reason);
	}
}

static void test_login_in_other_case(void **state)
{
	g_autoptr(GError) error = NULL;
	(void)state;

	g_autoptr(User) first = load(make("  Jörg.Größe-", "J", USER_STAFF));
	assert_true(g_str_has_prefix(first->login, "jörg.größe-"));
	g_autoptr(User) again = typed("JO\xcc\x88RG.GRÖßE-", "J", USER_STAFF);
	assert_refused(again, "login", "taken");
	/* Of two who exist, one can't get the other's. */
	g_autoptr(User) other = load(make("anders-", "A", USER_STAFF));
	g_autofree char *same = g_strconcat("JÖRG.größe-", stamp, NULL);
	set(&other->login, same);
	assert_false(user_update(db, &machine, other, &error));
	assert_string_equal(ps_error_reason(error), "taken");
}

static void test_update(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 id = make("grund-", "Alt", USER_STAFF);
	g_autoptr(User) user = load(id), late = load(id);
	(void)state;

	set(&user->name, "Neu");
	set(&user->email_name, "Büro");
	user->journal_right = USER_JOURNAL_ALL;
	set(&user->contact_email, "neu@anderswo.example");
	user_update(db, &machine, user, &error);
	assert_no_error(error);
	assert_false(user_update(db, &machine, late, &error));
	assert_true(g_error_matches(error, PS_ERROR, PS_ERROR_CONFLICT));
	g_clear_error(&error);
	g_autoptr(User) saved = load(id);
	assert_string_equal(saved->name, "Neu");
	assert_int_equal(saved->version, 2);
	g_autoptr(DbRows) rows = db_query(db, &error,
	        "SELECT COUNT(*), SUM(field IN ('name', 'email_name', 'journal_right', 'contact_email'))"
	        " FROM change_log WHERE subject = ? AND action = 'user.changed'",
	        "s", saved->login);
	assert_no_error(error);
	assert_true(db_rows_next(rows));
	assert_int_equal(db_rows_u64(rows, 0), 4);
	assert_int_equal(db_rows_u64(rows, 1), 4);
	/* The old and the new address are told. */
	g_autoptr(DbRows) mails = db_query(db, &error,
	        "SELECT GROUP_CONCAT(CONCAT(kind, ' ', recipient) ORDER BY kind SEPARATOR '|')"
	        " FROM mail_queue WHERE person = 'Neu' AND task_id > (SELECT MAX(id) - 2 FROM task)",
	        "");
	assert_no_error(error);
	assert_true(db_rows_next(mails));
	assert_string_equal(db_rows_text(mails, 0),
	        "contact.new neu@anderswo.example|contact.old kontakt@anderswo.example");
}

static void test_deactivated(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 id = make("weg-", "Weg", USER_STAFF);
	g_autofree char *token = NULL;
	(void)state;

	session_create(db, id, "$y$another", &token, &error);
	assert_no_error(error);
	assert_null(token);
	session_create(db, id, NULL, &token, &error);
	assert_no_error(error);
	assert_non_null(token);
	db_execute(db, &error,
	        "INSERT INTO password_link (user_id, token_hash, expires_at)"
	        " VALUES (?, RANDOM_BYTES(32), " DB_NOW " + 1000000000)",
	        "u", id);
	assert_no_error(error);
	g_autoptr(User) user = load(id);
	user->active = FALSE;
	user_update(db, &machine, user, &error);
	assert_no_error(error);
	assert_int_equal(number("SELECT COUNT(*) FROM session WHERE user_id = ?", id), 0);
	assert_int_equal(number("SELECT COUNT(*) FROM password_link WHERE user_id = ?", id), 0);
	assert_int_equal(number("SELECT deactivated_at > 0 FROM user WHERE id = ?", id), 1);
	/* No session begins for one who is deactivated, nor lives on when active again. */
	g_free(g_steal_pointer(&token));
	session_create(db, id, NULL, &token, &error);
	assert_no_error(error);
	assert_null(token);
	assert_int_equal(number("SELECT COUNT(*) FROM session WHERE user_id = ?", id), 0);
	g_autoptr(User) back = load(id);
	back->active = TRUE;
	user_update(db, &machine, back, &error);
	assert_no_error(error);
	assert_int_equal(number("SELECT deactivated_at IS NULL FROM user WHERE id = ?", id), 1);
}

/* ---- the last administrator ---- */

typedef struct {
	guint64 id;
	guint how; /* 0 deactivates, 1 demotes */
	gint *ready;
	guint racers;
	gboolean done;
	const char *reason;
} Racer;

static gpointer leave_office(gpointer data)
{
	Racer *racer = data;
	Db *own = db_new(config);
	g_autoptr(GError) error = NULL;
	g_autoptr(User) user = user_load(own, racer->id, &error);

	assert_no_error(error);
	g_atomic_int_inc(racer->ready);
	while (g_atomic_int_get(racer->ready) < (gint)racer->racers)
		g_thread_yield();
	if (racer->how == 0)
		user->active = FALSE;
	else
		user->role = USER_STAFF;
	racer->done = user_update(own, &machine, user, &error);
	if (error != NULL)
		racer->reason = ps_error_reason(error);
	db_free(own);
	return NULL;
}

static void test_last_administrator(void **state)
{
	g_autoptr(GError) error = NULL;
	guint64 ids[2] = {
	        make("erste-", "Erste", USER_ADMIN), make("zweite-", "Zweite", USER_ADMIN)};
	(void)state;

	db_execute(db, &error,
	        "UPDATE user SET role = 'staff' WHERE role = 'admin' AND id NOT IN (?, ?)", "uu",
	        ids[0], ids[1]);
	assert_no_error(error);
	for (guint round = 0; round < RACES; round++) {
		gint ready = 0;
		Racer racers[2] = {{ids[0], round % 2, &ready, 2, FALSE, NULL},
		        {ids[1], round / 2 % 2, &ready, 2, FALSE, NULL}};
		GThread *threads[2];
		for (guint i = 0; i < 2; i++)
			threads[i] = g_thread_new("racer", leave_office, &racers[i]);
		for (guint i = 0; i < 2; i++)
			g_thread_join(threads[i]);
		assert_int_equal(racers[0].done + racers[1].done, 1);
		guint kept = racers[0].done ? 1 : 0;
		assert_string_equal(racers[kept].reason, "last_admin");
		assert_int_equal(number("SELECT COUNT(*) FROM user WHERE role = 'admin'"
		                        " AND active = 1 AND id > ?",
		                         0),
		        1);
		save(ids[1 - kept], TRUE, USER_ADMIN);
	}
	/* The last one may change everything else. */
	save(ids[0], TRUE, USER_STAFF);
	g_autoptr(User) last = load(ids[1]);
	set(&last->name, "Letzte");
	user_update(db, &machine, last, &error);
	assert_no_error(error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_names),
	        cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_login_in_other_case),
	        cmocka_unit_test(test_update),
	        cmocka_unit_test(test_deactivated),
	        cmocka_unit_test(test_last_administrator),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
