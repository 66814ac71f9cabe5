/* test_mailbox_list.c: pages of the mailbox list against a naive model: every mailbox is asked one
 * by one whether it belongs there, and sorted as a whole.
 */
#include "lib/mailbox/mailbox_list.h"

#include <stdio.h>
#include <string.h>

#include "tests/db/db_test.h"

#include "lib/base/fold.h"
#include "lib/mailbox/mailbox.h"
#include "lib/mailbox/mailbox_find.h"
#include "lib/office/domain.h"

#define COUNT 420
#define DOMAINS 3

static Config *config;
static Db *db;
static GPtrArray *model; /* MailboxRow of the model's mailboxes */
static guint64 domains[DOMAINS];
static guint64 seed;

static const char *const firsts[] = {"Max", "Maria", "Jörg", "Zoë", "Ölaf", "Anna", "Li", "Jo",
        "Maximilian-Alexander", "Größe", "Emoji😀", "X"};
static const char *const lasts[] = {"Müller", "Mueller", "Schmidt", "Weiß", "Li", "Meyer",
        "O'Neill", "Verwaltungsgesellschaftsmitarbeiter", "Maier", "Jo"};

static guint pick(guint limit)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (guint)(seed >> 33) % limit;
}

static void add_domains(const Actor *actor)
{
	for (guint i = 0; i < DOMAINS; i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *name = g_strdup_printf("liste%u-%x.example", i, g_random_int());
		domain_create(db, actor, name, &domains[i], &error);
		assert_no_error(error);
	}
}

/* Names beyond what the generator gives: none, only signs. */
static char *name_of(guint i)
{
	if (i % 7 == 0)
		return g_strdup("");
	if (i % 31 == 0)
		return g_strdup("-- !! --");
	return g_strdup_printf(
	        "%s %s", firsts[pick(G_N_ELEMENTS(firsts))], lasts[pick(G_N_ELEMENTS(lasts))]);
}

static void add_mailbox(const KeyRing *ring, const Actor *actor, guint i)
{
	g_autoptr(GError) error = NULL;
	MailboxRow *row = g_new0(MailboxRow, 1);
	g_autofree char *local =
	        g_strdup_printf("%s.%s%u", i % 3 ? "max" : "li", i % 5 ? "mueller-x" : "b", i);
	g_autofree char *name = name_of(i);

	row->domain_id = domains[pick(DOMAINS)];
	mailbox_create(db, ring, actor, local, row->domain_id, name, &row->id, &error);
	assert_no_error(error);
	g_autoptr(Mailbox) mailbox = mailbox_load(db, row->id, &error);
	assert_no_error(error);
	mailbox->active = pick(4) != 0;
	mailbox->vip = pick(6) == 0;
	mailbox_update(db, actor, mailbox, &error);
	assert_no_error(error);
	row->bytes = pick(5) == 0 ? 0 : pick(40) * 1000;
	db_execute(db, &error, "UPDATE mailbox_usage SET bytes = ? WHERE username = ?", "ua",
	        row->bytes, mailbox->address);
	assert_no_error(error);
	row->active = mailbox->active;
	row->vip = mailbox->vip;
	row->address = g_strdup(mailbox->address);
	row->email_name = g_strdup(mailbox->email_name);
	g_ptr_array_add(model, row);
}

static int make_model(void **state)
{
	const Actor actor = {0, "test"};
	g_autoptr(GError) error = NULL;

	(void)state;
	seed = g_random_int();
	printf("seed %" G_GUINT64_FORMAT "\n", seed);
	config = db_test_config();
	db = db_new(config);
	g_autoptr(KeyRing) ring = keyring_load("/nonexistent", &error);
	assert_no_error(error);
	model = g_ptr_array_new();
	add_domains(&actor);
	for (guint i = 0; i < COUNT; i++)
		add_mailbox(ring, &actor, i);
	return 0;
}

static int drop_model(void **state)
{
	(void)state;
	for (guint i = 0; i < model->len; i++) {
		MailboxRow *row = model->pdata[i];
		g_free(row->address);
		g_free(row->email_name);
		g_free(row);
	}
	g_ptr_array_unref(model);
	db_free(db);
	config_free(config);
	return 0;
}

static gboolean in_state(const MailboxRow *row, char state)
{
	return state == 0 || (state == 'a' && row->active) || (state == 'i' && !row->active) ||
	       (state == 'v' && row->vip);
}

static gboolean has_words(const MailboxRow *row, const char *q)
{
	g_autoptr(GPtrArray) wanted = fold_searched_words(q);
	g_autofree char *text = g_strconcat(row->address, " ", row->email_name, NULL);
	g_autoptr(GPtrArray) own = fold_stored_words(text);

	for (guint i = 0; i < wanted->len; i++) {
		gboolean found = FALSE;
		for (guint j = 0; j < own->len; j++)
			found = found || g_str_has_prefix(own->pdata[j], wanted->pdata[i]);
		if (!found)
			return FALSE;
	}
	return wanted->len > 0 || *q == '\0';
}

static const MailboxFilter *comparing;

static gint compare(gconstpointer a, gconstpointer b)
{
	const MailboxRow *one = *(const MailboxRow *const *)a;
	const MailboxRow *other = *(const MailboxRow *const *)b;
	int order = 0;

	if (comparing->sort == MAILBOX_SORT_NAME) {
		g_autoptr(GBytes) left = fold_name_sort(one->email_name, one->address);
		g_autoptr(GBytes) right = fold_name_sort(other->email_name, other->address);
		order = g_bytes_compare(left, right);
	} else if (comparing->sort == MAILBOX_SORT_STORAGE) {
		order = one->bytes < other->bytes ? -1 : one->bytes > other->bytes;
	}
	if (order == 0)
		order = strcmp(one->address, other->address);
	return comparing->descending ? -order : order;
}

/* What all pages together have to hold; only mailboxes of the model's domains. */
static GPtrArray *expected(const MailboxFilter *filter)
{
	GPtrArray *rows = g_ptr_array_new();

	for (guint i = 0; i < model->len; i++) {
		MailboxRow *row = model->pdata[i];
		if ((filter->domain_id == 0 || row->domain_id == filter->domain_id) &&
		        in_state(row, filter->state) && has_words(row, filter->q))
			g_ptr_array_add(rows, row);
	}
	comparing = filter;
	g_ptr_array_sort(rows, compare);
	return rows;
}

static gboolean is_ours(const MailboxRow *row)
{
	for (guint i = 0; i < DOMAINS; i++)
		if (row->domain_id == domains[i])
			return TRUE;
	return FALSE;
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
				assert_true(wanted->len > MAILBOX_RANGE_SORTED || page->partial);
		}
		first = FALSE;
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
			assert_true(row->bytes == model_row->bytes && row->vip == model_row->vip &&
			            row->active == model_row->active);
		}
		if (page->next == NULL) {
			assert_int_equal(seen, wanted->len);
			return;
		}
		g_free(cursor);
		cursor = g_strdup(page->next);
	}
	fail_msg("more than 100 pages for q=%s", filter.q);
}

static const char *const searches[] = {"", "max", "m", "li", "müller", "mueller", "muller",
        "verwaltungsgesellschaft", "verwaltungsgesellschaftsmitarb", "verwaltungsgesellschaftsmitx",
        "max mueller", "maria müller", "li jo", "li x", "l j", "m m", "max maria mueller b",
        "zoe weiss", "größe schmidt", "o neill anna", "emoji", "gibtesnicht", "max gibtesnicht",
        "!!", "a b c d e f g h i j",
        "maximilian alexander verwaltungsgesellschaftsmitarbeiter max li example"};

static void test_every_combination(void **state)
{
	static const char states[] = {0, 'a', 'i', 'v'};
	(void)state;

	/* A third of them a run, other ones in each: the seed says which. */
	for (gsize q = 0; q < G_N_ELEMENTS(searches); q++)
		for (gsize s = 0; s < sizeof(states); s++)
			for (guint domain = 0; domain < 2; domain++)
				for (guint sort = 0; sort < 6; sort++)
					if (pick(3) == 0)
						walk((MailboxFilter){.q = searches[q],
						        .domain_id = domain ? domains[1] : 0,
						        .state = states[s],
						        .sort = (MailboxSort)(sort / 2),
						        .descending = sort % 2 == 1});
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_every_combination),
	        cmocka_unit_test(test_strange_cursors),
	        cmocka_unit_test(test_rows_of_search_are_right),
	};
	return cmocka_run_group_tests(tests, make_model, drop_model);
}
