/* test_user_list.c: the list of users against a naive model. */
#include "tests/db/user_office.h"

#include "lib/base/fold.h"
#include "lib/user/user_find.h"
#include "lib/user/user_list.h"

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

/* From the last page back to the first: the same users; a page costs as much as forwards. */
static void walk_back(const char *q, gboolean active_only, const char *last, const GArray *forwards)
{
	g_autofree char *before = g_strdup(last);
	guint left = forwards->len;

	for (guint pages = 0; before != NULL; pages++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(UserPage) page =
		        user_list(db, q, active_only, &(ListAt){"", before}, &error);
		assert_no_error(error);
		assert_non_null(page->next);
		assert_true(page->users->len == LIST_PAGE || page->partial);
		assert_true(page->users->len <= left && pages < 100);
		left -= page->users->len;
		for (guint i = 0; i < page->users->len; i++)
			assert_true(((const User *)page->users->pdata[i])->id ==
			            g_array_index(forwards, guint64, left + i));
		g_free(before);
		before = g_strdup(page->previous);
	}
	assert_int_equal(left, 0);
}

/* All pages together; only users of this test. */
static void walk(const GPtrArray *model, const char *q, gboolean active_only)
{
	g_autoptr(GPtrArray) wanted = g_ptr_array_new();
	g_autofree char *cursor = g_strdup("");
	g_autoptr(GArray) before = g_array_new(FALSE, FALSE, sizeof(guint64));
	guint seen = 0;

	for (guint i = 0; i < model->len; i++)
		if (expected(model->pdata[i], q, active_only))
			g_ptr_array_add(wanted, model->pdata[i]);
	g_ptr_array_sort(wanted, by_name);
	for (guint pages = 0; pages < 100; pages++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(UserPage) page =
		        user_list(db, q, active_only, &(ListAt){cursor, ""}, &error);
		assert_no_error(error);
		assert_true(page->users->len == LIST_PAGE || page->partial || page->next == NULL);
		assert_true((page->previous != NULL) == (pages > 0));
		for (guint i = 0; page->next != NULL && i < page->users->len; i++)
			g_array_append_val(before, ((const User *)page->users->pdata[i])->id);
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
			walk_back(q, active_only, page->previous, before);
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
		g_autoptr(UserPage) page =
		        user_list(db, "", FALSE, &(ListAt){cursors[i], cursors[i]}, &error);
		assert_no_error(error);
		assert_true(page->users->len > 0 && page->previous == NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_list),
	        cmocka_unit_test(test_strange_cursors),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
