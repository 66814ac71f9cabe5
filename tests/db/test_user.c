/*
 * test_user.c: base data of users, the last administrator (also when two try at once), links for a
 * password that work once, and the list of users against a naive model.
 */
#include "lib/user/user.h"

#include <string.h>

#include "tests/db/db_test.h"

#include "lib/base/error.h"
#include "lib/base/fold.h"
#include "lib/base/token.h"
#include "lib/user/password_link.h"
#include "lib/user/password_link_send.h"
#include "lib/user/session.h"
#include "lib/user/sign_in.h"
#include "lib/user/user_find.h"
#include "lib/user/user_list.h"

#define RACES 25
#define RACERS 8

static Config *config;
static Db *db;
static const Actor machine = {0, "test"};
static char stamp[16];

static int set_up(void **state)
{
	(void)state;
	config = db_test_config();
	db = db_new(config);
	g_snprintf(stamp, sizeof(stamp), "%08x", g_random_int());
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	db_free(db);
	config_free(config);
	return 0;
}

/* What somebody could have typed. Free: user_free(). */
static User *typed(const char *login, const char *name, UserRole role)
{
	User *user = g_new0(User, 1);

	user->login = g_strconcat(login, stamp, NULL);
	user->name = g_strdup(name);
	user->email_name = g_strdup("");
	user->contact_email = g_strdup("kontakt@anderswo.example");
	user->role = role;
	user->journal_right = USER_JOURNAL_OWN;
	user->locale = g_strdup("");
	user->active = TRUE;
	return user;
}

static guint64 make(const char *login, const char *name, UserRole role)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(User) wanted = typed(login, name, role);
	guint64 id = 0;

	user_create(db, &machine, wanted, NULL, &id, &error);
	assert_no_error(error);
	return id;
}

static User *load(guint64 id)
{
	g_autoptr(GError) error = NULL;
	User *user = user_load(db, id, &error);

	assert_no_error(error);
	return user;
}

static void set(char **field, const char *value)
{
	g_free(*field);
	*field = g_strdup(value);
}

static guint64 number(const char *sql, guint64 id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbRows) rows = db_query(db, &error, sql, "u", id);

	assert_no_error(error);
	assert_true(db_rows_next(rows));
	return db_rows_u64(rows, 0);
}

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
	        {G_STRUCT_OFFSET(User, login), "login", "a\nb", "control"},
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

static void save(guint64 id, gboolean active, UserRole role)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(User) user = load(id);

	user->active = active;
	user->role = role;
	user_update(db, &machine, user, &error);
	assert_no_error(error);
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

/* ---- links ---- */

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
	guint done = 0, wait_s = 0;
	SignInResult result = SIGN_IN_WRONG;
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
		g_autofree char *session = NULL;
		sign_in(db, user->login, password, "127.0.0.1", &result, &wait_s, &session, &error);
		assert_no_error(error);
		assert_int_equal(result, SIGN_IN_OK);
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

/* ---- the list ---- */

static const char *const firsts[] = {"Max", "Maria", "Jörg", "Zoë", "Ölaf", "Anna", "Li", "Jo",
        "Maximilian-Alexander", "Größe", "Emoji😀", "X"};
static const char *const lasts[] = {"Müller", "Mueller", "Schmidt", "Weiß", "Li", "Meyer",
        "O'Neill", "Verwaltungsgesellschaftsmitarbeiter", "Maier", "Jo"};

static gboolean expected(const User *user, const char *q, gboolean active_only)
{
	g_autoptr(GPtrArray) searched = fold_searched_words(q);
	g_autofree char *text = g_strdup_printf("%s %s", user->name, user->login);
	g_autoptr(GPtrArray) words = fold_stored_words(text);

	if (active_only && !user->active)
		return FALSE;
	for (guint i = 0; i < searched->len; i++) {
		gboolean found = FALSE;
		for (guint j = 0; j < words->len; j++)
			found = found || g_str_has_prefix(words->pdata[j], searched->pdata[i]);
		if (!found)
			return FALSE;
	}
	return TRUE;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	const User *one = *(const User *const *)a, *other = *(const User *const *)b;
	g_autoptr(GBytes) left = fold_name_sort(one->name, "");
	g_autoptr(GBytes) right = fold_name_sort(other->name, "");
	gint order = g_bytes_compare(left, right);

	return order != 0 ? order : one->id < other->id ? -1 : 1;
}

/* All pages together; only users of this test. */
static void walk(const GPtrArray *model, const char *q, gboolean active_only)
{
	g_autoptr(GPtrArray) wanted = g_ptr_array_new();
	g_autofree char *cursor = g_strdup("");
	guint seen = 0;

	for (guint i = 0; i < model->len; i++)
		if (expected(model->pdata[i], q, active_only))
			g_ptr_array_add(wanted, model->pdata[i]);
	g_ptr_array_sort(wanted, by_name);
	for (guint pages = 0; pages < 100; pages++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(UserPage) page = user_list(db, q, active_only, cursor, &error);
		assert_no_error(error);
		assert_true(
		        page->users->len == USER_LIST_PAGE || page->partial || page->next == NULL);
		for (guint i = 0; i < page->users->len; i++) {
			const User *user = page->users->pdata[i];
			if (!g_str_has_prefix(user->login, "liste-") ||
			        !g_str_has_suffix(user->login, stamp))
				continue;
			assert_true(seen < wanted->len);
			assert_true(user->id == ((const User *)wanted->pdata[seen])->id);
			seen++;
		}
		if (page->next == NULL) {
			assert_int_equal(seen, wanted->len);
			return;
		}
		g_free(cursor);
		cursor = g_strdup(page->next);
	}
	fail_msg("more than 100 pages for %s", q);
}

static void test_list(void **state)
{
	static const char *const searches[] = {"", "m", "max", "li", "müller", "mueller", "muller",
	        "verwaltungsgesellschaftsmitarb", "verwaltungsgesellschaftsmitx", "max mueller",
	        "li jo", "liste", "emoji", "gibtesnicht", "o neill", "größe weiss"};
	g_autoptr(GPtrArray) model = g_ptr_array_new_with_free_func((GDestroyNotify)user_free);
	(void)state;

	for (guint i = 0; i < 160; i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *login = g_strdup_printf("liste-%u-", i);
		g_autofree char *name = g_strdup_printf("%s %s", firsts[i % G_N_ELEMENTS(firsts)],
		        lasts[i / 3 % G_N_ELEMENTS(lasts)]);
		User *user = load(make(login, name, USER_STAFF));
		if (i % 5 == 0) {
			user->active = FALSE;
			set(&user->name, "Max Umbenannt");
			user_update(db, &machine, user, &error);
			assert_no_error(error);
		}
		g_ptr_array_add(model, user);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(searches); i++) {
		walk(model, searches[i], FALSE);
		walk(model, searches[i], TRUE);
	}
	/* Rows that are missing are written by the next migration. */
	g_autoptr(GError) error = NULL;
	db_execute(db, &error, "DELETE FROM user_find WHERE user_id >= ?", "u",
	        ((const User *)model->pdata[100])->id);
	assert_no_error(error);
	user_find_complete(db, &error);
	assert_no_error(error);
	walk(model, "", FALSE);
}

static void test_strange_cursors(void **state)
{
	static const char *const cursors[] = {"x", ".", "..", "a.b", "!!!.1", "bQ==.0",
	        "bQ==.18446744073709551616", "\xc3\xa4.1"};
	(void)state;

	for (gsize i = 0; i < G_N_ELEMENTS(cursors); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(UserPage) page = user_list(db, "", FALSE, cursors[i], &error);
		assert_no_error(error);
		assert_true(page->users->len > 0);
	}
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
	        cmocka_unit_test(test_link_works_once),
	        cmocka_unit_test(test_link_is_void),
	        cmocka_unit_test(test_link_of_nobody),
	        cmocka_unit_test(test_failed_hand_over),
	        cmocka_unit_test(test_list),
	        cmocka_unit_test(test_strange_cursors),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
