/* test_mailbox_list.c: pages of the mailbox list against a naive model: every mailbox is asked one
 * by one whether it belongs there, and sorted as a whole.
 */
#include "lib/mailbox/mailbox_attention.h"
#include "lib/mailbox/mailbox_ending.h"
#include "tests/db/list_model.h"

static gboolean is_ours(const MailboxRow *row)
{
	for (guint i = 0; i < DOMAINS; i++)
		if (row->domain_id == domains[i])
			return TRUE;
	return FALSE;
}

/* The same pages backwards, from a page that has one before it. */
static void walk_back(MailboxFilter filter, const GPtrArray *wanted, guint seen, const char *from)
{
	g_autofree char *cursor = g_strdup(from);

	filter.after = "";
	for (guint pages = 0; pages < 100; pages++) {
		g_autoptr(GError) error = NULL;
		filter.before = cursor;
		g_autoptr(MailboxPage) page = mailbox_list(db, &filter, &error);
		assert_no_error(error);
		if (page->previous == NULL) { /* the first page, whole */
			seen = 0;
			for (guint i = 0; i < page->rows->len; i++) {
				const MailboxRow *row = page->rows->pdata[i];
				if (is_ours(row))
					assert_string_equal(row->address,
					        ((MailboxRow *)wanted->pdata[seen++])->address);
			}
			return;
		}
		assert_non_null(page->next);
		assert_true(page->rows->len == LIST_PAGE || page->partial);
		for (guint i = page->rows->len; i-- > 0;) {
			const MailboxRow *row = page->rows->pdata[i];
			if (!is_ours(row))
				continue;
			assert_true(seen > 0);
			assert_string_equal(
			        row->address, ((MailboxRow *)wanted->pdata[--seen])->address);
		}
		g_free(cursor);
		cursor = g_strdup(page->previous);
	}
	fail_msg("more than 100 pages back for q=%s", filter.q);
}

/* How many of one domain, which holds the model's alone. */
static void count(const MailboxFilter *filter, guint wanted)
{
	g_autoptr(GError) error = NULL;
	guint number = 0;
	gboolean more = TRUE;

	g_autoptr(MailboxSearch) search = mailbox_list_search(db, filter, &error);
	assert_no_error(error);
	mailbox_hits_count(db, search, &number, &more, &error);
	assert_no_error(error);
	assert_int_equal(number, wanted);
	assert_false(more);
	g_autoptr(GArray) ids = mailbox_hits_ids(db, filter, 1000, &error);
	assert_no_error(error);
	assert_int_equal(ids->len, wanted);
}

/* The number that is told with the first page of one domain. */
static void count_total(MailboxPage *page, const MailboxFilter *filter, guint wanted)
{
	g_autoptr(GError) error = NULL;
	gboolean counted = page->next != NULL && *filter->q == '\0' && filter->user_id == 0 &&
	                   (filter->state == 0 || strchr("aiv", filter->state) != NULL);

	mailbox_list_total(db, page, &error);
	assert_no_error(error);
	assert_true(!counted || page->total.known);
	if (filter->domain_id != 0 && page->total.known && !page->total.more)
		assert_int_equal(page->total.count, wanted);
}

/* Walks all pages and compares. */
static void walk(MailboxFilter filter)
{
	g_autofree char *cursor = g_strdup("");
	g_autoptr(GPtrArray) wanted = NULL;
	guint seen = 0;
	gboolean first = TRUE;

	for (guint pages = 0; pages < 100; pages++) {
		g_autoptr(GError) error = NULL;
		filter.after = cursor;
		g_autoptr(MailboxPage) page = mailbox_list(db, &filter, &error);
		assert_no_error(error);
		if (first) {
			MailboxFilter plain = filter;
			if (page->unsorted) {
				plain.sort = MAILBOX_SORT_ADDRESS;
				plain.descending = FALSE;
			}
			wanted = expected(&plain);
			if (page->unsorted)
				assert_true(wanted->len > MAILBOX_SORTED_MAX || page->partial);
			count_total(page, &filter, wanted->len);
		}
		if (!first)
			assert_non_null(page->previous);
		first = FALSE;
		guint here = seen;
		assert_true(page->rows->len <= LIST_PAGE);
		/* A page that isn't full says why, or is the last. */
		assert_true(page->rows->len == LIST_PAGE || page->partial || page->next == NULL);
		for (guint i = 0; i < page->rows->len; i++) {
			const MailboxRow *row = page->rows->pdata[i];
			if (!is_ours(row))
				continue;
			assert_true(seen < wanted->len);
			const MailboxRow *model_row = wanted->pdata[seen++];
			assert_string_equal(row->address, model_row->address);
			assert_string_equal(row->email_name, model_row->email_name);
			assert_string_equal(row->note, model_row->note);
			assert_true(row->bytes == model_row->bytes && row->vip == model_row->vip &&
			            row->active == model_row->active);
		}
		if (page->next == NULL) {
			assert_int_equal(seen, wanted->len);
			if (filter.domain_id != 0)
				count(&filter, seen);
			if (page->previous != NULL)
				walk_back(filter, wanted, here, page->previous);
			return;
		}
		g_free(cursor);
		cursor = g_strdup(page->next);
	}
	fail_msg("more than 100 pages for q=%s", filter.q);
}

/* A quarter of all combinations a run, other ones in each: the seed says which. */
static void walk_states(const char *states, gsize count)
{
	const guint64 users[] = {0, 0, 0, often, seldom};

	for (gsize q = 0; q < G_N_ELEMENTS(searches); q++)
		for (gsize s = 0; s < count; s++)
			for (guint domain = 0; domain < 2; domain++)
				for (guint sort = 0; sort < 6; sort++)
					if (pick(4) == 0)
						walk((MailboxFilter){.q = searches[q],
						        .domain_id =
						                domain ? domains[pick(DOMAINS)] : 0,
						        .user_id = users[pick(G_N_ELEMENTS(users))],
						        .state = states[s],
						        .sort = (MailboxSort)(sort / 2),
						        .descending = sort % 2 == 1});
}

static void test_every_combination(void **state)
{
	static const char states[] = {0, 'a', 'i', 'v', 'u', 'k', 'f'};
	(void)state;

	walk_states(states, sizeof(states));
}

static void test_strange_cursors(void **state)
{
	static const char *const cursors[] = {"x", "a.", "a.\xc3\xa4", "n.", "n.%%%", "s.", "s.1",
	        "s.99999999999999999999.a", "s.-1.a", "s.5.ä", "n.AAAA", "a.zzzz' OR 1=1"};
	(void)state;

	for (gsize i = 0; i < G_N_ELEMENTS(cursors); i++) {
		for (guint sort = 0; sort < 6; sort++) {
			g_autoptr(GError) error = NULL;
			const MailboxFilter filter = {.q = sort % 2 ? "max" : "",
			        .sort = (MailboxSort)(sort / 2),
			        .after = cursors[i]};
			g_autoptr(MailboxPage) page = mailbox_list(db, &filter, &error);
			assert_no_error(error);
			assert_non_null(page);
		}
	}
	/* What is no place begins at the first page. */
	g_autoptr(GError) error = NULL;
	MailboxFilter some = {.q = "verwaltungsg",
	        .sort = MAILBOX_SORT_STORAGE,
	        .after = "s.99999999999999999999.a"};
	g_autoptr(MailboxPage) page = mailbox_list(db, &some, &error);
	some.after = "";
	g_autoptr(MailboxPage) first = mailbox_list(db, &some, &error);
	assert_no_error(error);
	assert_int_equal(page->rows->len, first->rows->len);
	assert_true(first->rows->len > 0);
}

static void test_rows_of_search_are_right(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) wrong = NULL;
	(void)state;

	mailbox_find_check(db, &wrong, &error);
	assert_no_error(error);
	assert_int_equal(wrong->len, 0);
}

/* Does the list of that filter hold the mailbox, alone on its page by its words? */
static gboolean holds(MailboxFilter filter, guint64 id)
{
	g_autoptr(GError) error = NULL;
	filter.after = "";
	g_autoptr(MailboxPage) page = mailbox_list(db, &filter, &error);

	assert_no_error(error);
	assert_true(page->rows->len <= 1);
	return page->rows->len == 1 && ((const MailboxRow *)page->rows->pdata[0])->id == id;
}

/* A mailbox that is full and somebody's, deleted, restored, renamed, and nobody's in the end. */
static void test_lists_follow(void **state)
{
	const Actor actor = {0, "test"};
	g_autoptr(GError) error = NULL;
	g_autoptr(KeyRing) ring = db_test_ring();
	g_autoptr(GPtrArray) wrong = NULL;
	guint64 id = 0;
	(void)state;

	mailbox_create(db, ring, &actor, "folgsam.eins", domains[0], "", &id, &error);
	assert_no_error(error);
	g_autoptr(Mailbox) mailbox = mailbox_load(db, id, &error);
	mailbox->quota_mb = 1;
	mailbox_update(db, &actor, mailbox, &error);
	assignment_add(db, &actor, id, seldom, &error);
	db_execute(db, &error, "UPDATE mailbox_usage SET bytes = 1048576 WHERE username = ?", "a",
	        mailbox->address);
	assert_no_error(error);
	const MailboxFilter full = {.q = "folgsam", .state = 'f'};
	const MailboxFilter his = {.q = "folgsam", .user_id = seldom};
	const MailboxFilter gone = {.q = "folgsam", .user_id = seldom, .state = 'd'};
	const MailboxFilter here = {
	        .q = "folgsam", .user_id = seldom, .domain_id = domains[0], .state = 'f'};
	assert_true(holds(full, id) && holds(his, id) && holds(here, id) && !holds(gone, id));

	mailbox_delete(db, &actor, id, mailbox->version + 1, &error);
	assert_no_error(error);
	assert_true(!holds(full, id) && !holds(his, id) && !holds(here, id) && holds(gone, id));
	g_autoptr(User) user = user_load(db, seldom, &error);
	g_free(user->name);
	user->name = g_strdup("Anders Heißt");
	user_update(db, &actor, user, &error);
	assert_no_error(error);
	mailbox_find_check(db, &wrong, &error);
	assert_int_equal(wrong->len, 0);
	mailbox_restore(db, &actor, id, mailbox->version + 2, &error);
	assert_no_error(error);
	assert_true(holds(full, id) && holds(his, id) && holds(here, id) && !holds(gone, id));

	mailbox_rename(db, &actor, id, mailbox->version + 3, "folgsam.zwei", domains[1], &error);
	assert_no_error(error);
	assert_true(holds(full, id) && holds(his, id) && !holds(here, id));
	assignment_end(db, NULL, &actor, id, seldom, &error);
	assert_no_error(error);
	assert_true(holds(full, id) && !holds(his, id));
	g_ptr_array_unref(wrong);
	mailbox_find_check(db, &wrong, &error);
	assert_no_error(error);
	assert_int_equal(wrong->len, 0);
}

static guint64 attention_ending(void)
{
	g_autoptr(GError) error = NULL;
	MailboxAttention attention = {0};

	mailbox_attention(db, &attention, &error);
	assert_no_error(error);
	return attention.ending;
}

/* As if it had been deleted so many days ago. */
static void delete_box(Box *box, guint days)
{
	const Actor actor = {0, "test"};
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) mailbox = mailbox_load(db, box->row.id, &error);

	mailbox_delete(db, &actor, mailbox->id, mailbox->version, &error);
	assert_no_error(error);
	db_execute(db, &error, "UPDATE mailbox SET deleted_at = deleted_at - ? WHERE id = ?", "uu",
	        days * 86400 * (guint64)G_USEC_PER_SEC, mailbox->id);
	assert_no_error(error);
	box->row.deleted = TRUE;
	box->ending = days >= MAILBOX_RESTORE_DAYS - MAILBOX_ENDING_DAYS;
}

/* The list of those that end soon holds what is counted, with any words, domain and user. */
static void test_deleted_and_ending(void **state)
{
	static const guint days[] = {0, 22, 23, 24, 24, 29, 30, 45};
	static const char states[] = {'e', 'd', 0, 'u'};
	guint64 ending = attention_ending();
	(void)state;

	for (guint i = 0; i < COUNT / 2; i++) {
		Box *box = model->pdata[i];
		delete_box(box, days[i % G_N_ELEMENTS(days)]);
		ending += box->ending;
		assert_int_equal(
		        attention_ending(), MIN(ending, (guint64)MAILBOX_ATTENTION_MAX + 1));
	}
	walk_states(states, sizeof(states));
}

/* As after an update: marks and limits of the tables before it, no rows of further addresses. */
static void test_update_fills_in(void **state)
{
	static const char *const before[] = {
	        "UPDATE mailbox SET unassigned = 1, known = 0",
	        "UPDATE mailbox_usage SET quota_mb = 0",
	        "DELETE FROM mailbox_find WHERE prefix LIKE 'zweitname%'",
	        "DELETE FROM mailbox_pair WHERE pair LIKE '%zwe%'",
	        "UPDATE guard SET value = 0 WHERE name = 'mailbox_find'",
	        "UPDATE mailbox_count SET mailboxes = mailboxes + 7 WHERE state IN ('l', 'v')",
	        "DELETE FROM mailbox_count WHERE state = 'a'",
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) wrong = g_ptr_array_new_with_free_func(g_free), right = NULL;
	(void)state;

	for (gsize i = 0; i < G_N_ELEMENTS(before); i++)
		db_execute(db, &error, before[i], "");
	assert_no_error(error);
	assert_true(
	        mailbox_mark_wrong(db, wrong, &error) && mailbox_usage_wrong(db, wrong, &error));
	assert_true(wrong->len > 100);
	mailbox_find_complete(db, &error);
	assert_no_error(error);
	mailbox_find_check(db, &right, &error);
	assert_no_error(error);
	assert_int_equal(right->len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_every_combination),
	        cmocka_unit_test(test_strange_cursors),
	        cmocka_unit_test(test_deleted_and_ending),
	        cmocka_unit_test(test_rows_of_search_are_right),
	        cmocka_unit_test(test_lists_follow),
	        cmocka_unit_test(test_update_fills_in),
	};
	return cmocka_run_group_tests(tests, make_model, drop_model);
}
